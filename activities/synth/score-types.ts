import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Papa from 'papaparse';
import { FoveaError } from '../../core/errors.ts';
import type { CellTable, Labels } from '../../kernels/image.ts';
import { labelOverlaps, matchedPairs } from '../../kernels/match-labels.ts';
import { readLabelsTiff } from '../images/index.ts';

/** One field of view's cells and the types somebody gave them, as a text column of a cell table. */
export interface TypedFov {
  readonly fov: string;
  readonly cells: Labels;
  readonly table: CellTable;
}

/** How well types were told, over the cells that were found. */
export interface TypeScore {
  /** The column that tells them. */
  readonly column: string;
  /** Found cells, a partner each in the truth. */
  readonly cells: number;
  readonly accuracy: number;
  /** Unweighted mean of the F1 of the types that occur in the truth. */
  readonly macroF1: number;
  readonly perType: readonly { readonly type: string; readonly cells: number; readonly f1: number }[];
}

/** IoU from which a found cell is a true one. */
const IOU = 0.5;

async function trueTypes(truthDir: string, fov: string): Promise<ReadonlyMap<number, string>> {
  const path = join(truthDir, `${fov}_types.csv`);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const message = `there are no types for field of view ${fov}: ${path} cannot be read; make the cohort again with fovea synth`;
    throw new FoveaError('NOT_FOUND', message, { fields: { fov, path }, cause });
  });
  const { data } = Papa.parse<{ cell_id: string; cell_type: string }>(text, { header: true, skipEmptyLines: true });
  return new Map(data.map((row) => [Number(row.cell_id), row.cell_type]));
}

/** True and told counts by type. */
type Confusion = Map<string, Map<string, number>>;

function count(confusion: Confusion, truth: string, told: string): void {
  const row = confusion.get(truth) ?? new Map<string, number>();
  confusion.set(truth, row.set(told, (row.get(told) ?? 0) + 1));
}

function scoreOf(column: string, confusion: Confusion): TypeScore {
  let [cells, right] = [0, 0];
  const told = new Map<string, number>();
  for (const [truth, row] of confusion) {
    for (const [type, times] of row) {
      told.set(type, (told.get(type) ?? 0) + times);
      cells += times;
      if (type === truth) right += times;
    }
  }
  const perType = [...confusion].map(([type, row]) => {
    const there = [...row.values()].reduce((sum, times) => sum + times, 0);
    return { type, cells: there, f1: (2 * (row.get(type) ?? 0)) / (there + (told.get(type) ?? 0)) };
  });
  perType.sort((a, b) => b.cells - a.cells || (a.type < b.type ? -1 : 1));
  const macroF1 = perType.reduce((sum, { f1 }) => sum + f1, 0) / perType.length;
  return { column, cells, accuracy: right / cells, macroF1, perType };
}

/**
 * Scores types against the truth of a synthetic cohort (`<fov>_cells.tif`, `<fov>_types.csv` in `truthDir`), one score per column. Cells count where one
 * found object and one true one overlap with IoU ≥ 0.5, so segmentation errors and slips of typing are not mixed. Throws NOT_FOUND where a field has
 * no truth. A column that no table has is left out; so is everything where no cell was found.
 */
export async function scoreTypes(
  truthDir: string,
  columns: readonly string[],
  predicted: AsyncIterable<TypedFov>,
): Promise<TypeScore[]> {
  const confusions = new Map<string, Confusion>();
  for await (const { fov, cells, table } of predicted) {
    const truth = await readLabelsTiff(join(truthDir, `${fov}_cells.tif`));
    const types = await trueTypes(truthDir, fov);
    const pairs = matchedPairs(labelOverlaps(truth, cells), IOU);
    const row = new Map(Array.from(table.columns[0]!.values as Int32Array, (id, index) => [id, index]));
    for (const name of columns) {
      const values = table.columns.find((column) => column.name === name)?.values;
      if (!Array.isArray(values)) continue;
      const confusion = confusions.get(name) ?? new Map<string, Map<string, number>>();
      confusions.set(name, confusion);
      for (const { truth: id, predicted: found } of pairs) {
        count(confusion, types.get(id) ?? '', (values as readonly string[])[row.get(found) ?? -1] ?? '');
      }
    }
  }
  return [...confusions]
    .filter(([, confusion]) => confusion.size > 0)
    .map(([name, confusion]) => scoreOf(name, confusion));
}
