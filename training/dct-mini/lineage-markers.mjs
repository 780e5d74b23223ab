import { each, IMMUNE } from './types.mjs';

/** Markers drawn often, since panels are built around them. */
export const LINEAGE = {
  CD45: [
    'surface',
    {
      ...{ CD4T: 1, CD8T: 1, Treg: 0.95, Bcell: 0.8, NK: 0.9, Plasma: [0.3, 0.7], Macrophage: 0.55, Monocyte: 0.6 },
      ...{ Dendritic: 0.6, Neutrophil: 0.5, Mast: 0.45 },
    },
  ],
  CD3: ['surface', { CD4T: 1, CD8T: 1, Treg: 0.9 }],
  CD4: ['surface', { CD4T: 1, Treg: 0.9, Macrophage: [0.28, 0.7], Monocyte: [0.3, 0.6], Dendritic: [0.25, 0.5] }],
  CD8: ['surface', { CD8T: 1, NK: [0.3, 0.3], Dendritic: [0.25, 0.15] }],
  FoxP3: ['nucleus', { Treg: 1, CD4T: [0.3, 0.05] }],
  CD20: ['surface', { Bcell: 1 }],
  CD138: ['surface', { Plasma: 1, Epithelial: [0.5, 0.6], Tumor: [0.4, 0.35], Hepatocyte: [0.4, 0.6] }],
  CD38: ['surface', { Plasma: 1, Bcell: [0.4, 0.3], NK: [0.5, 0.5], Monocyte: [0.4, 0.4], CD8T: [0.3, 0.15] }],
  CD56: ['surface', { NK: 1, CD8T: [0.3, 0.04] }],
  CD68: [
    'cytoplasm',
    { Macrophage: 1, Monocyte: [0.55, 0.9], Dendritic: [0.3, 0.5], Neutrophil: [0.25, 0.3], Mast: [0.25, 0.3] },
  ],
  CD163: ['surface', { Macrophage: [1, 0.8], Monocyte: [0.4, 0.35] }],
  CD14: ['surface', { Monocyte: 1, Macrophage: [0.6, 0.75], Dendritic: [0.2, 0.2], Neutrophil: [0.2, 0.3] }],
  CD11b: ['surface', { Neutrophil: 1, Monocyte: 1, Macrophage: [0.7, 0.8], NK: [0.4, 0.4], Dendritic: [0.4, 0.35] }],
  CD11c: ['both', { Dendritic: 1, Macrophage: [0.35, 0.5], Monocyte: [0.55, 0.7], NK: [0.2, 0.3] }],
  'HLA-Class-2': [
    'surface',
    {
      ...{ Dendritic: 1, Bcell: 0.9, Macrophage: 0.85, Monocyte: 0.7, Endothelial: [0.35, 0.4], Tumor: [0.5, 0.1] },
      ...{ Treg: [0.4, 0.2], CD8T: [0.3, 0.1], Plasma: [0.2, 0.3], Epithelial: [0.3, 0.08] },
    },
  ],
  CD15: ['surface', { Neutrophil: 1, Monocyte: [0.2, 0.1], Tumor: [0.3, 0.08] }],
  CD66b: ['surface', { Neutrophil: 1 }],
  MPO: ['cytoplasm', { Neutrophil: 1, Monocyte: [0.4, 0.5], Macrophage: [0.2, 0.1] }],
  Tryptase: ['cytoplasm', { Mast: 1 }],
  'c-kit': ['surface', { Mast: 1, Melanocyte: [0.4, 0.5] }],
  CD31: [
    'both',
    {
      Endothelial: 1,
      LymphaticEndothelial: 0.55,
      Macrophage: [0.15, 0.3],
      Monocyte: [0.2, 0.3],
      Neutrophil: [0.15, 0.3],
    },
  ],
  CD34: ['both', { Endothelial: 1, Fibroblast: [0.5, 0.25], LymphaticEndothelial: [0.15, 0.2] }],
  PDPN: ['surface', { LymphaticEndothelial: 1, Fibroblast: [0.5, 0.3], Tumor: [0.3, 0.06] }],
  SMA: ['cytoplasm', { SmoothMuscle: 1, Pericyte: [0.6, 0.6], Fibroblast: [0.6, 0.25] }],
  Desmin: ['cytoplasm', { SmoothMuscle: 1, Pericyte: [0.4, 0.4] }],
  Vimentin: [
    'cytoplasm',
    {
      ...each(IMMUNE, 0.4),
      ...{
        Fibroblast: 1,
        Pericyte: 0.85,
        Endothelial: 0.85,
        LymphaticEndothelial: 0.8,
        Macrophage: 0.6,
        Melanocyte: 0.8,
      },
      ...{ SmoothMuscle: 0.6, Tumor: [0.5, 0.05], Plasma: 0.25 },
    },
  ],
  PanCK: ['cytoplasm', { Tumor: [1, 0.97], Epithelial: 1, Hepatocyte: [0.35, 0.8] }],
  'E-cadherin': ['surface', { Tumor: [1, 0.96], Epithelial: 1, Hepatocyte: 0.6, Melanocyte: [0.3, 0.3] }],
  EpCAM: ['surface', { Tumor: [1, 0.95], Epithelial: [0.7, 0.9] }],
  SOX10: ['nucleus', { Melanocyte: 1 }],
  MelanA: ['cytoplasm', { Melanocyte: [1, 0.92] }],
  ARG1: ['cytoplasm', { Hepatocyte: 1, Neutrophil: [0.5, 0.4], Macrophage: [0.4, 0.12] }],
  Ki67: [
    'nucleus',
    {
      ...{ Tumor: [1, 0.28], Bcell: [0.9, 0.25], CD8T: [0.7, 0.1], CD4T: [0.7, 0.05], Treg: [0.7, 0.15] },
      ...{
        Epithelial: [0.9, 0.06],
        Melanocyte: [0.9, 0.12],
        Endothelial: [0.6, 0.03],
        Macrophage: [0.6, 0.03],
        Plasma: [0.6, 0.04],
      },
    },
  ],
};
