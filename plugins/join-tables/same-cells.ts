import { invalidInput } from '../../core/errors.ts';
import type { CellTable } from '../../kernels/image.ts';

/** Ids that a message names before it says how many more there are. */
const NAMED = 5;

/** The first column of a cell table. */
export const idsOf = (table: CellTable): Int32Array => table.columns[0]!.values as Int32Array;

function without(ids: Int32Array, others: Int32Array): number[] {
  const known = new Set(others);
  return [...ids].filter((id) => !known.has(id));
}

function named(ids: readonly number[]): string {
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
  return `${ids.slice(0, NAMED).join(', ')}${more}`;
}

/** @throws INVALID_INPUT unless every table has the ids of the first; says how many differ, and the first few on either side. */
export function checkSameCells(tables: readonly CellTable[]): void {
  const first = idsOf(tables[0]!);
  for (const [i, table] of tables.entries()) {
    const ids = idsOf(table);
    if (ids.length === first.length && ids.every((id, row) => id === first[row])) continue;
    const [missing, extra] = [without(first, ids), without(ids, first)];
    const parts = [
      ...(missing.length > 0 ? [`${missing.length} of table 1 are not in it (${named(missing)})`] : []),
      ...(extra.length > 0 ? [`${extra.length} are in it alone (${named(extra)})`] : []),
    ];
    throw invalidInput(
      `table ${i + 1} of ${tables.length} has ${ids.length} cells, table 1 has ${first.length}: ${parts.join('; ')}. ` +
        'Join tables that were made from the same cells',
      { port: 'tables', table: i + 1, missing: missing.length, extra: extra.length },
    );
  }
}
