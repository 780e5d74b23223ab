import { words } from './word-list.ts';

/** The eight lineages, in the order in which they are listed. */
export const lineages = [
  ...(['Lymphocyte', 'Myeloid', 'Epithelial', 'Endothelial', 'Stromal', 'Nerve', 'Tumor', 'Other'] as const),
] as const;
export type Lineage = (typeof lineages)[number];

/** What a cell without an answer is called. */
export const UNKNOWN_TYPE = 'Unknown';

/** The 51 types of DeepCell Types since 2026; order is index. */
export const cellTypes2026: readonly string[] = words(`
  AlphaCell Astrocyte Basophil Bcell BetaCell BloodVesselEndothelial CD4T CD8T Club CollectingDuct Dendritic EVT
  Endocrine Endothelial Enterocyte Eosinophil Epithelial Erythrocyte Fibroblast Foveolar Glial Goblet HSEC
  Hepatocyte ICC Keratocyte Langerhans LittoralCell LymphaticEndothelial Macrophage Mast Melanocyte Mesangial
  Microglial Monocyte NK NKT Neuron Neutrophil Paneth Pericyte Photoreceptor Plasma Podocyte SmoothMuscle Stellate
  Stromal Tcell Telocyte Treg Tumor
`);

/** The 48 types of 2025; order is index. */
export const cellTypes2025: readonly string[] = words(`
  AlphaCell Astrocyte Bcell BetaCell BloodVesselEndothelial CD4T CD8T CardiacMuscle CollectingDuct Dendritic EVT
  Endocrine Endothelial Enterocyte Epithelial Erythrocyte Fibroblast Glial Goblet HSEC Hepatocyte ICC Langerhans
  LittoralCell LymphaticEndothelial Macrophage Mast Melanocyte Mesangial Microglial Monocyte Myofibroblast NK NKT
  Nerve Neuron Neutrophil Paneth Pericyte Plasma Podocyte SmoothMuscle Stellate Stromal Tcell Thrombocyte Treg Tumor
`);

export interface CellType {
  readonly name: string;
  readonly lineage: Lineage;
  /** The type it is a kind of, or null. */
  readonly parent: string | null;
  /** Its group among the 16 of training reports. */
  readonly combined: string;
  /** `#rrggbb`; a lineage has neighbouring hues. */
  readonly colour: string;
}

/**
 * All 55 types: name, lineage, parent, group, colour. Lineages, parents and groups of the 48 types of 2025 are those of DeepCell Types
 * (vanvalenlab/deepcell-types, the parent of commit 4a2d7ba; its tree and its lineages differ on Melanocyte). The seven types that came in 2026 have none
 * there: theirs are ours (Basophil, Eosinophil, Club, Foveolar, Keratocyte, Telocyte, Photoreceptor). Colours are ours.
 */
export const cellTypes: readonly CellType[] = `
  Tcell Lymphocyte - Tcell #0d2fcd
  Treg Lymphocyte Tcell Tcell #9476f7
  CD4T Lymphocyte Tcell Tcell #2e759c
  CD8T Lymphocyte Tcell Tcell #1ab5f9
  NKT Lymphocyte Tcell Tcell #4f4182
  Bcell Lymphocyte - Bcell #066ff5
  Plasma Lymphocyte Bcell Bcell #6d3dd6
  NK Lymphocyte - NK #b1a9f9
  Dendritic Myeloid - Dendritic #a28c02
  Mast Myeloid - Mast #904105
  Neutrophil Myeloid - Neutrophil #e7cc06
  Macrophage Myeloid - Macrophage #ff8e3e
  Microglial Myeloid Macrophage Macrophage #c05d1d
  Langerhans Myeloid Macrophage Macrophage #c0b169
  Monocyte Myeloid - Monocyte #796c25
  Erythrocyte Myeloid - Other #febe81
  Basophil Myeloid - Other #c88762
  Eosinophil Myeloid - Other #e86d19
  Epithelial Epithelial - Epithelial #03f6a1
  CollectingDuct Epithelial Epithelial Epithelial #02c102
  Goblet Epithelial Epithelial Epithelial #009a6d
  Paneth Epithelial Epithelial Epithelial #0e5e14
  Hepatocyte Epithelial - Epithelial #44c594
  Enterocyte Epithelial Epithelial Epithelial #8fd90d
  Podocyte Epithelial - Epithelial #288107
  Endocrine Epithelial - Epithelial #a9dd9c
  AlphaCell Epithelial Endocrine Epithelial #91b51f
  BetaCell Epithelial Endocrine Epithelial #5f9c0e
  Club Epithelial Epithelial Epithelial #7aa56e
  Foveolar Epithelial Epithelial Epithelial #297758
  Endothelial Endothelial - Endothelial #be0676
  HSEC Endothelial Endothelial Endothelial #fe68b2
  LymphaticEndothelial Endothelial Endothelial Endothelial #851c51
  BloodVesselEndothelial Endothelial Endothelial Endothelial #c0628a
  LittoralCell Endothelial - Endothelial #fea0ba
  Stromal Stromal - Stromal #cd45d1
  Fibroblast Stromal Stromal Fibroblast #8e029e
  Stellate Stromal Fibroblast Stromal #83599d
  Myofibroblast Stromal Fibroblast Fibroblast #e47afb
  SmoothMuscle Stromal Stromal SmoothMuscle #c887c1
  Pericyte Stromal Stromal Stromal #eabcfd
  Mesangial Stromal Pericyte Stromal #9f2ed3
  CardiacMuscle Stromal Stromal Stromal #6112af
  ICC Stromal - Stromal #947bb9
  Keratocyte Stromal Stromal Stromal #af44a5
  Telocyte Stromal Stromal Stromal #794470
  Nerve Nerve - Nerve #0de8fd
  Glial Nerve Nerve Nerve #3d9bb3
  Neuron Nerve Nerve Nerve #66c5cf
  Astrocyte Nerve - Nerve #128a8b
  Photoreceptor Nerve Neuron Nerve #10b1a5
  Tumor Tumor - Tumor #ff2400
  Thrombocyte Other - Other #505044
  EVT Other - Other #878278
  Melanocyte Other Epithelial Other #97a0a9
`
  .trim()
  .split('\n')
  .map((line) => {
    const [name = '', lineage = '', parent = '', combined = '', colour = ''] = words(line);
    return { name, lineage: lineage as Lineage, parent: parent === '-' ? null : parent, combined, colour };
  });

const BY_NAME: ReadonlyMap<string, CellType> = new Map(cellTypes.map((type) => [type.name, type]));

/** The type of that name, letter for letter. */
export function cellTypeOf(name: string): CellType | null {
  return BY_NAME.get(name) ?? null;
}

/** Type → colour, for tables; `Unknown` is grey. */
export const cellTypeColours: Readonly<Record<string, string>> = {
  ...Object.fromEntries(cellTypes.map(({ name, colour }) => [name, colour])),
  [UNKNOWN_TYPE]: '#c8c8c8',
};

/** Type → one of the 16 groups. */
export const combinedCellTypes2026: Readonly<Record<string, string>> = Object.fromEntries(
  cellTypes.map(({ name, combined }) => [name, combined]),
);
