import type { ChannelRole } from '../image.ts';
import type { CellType } from './cell-types.ts';

/** How strongly one type shows a marker. */
export interface Expression {
  /** Mean level of a positive cell; 1 is the marker's brightest ordinary type. */
  readonly level: number;
  /** Share of the type's cells that are positive; the others show background only. */
  readonly share: number;
}

/** One antibody or dye of the panel. */
export interface Marker {
  readonly name: string;
  readonly role: ChannelRole;
  /** Where in the cell the stain sits: relative brightness of nucleus, cytoplasm and membrane. */
  readonly nucleus: number;
  readonly cytoplasm: number;
  readonly membrane: number;
  /** Counts above background of a fully positive pixel, before blur. */
  readonly counts: number;
  /** Counts per detected photon: the larger, the noisier at equal counts. */
  readonly gain: number;
  /** Autofluorescence in this channel's band, in counts. */
  readonly autofluorescence: number;
  readonly expression: Readonly<Partial<Record<CellType, Expression>>>;
}

const on = (level: number, share = 1): Expression => ({ level, share });
const LEUKOCYTES = {
  CD4T: on(1),
  CD8T: on(1),
  Treg: on(0.95),
  Bcell: on(0.8),
  Macrophage: on(0.55),
  Dendritic: on(0.6),
  NK: on(0.9),
};
const NUCLEI = { Tumor: on(1), Endothelial: on(1), Fibroblast: on(1), ...mapLevels(LEUKOCYTES, 1) };

function mapLevels(
  types: Readonly<Partial<Record<CellType, Expression>>>,
  level: number,
): Partial<Record<CellType, Expression>> {
  return Object.fromEntries(Object.keys(types).map((type) => [type, on(level)]));
}

const surface = { nucleus: 0, cytoplasm: 0.12, membrane: 1 };
const cytoplasmic = { nucleus: 0.05, cytoplasm: 1, membrane: 0.25 };
const nuclear = { nucleus: 1, cytoplasm: 0.03, membrane: 0 };

/**
 * A 16-marker immuno-oncology panel with one nuclear and two membrane channels. Levels are qualitative knowledge about
 * the types (macrophages show some CD4, dendritic cells some CD68, tumours vary in Ki67), not fits to a data set.
 */
export const PANEL: readonly Marker[] = [
  { name: 'DAPI', role: 'nuclear', ...nuclear, counts: 17000, gain: 12, autofluorescence: 160, expression: NUCLEI },
  {
    name: 'Na-K-ATPase',
    role: 'membrane',
    ...surface,
    counts: 7500,
    gain: 18,
    autofluorescence: 110,
    expression: {
      Tumor: on(1),
      CD4T: on(0.5),
      CD8T: on(0.5),
      Treg: on(0.5),
      Bcell: on(0.5),
      NK: on(0.5),
      Macrophage: on(0.55),
      Dendritic: on(0.5),
      Endothelial: on(0.65),
      Fibroblast: on(0.35),
    },
  },
  {
    name: 'E-cadherin',
    role: 'membrane',
    ...surface,
    counts: 9000,
    gain: 18,
    autofluorescence: 90,
    expression: { Tumor: on(1, 0.96) },
  },
  {
    name: 'PanCK',
    role: null,
    ...cytoplasmic,
    counts: 13000,
    gain: 16,
    autofluorescence: 60,
    expression: { Tumor: on(1, 0.97) },
  },
  { name: 'CD45', role: null, ...surface, counts: 9000, gain: 16, autofluorescence: 120, expression: LEUKOCYTES },
  {
    name: 'CD3',
    role: null,
    ...surface,
    counts: 8000,
    gain: 18,
    autofluorescence: 90,
    expression: { CD4T: on(1), CD8T: on(1), Treg: on(0.9) },
  },
  {
    name: 'CD4',
    role: null,
    ...surface,
    counts: 5500,
    gain: 20,
    autofluorescence: 80,
    expression: { CD4T: on(1), Treg: on(0.9), Macrophage: on(0.28, 0.7), Dendritic: on(0.25, 0.5) },
  },
  {
    name: 'CD8',
    role: null,
    ...surface,
    counts: 9500,
    gain: 16,
    autofluorescence: 55,
    expression: { CD8T: on(1), NK: on(0.3, 0.3), Dendritic: on(0.25, 0.15) },
  },
  {
    name: 'FoxP3',
    role: null,
    ...nuclear,
    counts: 4200,
    gain: 20,
    autofluorescence: 110,
    expression: { Treg: on(1), CD4T: on(0.3, 0.05) },
  },
  { name: 'CD20', role: null, ...surface, counts: 12000, gain: 16, autofluorescence: 85, expression: { Bcell: on(1) } },
  {
    name: 'CD68',
    role: null,
    ...cytoplasmic,
    counts: 9500,
    gain: 18,
    autofluorescence: 75,
    expression: { Macrophage: on(1), Dendritic: on(0.3, 0.5) },
  },
  {
    name: 'CD11c',
    role: null,
    ...surface,
    cytoplasm: 0.4,
    counts: 7500,
    gain: 18,
    autofluorescence: 55,
    expression: { Dendritic: on(1), Macrophage: on(0.35, 0.5), NK: on(0.2, 0.3) },
  },
  {
    name: 'CD56',
    role: null,
    ...surface,
    counts: 6000,
    gain: 20,
    autofluorescence: 100,
    expression: { NK: on(1), CD8T: on(0.3, 0.04) },
  },
  {
    name: 'CD31',
    role: null,
    ...surface,
    cytoplasm: 0.35,
    counts: 11000,
    gain: 16,
    autofluorescence: 80,
    expression: { Endothelial: on(1), Macrophage: on(0.15, 0.3) },
  },
  {
    name: 'Vimentin',
    role: null,
    ...cytoplasmic,
    counts: 8500,
    gain: 16,
    autofluorescence: 70,
    expression: {
      ...mapLevels(LEUKOCYTES, 0.4),
      Fibroblast: on(1),
      Endothelial: on(0.85),
      Macrophage: on(0.6),
      Tumor: on(0.5, 0.05),
    },
  },
  {
    name: 'Ki67',
    role: null,
    ...nuclear,
    counts: 8000,
    gain: 18,
    autofluorescence: 50,
    expression: {
      Tumor: on(1, 0.28),
      Bcell: on(0.9, 0.25),
      CD8T: on(0.7, 0.1),
      CD4T: on(0.7, 0.05),
      Treg: on(0.7, 0.15),
      Endothelial: on(0.6, 0.03),
      Macrophage: on(0.6, 0.03),
    },
  },
];

/** The panel's markers by name, in the order asked for. Throws a RangeError on unknown or repeated names. */
export function selectMarkers(names: readonly string[]): readonly Marker[] {
  const known = new Map(PANEL.map((marker) => [marker.name, marker]));
  const unknown = names.filter((name) => !known.has(name));
  const repeated = names.filter((name, i) => names.indexOf(name) !== i);
  if (unknown.length > 0 || repeated.length > 0 || names.length === 0) {
    const found = names.length === 0 ? 'none' : names.join(', ');
    throw new RangeError(
      `markers must be distinct names out of ${[...known.keys()].join(', ')}; got ${found}; correct the list`,
    );
  }
  return names.map((name) => known.get(name) as Marker);
}
