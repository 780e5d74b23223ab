import { join } from 'node:path';
import { createArray, writeGroup, writeScalar, writeStrings } from '../zarr/index.ts';
import { dtypeOf } from '../../core/dtype.ts';
import type { CellGraph, TypedArray } from '../../kernels/image.ts';

/** The encodings of AnnData's on-disk format 0.1.0 (anndata >= 0.8) that a published table needs. */

type Values = TypedArray | readonly string[];

export interface DataframeColumn {
  readonly name: string;
  readonly values: Values;
}

const ROWS_PER_CHUNK = 65_536;

/** A `dict`: a plain group of named elements. */
export async function writeDict(dir: string): Promise<void> {
  await writeGroup(dir, { 'encoding-type': 'dict', 'encoding-version': '0.1.0' });
}

/** An `array` of rows × columns (or rows alone, without `columns`), row-major. */
export async function writeNumbers(dir: string, values: TypedArray, columns?: number): Promise<void> {
  const dtype = dtypeOf(values);
  if (dtype === null) throw new TypeError(`${dir}: AnnData columns are typed arrays or strings`);
  const shape = columns === undefined ? [values.length] : [columns === 0 ? 0 : values.length / columns, columns];
  const chunks = columns === undefined ? [ROWS_PER_CHUNK] : [Math.max(1, Math.ceil(ROWS_PER_CHUNK / 16)), columns || 1];
  const array = await createArray(
    dir,
    { shape, chunks, dtype },
    { 'encoding-type': 'array', 'encoding-version': '0.2.0' },
  );
  await array.write(values);
}

/** A `string-array`. */
export async function writeStringArray(dir: string, values: readonly string[]): Promise<void> {
  await writeStrings(dir, values, { 'encoding-type': 'string-array', 'encoding-version': '0.2.0' });
}

/** A `string` scalar. */
export async function writeString(dir: string, value: string): Promise<void> {
  await writeScalar(dir, value, { 'encoding-type': 'string', 'encoding-version': '0.2.0' });
}

/** A square `csr_matrix`, such as distances between neighbours. */
export async function writeGraph(dir: string, { indptr, indices, data }: CellGraph): Promise<void> {
  const rows = indptr.length - 1;
  await writeGroup(dir, { 'encoding-type': 'csr_matrix', 'encoding-version': '0.1.0', shape: [rows, rows] });
  for (const [name, values] of Object.entries({ indptr, indices, data })) {
    const array = await createArray(join(dir, name), {
      ...{ shape: [values.length], chunks: [ROWS_PER_CHUNK], dtype: dtypeOf(values)! },
    });
    await array.write(values);
  }
}

/** An unordered `categorical`: sorted distinct categories (by code unit) and the smallest signed codes that hold them. */
export async function writeCategorical(dir: string, values: readonly string[]): Promise<void> {
  const categories = [...new Set(values)].sort();
  const code = new Map(categories.map((category, i) => [category, i]));
  const Codes = categories.length <= 0x7f ? Int8Array : categories.length <= 0x7fff ? Int16Array : Int32Array;
  const codes = new Codes(values.length);
  for (const [row, value] of values.entries()) codes[row] = code.get(value) ?? -1;
  await writeGroup(dir, { 'encoding-type': 'categorical', 'encoding-version': '0.2.0', ordered: false });
  await writeStringArray(join(dir, 'categories'), categories);
  await writeNumbers(join(dir, 'codes'), codes);
}

/** A `dataframe`: an index of strings and named columns; text columns become categoricals, as anndata itself does. */
export async function writeDataframe(
  dir: string,
  index: readonly string[],
  columns: readonly DataframeColumn[],
): Promise<void> {
  await writeGroup(dir, {
    'encoding-type': 'dataframe',
    'encoding-version': '0.2.0',
    _index: '_index',
    'column-order': columns.map(({ name }) => name),
  });
  await writeStringArray(join(dir, '_index'), index);
  for (const { name, values } of columns) {
    if (isText(values)) await writeCategorical(join(dir, name), values);
    else await writeNumbers(join(dir, name), values);
  }
}

function isText(values: Values): values is readonly string[] {
  return Array.isArray(values);
}
