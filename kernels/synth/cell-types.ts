/** The cell types of the synthetic tissue, in the words of the DeepCell Types vocabulary. */
export const CELL_TYPES = [
  'Tumor',
  'CD4T',
  'CD8T',
  'Treg',
  'Bcell',
  'Macrophage',
  'Dendritic',
  'NK',
  'Endothelial',
  'Fibroblast',
] as const;

export type CellType = (typeof CELL_TYPES)[number];

/** How a type's cells look. Lengths in µm; radii are those of the circle of equal area, nuclei cut through their middle. */
export interface Morphology {
  readonly cellRadiusUm: number;
  readonly nucleusRadiusUm: number;
  /** Long axis over short axis, of the cell and of its nucleus. */
  readonly cellAspect: number;
  readonly nucleusAspect: number;
  /** How far the outline wanders from an ellipse: 0 smooth, 1 strongly lobed. */
  readonly irregularity: number;
  /** How far the cell stretches to meet its neighbours, in radii. Above 1.2 it leaves no gaps. */
  readonly reach: number;
  /** Brightness of the chromatin relative to a resting lymphocyte's. */
  readonly chromatin: number;
}

/** Sizes as in haematoxylin-stained sections: lymphocyte nuclei of 5–6 µm, carcinoma nuclei of 7–9 µm. */
export const MORPHOLOGY: Readonly<Record<CellType, Morphology>> = {
  Tumor: {
    cellRadiusUm: 5.9,
    nucleusRadiusUm: 4.5,
    cellAspect: 1.2,
    nucleusAspect: 1.25,
    irregularity: 0.45,
    reach: 1.4,
    chromatin: 0.7,
  },
  CD4T: lymphocyte(3.8, 3.1),
  CD8T: lymphocyte(3.9, 3.15),
  Treg: lymphocyte(3.8, 3.05),
  Bcell: lymphocyte(4, 3.3),
  NK: lymphocyte(4.4, 3.3),
  Macrophage: {
    cellRadiusUm: 6.3,
    nucleusRadiusUm: 3.6,
    cellAspect: 1.35,
    nucleusAspect: 1.4,
    irregularity: 0.95,
    reach: 1.15,
    chromatin: 0.75,
  },
  Dendritic: {
    cellRadiusUm: 5.8,
    nucleusRadiusUm: 3.5,
    cellAspect: 1.6,
    nucleusAspect: 1.3,
    irregularity: 1,
    reach: 1.15,
    chromatin: 0.75,
  },
  Endothelial: {
    cellRadiusUm: 4.8,
    nucleusRadiusUm: 3.1,
    cellAspect: 3.2,
    nucleusAspect: 2.3,
    irregularity: 0.35,
    reach: 1.15,
    chromatin: 0.9,
  },
  Fibroblast: {
    cellRadiusUm: 5.4,
    nucleusRadiusUm: 3.3,
    cellAspect: 3.4,
    nucleusAspect: 2.4,
    irregularity: 0.6,
    reach: 1.08,
    chromatin: 0.8,
  },
};

function lymphocyte(cellRadiusUm: number, nucleusRadiusUm: number): Morphology {
  return {
    cellRadiusUm,
    nucleusRadiusUm,
    cellAspect: 1.1,
    nucleusAspect: 1.1,
    irregularity: 0.3,
    reach: 1.2,
    chromatin: 1,
  };
}
