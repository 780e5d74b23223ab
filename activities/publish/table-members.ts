import { join } from 'node:path';
import type { Json, Table } from '../../kernels/image.ts';
import { writeScalar } from '../zarr/index.ts';
import { writeDict, writeGraph, writeNumbers, writeString, writeStringArray } from './anndata.ts';
import { columnNames } from './names.ts';

/** What the table element itself keeps under `obsm` and `uns`. */
const OBSM = ['spatial', 'spatial_um'];
const UNS = ['columns', 'spatialdata_attrs'];

/** Colours of a category that has none. */
const GREY = '#808080';

/**
 * Adds a table's matrices, graphs, reports and colours to an AnnData group whose `obsm`, `obsp` and `uns` are there. Keys are made
 * SpatialData names and unique; `obsNames` tells what each column is called in `obs`, so that its colours are found. A report becomes nested dicts; lists of text, of numbers and of like records become arrays and dicts of columns, mixed
 * lists their JSON text, true and false 1 and 0; null is left out.
 */
export async function writeMembers(dir: string, table: Table, obsNames: ReadonlyMap<string, string>): Promise<void> {
  const { matrices = [], graphs = [], reports = {}, colours = {} } = table;
  const taken = [...UNS];
  const matrixKeys = freeNames(OBSM, namesOf(matrices));
  for (const [i, { columns, values }] of matrices.entries()) {
    await writeNumbers(join(dir, 'obsm', matrixKeys[i]!), values, columns.length);
    taken.push(`${matrixKeys[i]!}_columns`);
    await writeStringArray(join(dir, 'uns', taken.at(-1)!), columns);
  }
  const graphKeys = freeNames([], namesOf(graphs));
  for (const [i, graph] of graphs.entries()) await writeGraph(join(dir, 'obsp', graphKeys[i]!), graph);
  for (const [column, byValue] of Object.entries(colours)) {
    const values = table.columns.find(({ name }) => name === column)?.values;
    if (!Array.isArray(values)) continue;
    // In the order of the categories, as writeCategorical sorts them.
    const categories = [...new Set(values as readonly string[])].sort();
    const list = categories.map((category) => byValue[category] ?? GREY);
    taken.push(`${obsNames.get(column) ?? column}_colors`);
    await writeStringArray(join(dir, 'uns', taken.at(-1)!), list);
  }
  const names = Object.keys(reports).sort();
  const keys = freeNames(taken, names);
  for (const [i, name] of names.entries()) await writeJson(join(dir, 'uns', keys[i]!), reports[name]!);
}

const namesOf = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

/** Names for what is to stand beside `taken`. */
const freeNames = (taken: readonly string[], names: readonly string[]): string[] =>
  columnNames([...taken, ...names]).slice(taken.length);

const isRecord = (value: Json): value is { readonly [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

async function writeJson(dir: string, value: Json): Promise<void> {
  if (typeof value === 'string') return writeString(dir, value);
  if (typeof value === 'number' || typeof value === 'boolean') {
    return writeScalar(dir, Number(value), { 'encoding-type': 'numeric-scalar', 'encoding-version': '0.2.0' });
  }
  if (value === null) return;
  if (isRecord(value)) {
    await writeDict(dir);
    const names = Object.keys(value);
    const keys = columnNames(names);
    for (const [i, name] of names.entries()) await writeJson(join(dir, keys[i]!), value[name]!);
    return;
  }
  return writeList(dir, value as readonly Json[]);
}

async function writeList(dir: string, list: readonly Json[]): Promise<void> {
  if (list.length > 0 && list.every((item) => typeof item === 'number'))
    return writeNumbers(dir, Float64Array.from(list));
  if (list.every((item) => typeof item === 'string')) return writeStringArray(dir, list);
  if (!list.every(isRecord)) return writeString(dir, JSON.stringify(list));
  // Records of one kind, such as a line per channel: a dict of columns, which pandas turns into a table.
  await writeDict(dir);
  const names = [...new Set(list.flatMap((item) => Object.keys(item)))];
  const keys = columnNames(names);
  for (const [i, name] of names.entries()) {
    const column = list.map((item) => item[name] ?? null);
    const numbers = column.every((item) => typeof item === 'number' || item === null);
    const texts = column.map((item) => (typeof item === 'string' ? item : item === null ? '' : JSON.stringify(item)));
    await (numbers && column.some((item) => item !== null)
      ? writeNumbers(
          join(dir, keys[i]!),
          Float64Array.from(column, (item) => (item === null ? NaN : (item as number))),
        )
      : writeStringArray(join(dir, keys[i]!), texts));
  }
}
