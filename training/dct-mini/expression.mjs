/**
 * Which types show which markers, as immunology textbooks and antibody sheets have it: qualitative, not fitted to any data. A number is the
 * level of a positive cell (1 is the marker's brightest ordinary type), a pair adds the share of the type's cells that are positive.
 */

/** The types the model tells apart, in the order of the DeepCell Types vocabulary of 2026. */
export const TYPES = [
  'Bcell',
  'CD4T',
  'CD8T',
  'Dendritic',
  'Endothelial',
  'Epithelial',
  'Fibroblast',
  'Hepatocyte',
  'LymphaticEndothelial',
  'Macrophage',
  'Mast',
  'Melanocyte',
  'Monocyte',
  'NK',
  'Neutrophil',
  'Pericyte',
  'Plasma',
  'SmoothMuscle',
  'Treg',
  'Tumor',
];

/** Where in the cell a stain sits: relative brightness of nucleus, cytoplasm and membrane, as in the generator's panel. */
const PLACES = {
  surface: { nucleus: 0, cytoplasm: 0.12, membrane: 1 },
  both: { nucleus: 0, cytoplasm: 0.38, membrane: 1 },
  cytoplasm: { nucleus: 0.05, cytoplasm: 1, membrane: 0.25 },
  nucleus: { nucleus: 1, cytoplasm: 0.03, membrane: 0 },
};

const each = (types, level) => Object.fromEntries(types.map((type) => [type, level]));
const T = ['CD4T', 'CD8T', 'Treg'];
const IMMUNE = [...T, 'Bcell', 'NK', 'Plasma', 'Macrophage', 'Monocyte', 'Dendritic', 'Neutrophil', 'Mast'];
const VESSELS = ['Endothelial', 'LymphaticEndothelial'];
const SPINDLES = ['Fibroblast', 'SmoothMuscle', 'Pericyte'];

