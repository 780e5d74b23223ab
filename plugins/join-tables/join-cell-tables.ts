import { canonical } from '../../core/digest.ts';
import { invalidInput } from '../../core/errors.ts';
import type { CellGraph, CellTable, Column, Json, Matrix } from '../../kernels/image.ts';
import { checkSameCells } from './same-cells.ts';

type Values = ArrayLike<number | string>;

/** Numbers and texts by value: NaN is NaN, 0 is −0, and an int32 column may equal a float64 one. */
function sameValues(a: Values, b: Values): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return false;
  return true;
}

const sameText = (a: string, b: string): boolean => a === b;

const sameJson = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const sameColumn = (a: Column, b: Column): boolean =>
  sameValues(a.values, b.values) && a.unit === b.unit && sameJson(a.measure, b.measure);

const sameMatrix = (a: Matrix, b: Matrix): boolean => sameJson(a.columns, b.columns) && sameValues(a.values, b.values);

const sameGraph = (a: CellGraph, b: CellGraph): boolean =>
  sameValues(a.indptr, b.indptr) && sameValues(a.indices, b.indices) && sameValues(a.data, b.data);

/** What of one sort has been taken so far: by name, with the table it came from. */
class Taken<T> {
  private readonly by = new Map<string, { readonly value: T; readonly table: number }>();
  private readonly sort: string;
  private readonly same: (a: T, b: T) => boolean;
  private readonly tables: number;

  constructor(sort: string, tables: number, same: (a: T, b: T) => boolean) {
    this.sort = sort;
    this.tables = tables;
    this.same = same;
  }

  /** Takes `value` unless its like is there. Throws INVALID_INPUT where another stands under that name. */
  take(name: string, value: T, table: number): void {
    const before = this.by.get(name);
    if (before === undefined) this.by.set(name, { value, table });
    else if (!this.same(before.value, value)) {
      throw invalidInput(
        `tables ${before.table + 1} and ${table + 1} both have ${this.sort} ${JSON.stringify(name)}, and they differ. ` +
          `Give one of them a prefix: with: { prefixes: [${examplePrefixes(table, this.tables)}] }`,
        { port: 'tables', name, tables: [before.table + 1, table + 1] },
      );
    }
  }

  /** As `take`, but another value under that name stands beside the first, its name ending in the table's number. */
  takeBeside(name: string, value: T, table: number): void {
    const before = this.by.get(name);
    const apart = before !== undefined && !this.same(before.value, value);
    this.take(apart ? `${name}_${table + 1}` : name, value, table);
  }

  values(): T[] {
    return [...this.by.values()].map(({ value }) => value);
  }

  entries(): [string, T][] {
    return [...this.by].map(([name, { value }]) => [name, value]);
  }
}

/** `'', 'b_', ''`: a prefix for the table of index 1 among three, as an example. */
const examplePrefixes = (table: number, tables: number): string =>
  Array.from({ length: tables }, (_, i) => (i === table ? `'${String.fromCharCode(97 + (i % 26))}_'` : "''")).join(
    ', ',
  );

/**
 * The tables' columns, matrices, graphs, reports and colours side by side, in the order of the tables; `cell_id` once. What two tables have
 * under one name with the same content is kept once; reports that differ stand beside each other, the later one's name with its table's number.
 * `prefixes` go before all names but `cell_id`, colours follow their column. Of two
 * columns that measure the same (compartment, statistic, channel) under different names, the later is a plain column.
 *
 * @throws INVALID_INPUT if there are no tables, ids differ (how many, and the first few), two tables have one name but a report's with other content, or
 *   `prefixes` are neither none nor one per table.
 */
export function joinCellTables(tables: readonly CellTable[], prefixes: readonly string[]): CellTable {
  const [first] = tables;
  if (first === undefined) throw invalidInput('no tables are wired; name at least one', { port: 'tables' });
  if (prefixes.length > 0 && prefixes.length !== tables.length) {
    throw invalidInput(
      `${prefixes.length} prefixes for ${tables.length} tables; give one per table, '' where there is to be none`,
      { found: prefixes.length, wanted: tables.length },
    );
  }
  checkSameCells(tables);
  const count = tables.length;
  const columns = new Taken<Column>('column', count, sameColumn);
  const matrices = new Taken<Matrix>('matrix', count, sameMatrix);
  const graphs = new Taken<CellGraph>('graph', count, sameGraph);
  const reports = new Taken<Json>('report', count, sameJson);
  const colours = new Map<string, Taken<string>>();
  const measured = new Map<string, string>();
  for (const [i, table] of tables.entries()) {
    const renamed = (name: string): string => `${prefixes[i] ?? ''}${name}`;
    for (const [c, column] of table.columns.entries()) {
      const name = c === 0 ? column.name : renamed(column.name);
      columns.take(name, { ...column, name, measure: measureOf(column, name, measured) }, i);
    }
    for (const matrix of table.matrices ?? []) {
      matrices.take(renamed(matrix.name), { ...matrix, name: renamed(matrix.name) }, i);
    }
    for (const graph of table.graphs ?? [])
      graphs.take(renamed(graph.name), { ...graph, name: renamed(graph.name) }, i);
    for (const [name, report] of Object.entries(table.reports ?? {})) reports.takeBeside(renamed(name), report, i);
    for (const [name, byValue] of Object.entries(table.colours ?? {})) {
      const taken =
        colours.get(renamed(name)) ?? new Taken<string>(`a colour of ${renamed(name)} for`, count, sameText);
      colours.set(renamed(name), taken);
      for (const [value, colour] of Object.entries(byValue)) taken.take(value, colour, i);
    }
  }
  return {
    ...{ rows: first.rows, columns: columns.values() },
    ...{ matrices: matrices.values(), graphs: graphs.values(), reports: Object.fromEntries(reports.entries()) },
    colours: Object.fromEntries([...colours].map(([name, taken]) => [name, Object.fromEntries(taken.entries())])),
  };
}

/** A table publishes one column per measure (a cell of its layers), so a second one loses its meaning, not its values. */
function measureOf({ measure }: Column, name: string, measured: Map<string, string>): Column['measure'] {
  if (measure === null) return null;
  const key = canonical(measure);
  const before = measured.get(key) ?? name;
  measured.set(key, before);
  return before === name ? measure : null;
}
