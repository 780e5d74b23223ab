import { z } from 'zod';
import type { CellGraph, Column, Matrix, Table } from '../kernels/image.ts';
import {
  arrayOf,
  corrupt,
  parseAttributes,
  single,
  type Codec,
  type Content,
  type ContentArray,
} from './content-parts.ts';
import { dtypeOf } from './dtype.ts';

const tableAttributes = z.strictObject({
  rows: z.int().min(0),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      unit: z.string().nullable(),
      measure: z
        .strictObject({
          compartment: z.enum(['cell', 'nucleus', 'cytoplasm']),
          statistic: z.enum(['mean', 'median', 'sum']),
          channel: z.string(),
        })
        .nullable(),
      /** Distinct values of a string column, sorted by code unit; null for numbers. */
      categories: z.array(z.string()).nullable(),
    }),
  ),
  matrices: z.array(z.strictObject({ name: z.string(), columns: z.array(z.string()) })).optional(),
  graphs: z.array(z.strictObject({ name: z.string() })).optional(),
  reports: z.record(z.string(), z.json()).optional(),
  colours: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});

/** Strings as codes into their sorted distinct values (code units): the same strings always give the same arrays. */
function encodeStrings(values: readonly string[]): { categories: string[]; codes: Int32Array } {
  const categories = [...new Set(values)].sort();
  const code = new Map(categories.map((category, index) => [category, index]));
  return { categories, codes: Int32Array.from(values, (value) => code.get(value)!) };
}

const filled = (members: object | undefined): boolean => members !== undefined && Object.keys(members).length > 0;

/** Columns, and beside them matrices, graphs, reports and colours where a table has any. */
export const table: Codec<Table> = {
  toArrays({ rows, columns, matrices, graphs, reports, colours }) {
    const arrays: Record<string, ContentArray> = {};
    const described = columns.map(({ name, unit, measure, values }, index) => {
      const encoded = dtypeOf(values) === null ? encodeStrings(values as readonly string[]) : null;
      const data = encoded?.codes ?? (values as Int32Array | Float64Array);
      arrays[`columns/${index}`] = { dtype: dtypeOf(data)!, shape: [rows], planes: [data] };
      return { name, unit, measure, categories: encoded?.categories ?? null };
    });
    for (const [i, { columns, values }] of (matrices ?? []).entries()) {
      arrays[`matrices/${i}`] = single(values, [rows, columns.length]);
    }
    for (const [i, { indptr, indices, data }] of (graphs ?? []).entries()) {
      arrays[`graphs/${i}/indptr`] = single(indptr);
      arrays[`graphs/${i}/indices`] = single(indices);
      arrays[`graphs/${i}/data`] = single(data);
    }
    // A member without entries is the same as none, so that there is one digest for both.
    const attributes = {
      ...{ rows, columns: described },
      ...(matrices?.length ? { matrices: matrices.map(({ name, columns }) => ({ name, columns })) } : {}),
      ...(graphs?.length ? { graphs: graphs.map(({ name }) => ({ name })) } : {}),
      ...(filled(reports) ? { reports } : {}),
      ...(filled(colours) ? { colours } : {}),
    };
    return { attributes, arrays };
  },
  fromArrays(content) {
    const { rows, columns, ...rest } = parseAttributes('Table', tableAttributes, content.attributes);
    const decoded = columns.map(({ name, unit, measure, categories }, index): Column => {
      const { dtype, shape, planes } = arrayOf(content, `columns/${index}`, 1);
      if (shape[0] !== rows) throw corrupt(`stored column "${name}" has ${shape[0]} values, the table ${rows} rows`);
      const data = planes[0] as Int32Array | Float64Array;
      if (dtype !== 'int32' && (dtype !== 'float64' || categories !== null)) {
        throw corrupt(`stored column "${name}" is ${dtype}, wanted int32${categories === null ? ' or float64' : ''}`);
      }
      const values = categories === null ? data : Array.from(data, (code) => categories[code]);
      const unknown = categories === null ? -1 : (values as (string | undefined)[]).indexOf(undefined);
      if (unknown >= 0) throw corrupt(`stored column "${name}", row ${unknown}: code ${data[unknown]} has no category`);
      return { name, unit, measure, values: values as Column['values'] };
    });
    return {
      ...{ rows, columns: decoded },
      ...(rest.matrices && { matrices: rest.matrices.map((known, i) => matrixOf(content, known, i, rows)) }),
      ...(rest.graphs && { graphs: rest.graphs.map(({ name }, i) => graphOf(content, name, i, rows)) }),
      ...(rest.reports && { reports: rest.reports }),
      ...(rest.colours && { colours: rest.colours }),
    };
  },
};

type Floats = Float32Array | Float64Array;

function floats(content: Content, name: string, rank: number): { shape: readonly number[]; data: Floats } {
  const { dtype, shape, planes } = arrayOf(content, name, rank);
  if (dtype !== 'float32' && dtype !== 'float64') throw corrupt(`stored "${name}" is ${dtype}, wanted floats`);
  return { shape, data: planes[0] as Floats };
}

function matrixOf(
  content: Content,
  { name, columns }: { name: string; columns: readonly string[] },
  index: number,
  rows: number,
): Matrix {
  const { shape, data } = floats(content, `matrices/${index}`, 2);
  if (shape[0] !== rows || shape[1] !== columns.length) {
    throw corrupt(`stored matrix "${name}" is [${shape}], wanted [${rows}, ${columns.length}]`);
  }
  return { name, columns, values: data };
}

function graphOf(content: Content, name: string, index: number, rows: number): CellGraph {
  const whole = (part: 'indptr' | 'indices'): Int32Array => {
    const { dtype, planes } = arrayOf(content, `graphs/${index}/${part}`, 1);
    if (dtype !== 'int32') throw corrupt(`${part} of stored graph "${name}" is ${dtype}, wanted int32`);
    return planes[0] as Int32Array;
  };
  const [indptr, indices] = [whole('indptr'), whole('indices')];
  const { data } = floats(content, `graphs/${index}/data`, 1);
  if (indptr.length !== rows + 1 || indices.length !== data.length || indptr[rows] !== data.length) {
    throw corrupt(`stored graph "${name}" has ${indptr.length} offsets and ${data.length} entries for ${rows} rows`);
  }
  return { name, indptr, indices, data };
}
