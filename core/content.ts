import { z } from 'zod';
import type { Column, DType, Image, Labels, Plane, Table, TypedArray } from '../kernels/image.ts';
import type { Digest, Kind, Kinds } from './artifact.ts';
import { digestOf, sha256 } from './digest.ts';
import { dtypeOf, littleEndianBytes } from './dtype.ts';
import { FoveaError } from './errors.ts';

/** A named array of an artifact. `shape` counts all of it; `planes` are its slices along the first axis (or the whole). */
export interface ContentArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly planes: readonly TypedArray[];
}

/** An artifact as it is stored: JSON attributes and named typed arrays. Array names may contain `/` (Zarr paths). */
export interface Content {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, ContentArray>>;
}

/** The same with every plane replaced by its digest: what an artifact's digest is made of. */
export interface ContentDigests {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<
    Record<string, { readonly dtype: DType; readonly shape: readonly number[]; readonly planes: readonly Digest[] }>
  >;
}

interface Codec<T> {
  toArrays(value: T): Content;
  fromArrays(content: Content): T;
}

const corrupt = (message: string): FoveaError =>
  new FoveaError('STORE_CORRUPT', `${message}; run fovea verify to find what else is damaged, then recompute it`);

const mpp = z.number().positive();
const imageAttributes = z.strictObject({
  mpp,
  intensity: z.enum(['counts', 'unit']),
  channels: z.array(z.strictObject({ name: z.string(), role: z.enum(['nuclear', 'membrane']).nullable() })).min(1),
});
const labelsAttributes = z.strictObject({ mpp });
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
});

function parseAttributes<T extends z.ZodType>(kind: Kind, schema: T, attributes: unknown): z.output<T> {
  const parsed = schema.safeParse(attributes);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw corrupt(`attributes of a stored ${kind} are malformed at ${first?.path.join('.')}: ${first?.message}`);
}

function arrayOf(content: Content, name: string, rank: number): ContentArray {
  const found = Object.hasOwn(content.arrays, name) ? content.arrays[name] : undefined;
  if (found === undefined) throw corrupt(`a stored artifact lacks its array "${name}"`);
  const planes = rank === 3 ? found.shape[0] : 1;
  const length = found.shape.slice(rank === 3 ? 1 : 0).reduce((product, size) => product * size, 1);
  if (found.shape.length !== rank || found.planes.length !== planes) {
    throw corrupt(
      `stored array "${name}" has shape [${found.shape}] and ${found.planes.length} planes, wanted ${rank}-d`,
    );
  }
  for (const plane of found.planes) {
    if (plane.length !== length || dtypeOf(plane) !== found.dtype) {
      throw corrupt(`a plane of stored array "${name}" is not ${length} values of ${found.dtype}`);
    }
  }
  return found;
}

const image: Codec<Image> = {
  toArrays: ({ height, width, mpp, intensity, channels, planes }) => ({
    attributes: { mpp, intensity, channels: channels.map(({ name, role }) => ({ name, role })) },
    arrays: { image: { dtype: dtypeOf(planes[0]) ?? 'uint8', shape: [planes.length, height, width], planes } },
  }),
  fromArrays(content) {
    const attributes = parseAttributes('Image', imageAttributes, content.attributes);
    const { dtype, shape, planes } = arrayOf(content, 'image', 3);
    if (dtype === 'float64') throw corrupt('a stored Image is float64, which no image plane may be');
    if (planes.length !== attributes.channels.length) {
      throw corrupt(`a stored Image has ${planes.length} planes for ${attributes.channels.length} channels`);
    }
    return { ...attributes, height: shape[1]!, width: shape[2]!, planes: planes as readonly Plane[] };
  },
};

const labels: Codec<Labels> = {
  toArrays: ({ height, width, mpp, data }) => ({
    attributes: { mpp },
    arrays: { labels: { dtype: 'int32', shape: [height, width], planes: [data] } },
  }),
  fromArrays(content) {
    const attributes = parseAttributes('Labels', labelsAttributes, content.attributes);
    const { dtype, shape, planes } = arrayOf(content, 'labels', 2);
    if (dtype !== 'int32') throw corrupt(`stored Labels are ${dtype}, wanted int32`);
    return { ...attributes, height: shape[0]!, width: shape[1]!, data: planes[0] as Int32Array };
  },
};

/** Strings as codes into their sorted distinct values (code units): the same strings always give the same arrays. */
function encodeStrings(values: readonly string[]): { categories: string[]; codes: Int32Array } {
  const categories = [...new Set(values)].sort();
  const code = new Map(categories.map((category, index) => [category, index]));
  return { categories, codes: Int32Array.from(values, (value) => code.get(value)!) };
}

const table: Codec<Table> = {
  toArrays({ rows, columns }) {
    const arrays: Record<string, ContentArray> = {};
    const described = columns.map(({ name, unit, measure, values }, index) => {
      const encoded = dtypeOf(values) === null ? encodeStrings(values as readonly string[]) : null;
      const data = encoded?.codes ?? (values as Int32Array | Float64Array);
      arrays[`columns/${index}`] = { dtype: dtypeOf(data)!, shape: [rows], planes: [data] };
      return { name, unit, measure, categories: encoded?.categories ?? null };
    });
    return { attributes: { rows, columns: described }, arrays };
  },
  fromArrays(content) {
    const { rows, columns } = parseAttributes('Table', tableAttributes, content.attributes);
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
    return { rows, columns: decoded };
  },
};

/** The one table of serialisation: a new kind is one entry here. */
const CODECS: { readonly [K in Kind]: Codec<Kinds[K]> } = {
  Image: image,
  Labels: labels,
  CellTable: table,
  Table: table,
};

/**
 * An artifact as attributes and named arrays. Image: `image` (C,Y,X; one plane per channel); Labels: `labels` (Y,X, int32);
 * tables: `columns/<i>` (rows; int32 or float64), string columns as int32 codes with their categories in the attributes.
 * Arrays are shared with `value`, not copied. Expects a value that `problemsOf` accepts.
 */
export function toArrays<K extends Kind>(kind: K, value: Kinds[K]): Content {
  return CODECS[kind].toArrays(value);
}

/** The inverse of `toArrays`, for content read from a store. Throws STORE_CORRUPT where the parts do not fit together. */
export function fromArrays<K extends Kind>(kind: K, content: Content): Kinds[K] {
  return CODECS[kind].fromArrays(content);
}

/** SHA-256 of a plane's values as little-endian bytes. */
export function planeDigest(plane: TypedArray): Digest {
  return sha256(littleEndianBytes(plane));
}

/** An artifact's digest from its attributes and its planes' digests, for stores that hash planes while writing them. */
export function contentDigest(kind: Kind, { attributes, arrays }: ContentDigests): Digest {
  return digestOf('fovea.artifact', { kind, attributes, arrays });
}

/** The Merkle digest of an artifact's decoded content; compressor, chunks and file names do not enter it. */
export function artifactDigest<K extends Kind>(kind: K, value: Kinds[K]): Digest {
  const { attributes, arrays } = toArrays(kind, value);
  const digests = Object.fromEntries(
    Object.entries(arrays).map(([name, { dtype, shape, planes }]) => [
      name,
      { dtype, shape, planes: planes.map(planeDigest) },
    ]),
  );
  return contentDigest(kind, { attributes, arrays: digests });
}
