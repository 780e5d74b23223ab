import type { Table } from '../../kernels/image.ts';
import { matchNuclei, relabelSequential, replaceIds } from '../../kernels/index.ts';
import type { Grid } from './prepare.ts';

export type Match = 'ark' | 'clip';

/**
 * Gives nuclei the ids of their cells by the rule of ark-analysis, as `matchNuclei` tells it. A nucleus that several cells claim
 * goes to the one it shares most pixels with, of equals the smallest id. Nuclei of no cell get ids above every cell's, in the
 * order of their old ids.
 *
 * With `clip` a nucleus then loses its pixels outside its cell, and nuclei of no cell lose all of theirs: nucleus i lies in cell i.
 *
 * @returns the nuclei renumbered, and one row per nucleus that was found: `nucleus_id` (new), `cell_id` (0 without a cell),
 *   `shared_px`.
 */
export function matchByArk(
  cells: Int32Array,
  nuclei: Int32Array,
  { height, width }: Grid,
  how: Match,
): { nuclei: Int32Array; matches: Table } {
  const match = matchNuclei(cells, nuclei, height, width);
  const best = new Map<number, { cell: number; shared: number }>();
  let highest = 0;
  for (let i = 0; i < match.cells.length; i++) {
    const [cell, nucleus, shared] = [match.cells[i]!, match.nucleus[i]!, match.shared[i]!];
    highest = Math.max(highest, cell);
    if (nucleus === 0) continue;
    const before = best.get(nucleus);
    if (before === undefined || shared > before.shared) best.set(nucleus, { cell, shared });
  }
  const renamed = new Map<number, number>();
  const rows = [...relabelSequential(nuclei).map.keys()].map((id) => {
    const found = best.get(id);
    const now = found?.cell ?? (highest += 1);
    renamed.set(id, now);
    return { id: now, cell: found?.cell ?? 0, shared: found?.shared ?? 0 };
  });
  rows.sort((a, b) => a.id - b.id);
  const numbered = replaceIds(nuclei, renamed);
  if (how === 'clip') for (let i = 0; i < numbered.length; i++) if (numbered[i] !== cells[i]) numbered[i] = 0;
  const column = (name: string, pick: (row: (typeof rows)[number]) => number, unit: string | null) =>
    ({ name, values: Int32Array.from(rows, pick), unit, measure: null }) as const;
  return {
    nuclei: numbered,
    matches: {
      rows: rows.length,
      columns: [
        column('nucleus_id', ({ id }) => id, null),
        column('cell_id', ({ cell }) => cell, null),
        column('shared_px', ({ shared }) => shared, 'px'),
      ],
    },
  };
}