/** Markers drawn often, since panels are built around them. */
const LINEAGE = {
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

const FURTHER = {
  CD45RA: [
    'surface',
    { Bcell: 0.9, CD4T: [0.8, 0.45], CD8T: [0.8, 0.5], NK: 0.7, Monocyte: [0.3, 0.3], Treg: [0.5, 0.2] },
  ],
  CD45RO: [
    'surface',
    {
      CD4T: [1, 0.6],
      CD8T: [0.9, 0.5],
      Treg: [1, 0.85],
      Macrophage: [0.3, 0.4],
      Monocyte: [0.35, 0.5],
      Neutrophil: [0.3, 0.5],
    },
  ],
  CD3e: ['surface', { CD4T: 1, CD8T: 1, Treg: 0.9 }],
  CD2: ['surface', { CD4T: 0.9, CD8T: 1, Treg: 0.9, NK: 0.8 }],
  CD5: ['surface', { CD4T: 1, CD8T: 0.9, Treg: 0.95, Bcell: [0.3, 0.12] }],
  CD7: ['surface', { CD4T: [0.85, 0.85], CD8T: [0.95, 0.9], Treg: 0.4, NK: 1 }],
  CD25: ['surface', { Treg: [1, 0.9], CD4T: [0.5, 0.12], Mast: [0.4, 0.3], Dendritic: [0.2, 0.1], Bcell: [0.2, 0.1] }],
  CD127: ['surface', { CD4T: [1, 0.7], CD8T: [0.8, 0.5], Treg: [0.2, 0.15] }],
  CD152: ['surface', { Treg: [1, 0.8], CD4T: [0.5, 0.08], CD8T: [0.5, 0.05] }],
  ICOS: ['surface', { Treg: [0.9, 0.6], CD4T: [0.8, 0.2], CD8T: [0.4, 0.06] }],
  PD1: ['surface', { CD4T: [0.9, 0.22], CD8T: [1, 0.3], Treg: [0.8, 0.35], Bcell: [0.2, 0.05] }],
  LAG3: ['surface', { CD8T: [0.9, 0.2], CD4T: [0.7, 0.08], Treg: [0.7, 0.2], NK: [0.6, 0.2] }],
  TIM3: [
    'surface',
    { CD8T: [0.8, 0.2], Macrophage: [0.6, 0.35], Dendritic: [0.6, 0.35], Monocyte: [0.5, 0.35], Treg: [0.6, 0.2] },
  ],
  GZMB: ['cytoplasm', { NK: [1, 0.85], CD8T: [0.9, 0.45], CD4T: [0.5, 0.03] }],
  CD57: ['surface', { NK: [1, 0.5], CD8T: [0.9, 0.2] }],
  CD16: ['surface', { NK: [1, 0.85], Neutrophil: [1, 0.9], Monocyte: [0.5, 0.25], Macrophage: [0.6, 0.45] }],
  CD94: ['surface', { NK: [1, 0.85], CD8T: [0.4, 0.08] }],
  CD161: ['surface', { NK: [1, 0.8], CD4T: [0.6, 0.15], CD8T: [0.6, 0.12] }],
  NKG2D: ['surface', { NK: [1, 0.9], CD8T: [0.8, 0.7] }],
  EOMES: ['nucleus', { NK: [0.9, 0.85], CD8T: [0.8, 0.3] }],
  TCF1: ['nucleus', { CD4T: [1, 0.7], CD8T: [0.9, 0.45], Treg: [0.5, 0.3], Bcell: [0.2, 0.1] }],
  CCR7: ['surface', { CD4T: [1, 0.45], CD8T: [0.7, 0.2], Bcell: [0.5, 0.4], Dendritic: [0.8, 0.25] }],
  CD19: ['surface', { Bcell: 1, Plasma: [0.4, 0.5] }],
  CD79a: ['both', { Bcell: 1, Plasma: [0.8, 0.9] }],
  PAX5: ['nucleus', { Bcell: 1 }],
  CD21: ['surface', { Bcell: [0.9, 0.75] }],
  CXCR5: ['surface', { Bcell: 0.9, CD4T: [0.6, 0.12] }],
  IgD: ['surface', { Bcell: [1, 0.55] }],
  IgM: ['both', { Bcell: [0.5, 0.6], Plasma: [1, 0.25] }],
  IgA: ['cytoplasm', { Plasma: [1, 0.6], Bcell: [0.3, 0.05] }],
  CD206: ['surface', { Macrophage: [1, 0.6], Dendritic: [0.4, 0.25], LymphaticEndothelial: [0.4, 0.4] }],
  CD33: [
    'surface',
    { Monocyte: [1, 0.9], Neutrophil: [0.4, 0.6], Mast: [0.6, 0.7], Macrophage: [0.4, 0.4], Dendritic: [0.3, 0.3] },
  ],
  'CSF-1R': ['surface', { Macrophage: [1, 0.85], Monocyte: [0.8, 0.8], Dendritic: [0.2, 0.2] }],
  Iba1: ['cytoplasm', { Macrophage: 1, Monocyte: [0.5, 0.7], Dendritic: [0.3, 0.4] }],
  CD209: ['surface', { Dendritic: [0.9, 0.5], Macrophage: [0.6, 0.25] }],
  CD1c: ['surface', { Dendritic: [1, 0.75], Bcell: [0.3, 0.15] }],
  'DC-LAMP': ['cytoplasm', { Dendritic: [1, 0.45] }],
  Calprotectin: ['cytoplasm', { Neutrophil: 1, Monocyte: [0.8, 0.85], Macrophage: [0.4, 0.25] }],
  Chymase: ['cytoplasm', { Mast: [0.9, 0.75] }],
  FCERG1A: ['surface', { Mast: 1, Dendritic: [0.3, 0.15] }],
  CD40: ['surface', { Bcell: 0.8, Dendritic: [0.9, 0.8], Macrophage: [0.4, 0.35], Endothelial: [0.2, 0.2] }],
  CD86: ['surface', { Dendritic: [1, 0.7], Macrophage: [0.6, 0.5], Monocyte: [0.5, 0.5], Bcell: [0.3, 0.2] }],
  CD69: ['surface', { CD8T: [0.9, 0.4], CD4T: [0.8, 0.25], NK: [0.7, 0.3], Treg: [0.6, 0.3], Bcell: [0.3, 0.15] }],
  PDL1: [
    'surface',
    {
      Macrophage: [0.8, 0.35],
      Dendritic: [0.8, 0.4],
      Tumor: [0.9, 0.25],
      Monocyte: [0.4, 0.2],
      Endothelial: [0.2, 0.2],
    },
  ],
  'IDO-1': ['cytoplasm', { Dendritic: [0.8, 0.3], Macrophage: [0.6, 0.2], Tumor: [0.7, 0.1], Endothelial: [0.4, 0.1] }],
  CD44: [
    'surface',
    {
      ...each(IMMUNE, 0.7),
      ...{
        Fibroblast: 0.6,
        SmoothMuscle: 0.3,
        Pericyte: 0.5,
        Tumor: [0.8, 0.5],
        Epithelial: [0.4, 0.4],
        Melanocyte: 0.6,
        Plasma: 0.3,
      },
    },
  ],
  VEGFR2: ['surface', { Endothelial: [1, 0.85], LymphaticEndothelial: [0.4, 0.5] }],
  MCAM: ['surface', { Endothelial: 0.9, Pericyte: 1, SmoothMuscle: [0.5, 0.5], Melanocyte: [0.8, 0.7] }],
  CD13: [
    'surface',
    {
      ...{ Pericyte: 1, Monocyte: [0.9, 0.9], Neutrophil: [0.6, 0.8], Macrophage: [0.5, 0.5], Dendritic: [0.6, 0.5] },
      ...{ Fibroblast: [0.5, 0.4], Hepatocyte: [0.5, 0.7], Endothelial: [0.3, 0.3] },
    },
  ],
  Nestin: [
    'cytoplasm',
    { Pericyte: [0.9, 0.6], Melanocyte: [0.8, 0.5], Endothelial: [0.5, 0.3], Fibroblast: [0.2, 0.1] },
  ],
  CD49a: [
    'surface',
    {
      ...{ SmoothMuscle: 1, Fibroblast: [0.5, 0.4], Pericyte: [0.5, 0.4], Endothelial: [0.5, 0.4] },
      ...{ CD8T: [0.6, 0.15], NK: [0.6, 0.3] },
    },
  ],
  Podocalyxin: ['surface', { Endothelial: 1, LymphaticEndothelial: [0.3, 0.4] }],
  Lyve1: ['surface', { LymphaticEndothelial: 1, Macrophage: [0.4, 0.2] }],
  PROX1: ['nucleus', { LymphaticEndothelial: 1, Hepatocyte: [0.4, 0.5] }],
  CD90: [
    'surface',
    { Fibroblast: [1, 0.8], Pericyte: [0.8, 0.75], Endothelial: [0.3, 0.25], SmoothMuscle: [0.3, 0.3] },
  ],
  CD271: ['surface', { Pericyte: [1, 0.8], Fibroblast: [0.5, 0.15], Melanocyte: [0.5, 0.4] }],
  FAP: ['surface', { Fibroblast: [1, 0.6], Pericyte: [0.3, 0.2] }],
  COL1: ['cytoplasm', { Fibroblast: 1, SmoothMuscle: [0.25, 0.5], Pericyte: [0.3, 0.4] }],
  Lumican: ['cytoplasm', { Fibroblast: [1, 0.85], SmoothMuscle: [0.2, 0.2] }],
  Col4: [
    'surface',
    { ...each(SPINDLES, 0.6), Endothelial: 0.9, LymphaticEndothelial: [0.3, 0.5], Epithelial: [0.3, 0.3] },
  ],
  Fibronectin: [
    'cytoplasm',
    { Fibroblast: 0.9, Pericyte: 0.5, SmoothMuscle: 0.4, Endothelial: 0.4, Macrophage: [0.3, 0.3] },
  ],
  CK7: ['cytoplasm', { Epithelial: [0.9, 0.7], Tumor: [0.9, 0.55] }],
  CK19: ['cytoplasm', { Epithelial: [0.9, 0.7], Tumor: [1, 0.8] }],
  CK8: ['cytoplasm', { Epithelial: 0.8, Tumor: 0.9, Hepatocyte: 1 }],
  CK5: ['cytoplasm', { Epithelial: [1, 0.65], Tumor: [0.5, 0.08] }],
  CK14: ['cytoplasm', { Epithelial: [1, 0.65], Tumor: [0.5, 0.06] }],
  P63: ['nucleus', { Epithelial: [1, 0.65], Tumor: [0.4, 0.06] }],
  HER2: ['surface', { Tumor: [1, 0.6], Epithelial: [0.2, 0.2] }],
  EGFR: ['surface', { Tumor: [1, 0.65], Epithelial: [0.35, 0.4], Fibroblast: [0.25, 0.3], Hepatocyte: [0.4, 0.6] }],
  MUC1: ['surface', { Tumor: [1, 0.75], Epithelial: [0.35, 0.4], Plasma: [0.3, 0.2] }],
  p53: ['nucleus', { Tumor: [1, 0.7], Epithelial: [0.2, 0.04], Melanocyte: [0.3, 0.1] }],
  GLUT1: ['surface', { Tumor: [1, 0.7], Epithelial: [0.2, 0.1], Endothelial: [0.3, 0.15] }],
  'Beta-catenin': [
    'surface',
    { Tumor: 1, Epithelial: 0.9, Hepatocyte: 0.8, Endothelial: 0.45, LymphaticEndothelial: 0.4, Melanocyte: 0.5 },
  ],
  PMEL: ['cytoplasm', { Melanocyte: [1, 0.9] }],
  GS: ['cytoplasm', { Hepatocyte: [1, 0.85] }],
  CPT1A: ['cytoplasm', { Hepatocyte: 1, Tumor: [0.3, 0.3], Macrophage: [0.2, 0.3], SmoothMuscle: [0.3, 0.3] }],
  'HLA-Class-1': [
    'surface',
    { ...each(TYPES, 0.6), ...each(IMMUNE, 1), ...each(VESSELS, 0.9), Tumor: [0.6, 0.6], Hepatocyte: 0.3 },
  ],
  'Na-K-ATPase': [
    'surface',
    {
      ...each(TYPES, 0.5),
      ...{
        Tumor: 1,
        Epithelial: 1,
        Hepatocyte: 0.9,
        Melanocyte: 0.7,
        Endothelial: 0.65,
        LymphaticEndothelial: 0.6,
        Macrophage: 0.55,
      },
      ...each(SPINDLES, 0.35),
    },
  ],
  dsDNA: ['nucleus', each(TYPES, 1)],
};

const pair = (value) => (typeof value === 'number' ? { level: value, share: 1 } : { level: value[0], share: value[1] });

/** Every marker by its canonical name: where it sits, whether panels are built around it, and { level, share } by type. */
export const MARKERS = new Map(
  [...Object.entries(LINEAGE), ...Object.entries(FURTHER)].map(([name, [place, levels]]) => [
    name,
    {
      place: PLACES[place],
      lineage: name in LINEAGE,
      expression: Object.fromEntries(Object.entries(levels).map(([type, value]) => [type, pair(value)])),
    },
  ]),
);
