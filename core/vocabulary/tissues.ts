import { invalidInput } from '../errors.ts';
import { closest } from '../suggest.ts';
import { normalForm } from './normal-form.ts';
import { words } from './word-list.ts';

/**
 * The cell types that DeepCell Types of 2025 looks for in a tissue: facts of its public repository (vanvalenlab/deepcell-types, the parent of commit
 * 4a2d7ba). Names are the archive's; Kidney and Renal, Lymph_Node and Lymphnode are the same. None holds a type that came in 2026.
 */
export const tissueCellTypes: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  `
  Barretts_Esophagus: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Endocrine Enterocyte Epithelial Fibroblast Goblet ICC Macrophage Myofibroblast NK Nerve Neuron Neutrophil Paneth Plasma SmoothMuscle Tcell Treg Tumor
  Breast: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Endothelial Epithelial Fibroblast Macrophage Mast Monocyte Myofibroblast NK NKT Nerve Neuron Neutrophil Pericyte Plasma SmoothMuscle Tcell Treg Tumor
  GI: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Endocrine Endothelial Enterocyte Epithelial Fibroblast Goblet ICC LymphaticEndothelial Macrophage Mast Monocyte NK Nerve Neuron Neutrophil Paneth Plasma SmoothMuscle Tcell Treg Tumor
  Heart: Bcell BloodVesselEndothelial CD4T CD8T CardiacMuscle Dendritic Endothelial Fibroblast Glial Macrophage Monocyte Myofibroblast Neutrophil Neuron NK NKT Pericyte Plasma SmoothMuscle Stromal
  Jejunum: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Endocrine Endothelial Enterocyte Epithelial Fibroblast Goblet LymphaticEndothelial Macrophage Mast Monocyte Neuron Neutrophil NK Paneth Plasma SmoothMuscle Tcell Tumor
  Kidney: BloodVesselEndothelial CD4T CD8T CollectingDuct Dendritic Endothelial Epithelial Fibroblast LymphaticEndothelial Macrophage Mast Mesangial Monocyte Myofibroblast NK NKT Neutrophil Podocyte SmoothMuscle Tcell Treg Tumor
  Liver: BloodVesselEndothelial CD4T CD8T Endothelial Epithelial Fibroblast Hepatocyte HSEC Macrophage Myofibroblast NKT Plasma SmoothMuscle Stellate Tcell Treg Tumor
  Lung: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Endothelial Epithelial Fibroblast Goblet LymphaticEndothelial Macrophage Mast Monocyte Myofibroblast NK NKT Nerve Neuron Neutrophil Pericyte SmoothMuscle Tcell Thrombocyte Treg Tumor
  Lymph_Node: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Epithelial Fibroblast LymphaticEndothelial Macrophage Mast Monocyte Myofibroblast NK NKT Neutrophil Plasma SmoothMuscle Tcell Treg Tumor
  Lymphnode: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Epithelial Fibroblast LymphaticEndothelial Macrophage Mast Monocyte Myofibroblast NK NKT Neutrophil Plasma SmoothMuscle Tcell Treg Tumor
  Musculoskeletal: BloodVesselEndothelial CD8T Fibroblast Nerve SmoothMuscle Tcell Treg Tumor
  Nervous: Astrocyte Bcell BloodVesselEndothelial CD4T CD8T Dendritic Endocrine Endothelial Fibroblast Glial Macrophage Mast Microglial Monocyte Myofibroblast NK Nerve Neuron Neutrophil Pericyte SmoothMuscle Tcell Treg Tumor
  Pancreas: AlphaCell BetaCell Bcell BloodVesselEndothelial CD4T CD8T Dendritic Endocrine Endothelial Epithelial Fibroblast Macrophage Monocyte Myofibroblast NK Neuron Neutrophil SmoothMuscle Stromal Tcell Treg Tumor
  Renal: BloodVesselEndothelial CD4T CD8T CollectingDuct Dendritic Endothelial Epithelial Fibroblast LymphaticEndothelial Macrophage Mast Mesangial Monocyte Myofibroblast NK NKT Neutrophil Podocyte SmoothMuscle Tcell Treg Tumor
  Reproductive: Bcell BloodVesselEndothelial CD4T CD8T Dendritic EVT Endothelial Epithelial Fibroblast Macrophage Mast Monocyte Myofibroblast NK NKT Nerve Neuron Neutrophil Pericyte SmoothMuscle Tcell Treg
  Skin: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Endothelial Epithelial Fibroblast Langerhans LymphaticEndothelial Macrophage Melanocyte Myofibroblast NK NKT Nerve Neuron Neutrophil Pericyte Plasma SmoothMuscle Tcell Treg Tumor
  Spleen: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Erythrocyte Fibroblast LittoralCell LymphaticEndothelial Macrophage Monocyte Myofibroblast NK NKT Neutrophil Plasma SmoothMuscle Tcell Tumor
  Thymus: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Endothelial Epithelial Fibroblast LymphaticEndothelial Macrophage NKT Neutrophil Plasma SmoothMuscle Tcell Treg
  Tonsil: Bcell BloodVesselEndothelial CD4T CD8T Dendritic Endocrine Endothelial Epithelial Fibroblast Goblet LymphaticEndothelial Macrophage Mast Monocyte Myofibroblast NK NKT Neuron Neutrophil Paneth Plasma SmoothMuscle Tcell Treg Tumor
`
    .trim()
    .split('\n')
    .map((line): [string, readonly string[]] => {
      const [name = '', types = ''] = line.split(': ');
      return [name.trim(), words(types)];
    }),
);

/** Sets of cell types by the name of a tissue. */
export type TissueSets = Readonly<Record<string, readonly string[]>>;

/**
 * The cell types of a tissue, by the user's sets before the 19 known ones. A name is taken letter for letter, else without regard to case, blanks and
 * punctuation.
 *
 * @throws INVALID_INPUT for an unknown tissue, listing the known ones.
 */
export function typesOfTissue(name: string, userSets: TissueSets = {}): readonly string[] {
  for (const sets of [userSets, tissueCellTypes]) {
    if (Object.hasOwn(sets, name)) return sets[name]!;
    const near = Object.keys(sets).find((other) => normalForm(other) === normalForm(name));
    if (near !== undefined) return sets[near]!;
  }
  const known = [...new Set([...Object.keys(userSets), ...Object.keys(tissueCellTypes)])];
  const near = closest(name, known);
  const meant = near === null ? '.' : `; did you mean "${near}"?`;
  throw invalidInput(`there is no tissue ${JSON.stringify(name)}${meant} The tissues are ${known.join(', ')}`, {
    tissue: name,
    known,
  });
}
