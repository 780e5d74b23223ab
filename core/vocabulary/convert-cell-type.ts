import { invalidInput } from '../errors.ts';
import { remedy } from '../suggest.ts';
import { cellTypeOf, cellTypes, UNKNOWN_TYPE, type CellType } from './cell-types.ts';

/** How finely cells are told apart: as they are, by parent (one step up), in 16 groups, in 8 lineages. */
export const CELL_TYPE_LEVELS = ['type', 'parent', 'combined', 'lineage'] as const;
export type CellTypeLevel = (typeof CELL_TYPE_LEVELS)[number];

function known(name: string): CellType {
  const type = cellTypeOf(name);
  if (type !== null) return type;
  const names = cellTypes.map((one) => one.name);
  throw invalidInput(`there is no cell type ${JSON.stringify(name)}; ${remedy(name, names, 'the types')}`, {
    cellType: name,
  });
}

/**
 * A canonical cell type told at another level. A type without a parent is its own; `Unknown` stays `Unknown`.
 *
 * @throws INVALID_INPUT for a name that is no canonical type; `resolveCellType` makes it one.
 */
export function convertCellType(name: string, level: CellTypeLevel): string {
  if (name === UNKNOWN_TYPE) return name;
  const type = known(name);
  if (level === 'parent') return type.parent ?? name;
  return level === 'type' ? name : type[level];
}

/** Whether `child` is a kind of `parent`, at any depth of the tree; a type is not its own ancestor. Throws INVALID_INPUT for unknown names. */
export function isAncestor(parent: string, child: string): boolean {
  known(parent);
  for (let at = known(child).parent; at !== null; at = known(at).parent) if (at === parent) return true;
  return false;
}

/** Truths for which some of their kinds count as right, in DeepCell Types' hierarchical scores. */
const FORGIVEN: Readonly<Record<string, readonly string[]>> = {
  Tcell: ['CD4T', 'CD8T', 'Treg', 'NKT'],
  Stromal: ['Fibroblast', 'Pericyte'],
};

/**
 * Whether a prediction counts as right where the truth is told more coarsely: equal, or one of CD4T, CD8T, Treg, NKT for Tcell, or of Fibroblast,
 * Pericyte for Stromal. The rule of DeepCell Types' hierarchical evaluation; narrower than the tree.
 */
export function countsAsRight(truth: string, predicted: string): boolean {
  return truth === predicted || (FORGIVEN[truth]?.includes(predicted) ?? false);
}
