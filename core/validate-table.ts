import type { CellGraph, CellTable, Column, Matrix, Table } from '../kernels/image.ts';
import { dtypeOf } from './dtype.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isFloats = (value: unknown): boolean => ['float32', 'float64'].includes(dtypeOf(value) ?? '');

function columnProblems({ name, values, measure, unit }: Column, rows: number): string[] {
  const title = `column ${JSON.stringify(name)}`;
  const dtype = dtypeOf(values);
  if (dtype === null ? !Array.isArray(values) : dtype !== 'int32' && dtype !== 'float64') {
    return [`${title} is ${dtype ?? 'no array'}, wanted int32, float64 or strings`];
  }
  const problems: string[] = [];
  if (values.length !== rows) problems.push(`${title} has ${values.length} values for ${rows} rows`);
  if (unit !== null && typeof unit !== 'string')
    problems.push(`${title} has unit ${JSON.stringify(unit)}, wanted text or null`);
  if (measure !== null && !isObject(measure)) problems.push(`${title} has no measure, wanted one or null`);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    // NaN says that there was nothing to measure; an infinity is an accident of arithmetic.
    if (dtype === null ? typeof value !== 'string' : value === Infinity || value === -Infinity) {
      problems.push(
        `${title} holds ${String(value)} in row ${row}, wanted ${dtype === null ? 'text' : 'finite values or NaN'}`,
      );
      break;
    }
  }
  return problems;
}

const namesOf = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

/** Names among `names` that are no text, empty, or there twice. */
function nameProblems(names: readonly unknown[], one: string, many = `${one}s`): string[] {
  const problems: string[] = [];
  const seen = new Set<unknown>();
  for (const name of names) {
    if (typeof name !== 'string' || name === '') problems.push(`a ${one} has no name`);
    else if (seen.has(name)) problems.push(`two ${many} are named ${JSON.stringify(name)}`);
    seen.add(name);
  }
  return problems;
}

function matrixProblems({ name, columns, values }: Matrix, rows: number): string[] {
  const title = `matrix ${JSON.stringify(name)}`;
  if (!Array.isArray(columns) || columns.length === 0) return [`${title} has no columns, wanted at least one`];
  const problems = nameProblems(columns, 'column').map((problem) => `${title}: ${problem}`);
  if (!isFloats(values))
    return [...problems, `${title} is ${dtypeOf(values) ?? 'no array'}, wanted float32 or float64`];
  if (values.length !== rows * columns.length) {
    problems.push(
      `${title} has ${values.length} values, wanted ${rows * columns.length} (${rows} × ${columns.length})`,
    );
  }
  const at = values.findIndex((value) => value === Infinity || value === -Infinity);
  if (at >= 0)
    problems.push(
      `${title} holds ${values[at]} in row ${Math.floor(at / columns.length)}, wanted finite values or NaN`,
    );
  return problems;
}

function graphProblems({ name, indptr, indices, data }: CellGraph, rows: number): string[] {
  const title = `graph ${JSON.stringify(name)}`;
  if (dtypeOf(indptr) !== 'int32' || dtypeOf(indices) !== 'int32' || !isFloats(data)) {
    return [`${title} wants indptr and indices as int32 and data as floats`];
  }
  if (
    indptr.length !== rows + 1 ||
    indptr[0] !== 0 ||
    indptr[rows] !== indices.length ||
    data.length !== indices.length
  ) {
    return [
      `${title} has ${indptr.length} offsets up to ${indptr.at(-1)}, ${indices.length} indices and ${data.length} values for ${rows} rows`,
    ];
  }
  for (let row = 0; row < rows; row++) {
    if (indptr[row]! > indptr[row + 1]!) return [`${title}: offsets descend after row ${row}`];
    for (let i = indptr[row]!; i < indptr[row + 1]!; i++) {
      const ascends = i === indptr[row]! || indices[i]! > indices[i - 1]!;
      if (!(indices[i]! >= 0 && indices[i]! < rows && ascends)) {
        return [`${title}, row ${row}: index ${indices[i]} is no row, or not above the one before it`];
      }
      if (!Number.isFinite(data[i]!)) return [`${title}, row ${row}: value ${data[i]}, wanted a finite one`];
    }
  }
  return [];
}

/** Where a value is not JSON, as a path; null when all of it is. */
function notJson(value: unknown, path: string): string | null {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : path;
  if (!isObject(value) || ArrayBuffer.isView(value)) return path;
  for (const [key, member] of Object.entries(value)) {
    const found = member === undefined ? `${path}.${key}` : notJson(member, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

function colourProblems({ columns, colours = {} }: Table): string[] {
  return Object.entries(colours).flatMap(([column, byValue]) => {
    const title = `colours of ${JSON.stringify(column)}`;
    const values = columns.find(({ name }) => name === column)?.values;
    if (values === undefined || dtypeOf(values) !== null) return [`${title}: there is no such column of text`];
    const bad = Object.entries(byValue).find(([, colour]) => !/^#[0-9a-f]{6}$/.test(colour));
    return bad === undefined
      ? []
      : [`${title}: ${JSON.stringify(bad[0])} has ${JSON.stringify(bad[1])}, wanted #rrggbb`];
  });
}

/** Matrices, graphs, reports and colours. */
function memberProblems(table: Table): string[] {
  const { rows, matrices = [], graphs = [], reports = {} } = table;
  const json = Object.entries(reports).map(([name, report]) => notJson(report, `reports.${name}`));
  return [
    ...nameProblems(namesOf(matrices), 'matrix', 'matrices'),
    ...nameProblems(namesOf(graphs), 'graph'),
    ...matrices.flatMap((matrix) => matrixProblems(matrix, rows)),
    ...graphs.flatMap((graph) => graphProblems(graph, rows)),
    ...json.flatMap((path) =>
      path === null ? [] : [`${path} is not JSON: no NaN, infinities, arrays of bytes or undefined`],
    ),
    ...colourProblems(table),
  ];
}

/** What is wrong with a table, a sentence each. */
export function tableProblems(table: Table): string[] {
  const { rows, columns } = table;
  if (!Number.isSafeInteger(rows) || rows < 0) return [`rows is ${rows}, wanted a whole number from 0`];
  if (!Array.isArray(columns)) return ['a table has a list of columns'];
  return [
    ...columns.flatMap((column) => columnProblems(column, rows)),
    ...nameProblems(namesOf(columns), 'column'),
    ...memberProblems(table),
  ];
}

/** The same, and that `cell_id` comes first, ascending from above 0. */
export function cellTableProblems(table: CellTable): string[] {
  const problems = tableProblems(table);
  const first = Array.isArray(table.columns) ? table.columns[0] : undefined;
  if (first?.name !== 'cell_id') {
    return [...problems, `the first column is ${JSON.stringify(first?.name)}, wanted "cell_id"`];
  }
  if (dtypeOf(first.values) !== 'int32') return [...problems, 'column "cell_id" must be int32'];
  let last = 0;
  for (const [row, id] of (first.values as Int32Array).entries()) {
    if (id <= last) {
      return [...problems, `cell_id ${id} in row ${row} follows ${last}; wanted ids above 0, ascending, each once`];
    }
    last = id;
  }
  return problems;
}
