import type { Gathered, StepContext } from '../../core/step.ts';
import type { CellTable, Column, Table } from '../../kernels/image.ts';
import { medianInPlace } from '../../kernels/median.ts';

/** One column of the summary while it grows: a value per field of view, by its row; absent ones are NaN. */
interface Growing {
  readonly unit: Column['unit'];
  readonly measure: Column['measure'];
  readonly values: Map<number, number>;
}

/**
 * One row per field of view, in the order the cohort is gathered in (ascending by fov): `fov`, `cells`, `cells_at_border`, the medians
 * of area_um2, eccentricity, solidity and nucleus_area_um2 over cells, then the mean over cells of every mean-intensity column, under
 * that column's name. NaN cells (no nucleus, say) are left out of a statistic; a statistic of no values, or a column the field of view
 * does not have, is NaN. Columns appear as first met. One table is in memory at a time.
 */
export async function summarize(tables: Gathered<CellTable>, ctx: StepContext): Promise<Table> {
  const fovs: string[] = [];
  const cells: number[] = [];
  const border: number[] = [];
  const medians = new Map<string, Growing>(MEDIANS.map(([name, unit]) => [name, empty(unit, null)]));
  const means = new Map<string, Growing>();
  for await (const { fov, value: table } of tables) {
    ctx.signal.throwIfAborted();
    const row = fovs.length;
    fovs.push(fov);
    cells.push(table.rows);
    border.push(sumOf(table.columns.find(({ name }) => name === 'touches_border')));
    for (const column of table.columns) {
      const numbers = numbersOf(column);
      medians.get(column.name)?.values.set(row, medianOf(numbers));
      if (column.measure?.statistic !== 'mean') continue;
      const growing = means.get(column.name) ?? empty(column.unit, column.measure);
      means.set(column.name, growing);
      growing.values.set(row, numbers.reduce((sum, number) => sum + number, 0) / numbers.length);
    }
    ctx.progress(fovs.length, tables.size);
  }
  const rows = fovs.length;
  const finish = (suffix: string, [name, { unit, measure, values }]: [string, Growing]): Column => ({
    name: `${name}${suffix}`,
    values: Float64Array.from({ length: rows }, (_, row) => values.get(row) ?? NaN),
    unit,
    measure,
  });
  return {
    rows,
    columns: [
      { name: 'fov', values: fovs, unit: null, measure: null },
      { name: 'cells', values: Int32Array.from(cells), unit: null, measure: null },
      { name: 'cells_at_border', values: Float64Array.from(border), unit: null, measure: null },
      ...[...medians].map((entry) => finish('_median', entry)),
      ...[...means].map((entry) => finish('', entry)),
    ],
  };
}

const MEDIANS = [
  ['area_um2', 'um2'],
  ['eccentricity', null],
  ['solidity', null],
  ['nucleus_area_um2', 'um2'],
] as const;

function empty(unit: Column['unit'], measure: Column['measure']): Growing {
  return { unit, measure, values: new Map() };
}

/** The column's numbers without NaN, as a copy; none for a column of strings. */
function numbersOf({ values }: Column): Float64Array {
  if (!(values instanceof Int32Array || values instanceof Float64Array)) return new Float64Array(0);
  return Float64Array.from(values).filter((value) => !Number.isNaN(value));
}

function medianOf(numbers: Float64Array): number {
  return numbers.length === 0 ? NaN : medianInPlace(numbers.slice(), 0, numbers.length);
}

/** NaN when there is no such column. */
function sumOf(column: Column | undefined): number {
  return column === undefined ? NaN : numbersOf(column).reduce((sum, value) => sum + value, 0);
}
