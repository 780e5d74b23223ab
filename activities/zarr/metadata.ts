import { join } from 'node:path';
import { z } from 'zod';
import { corrupt, readJson, writeJson } from './files.ts';
import { ZSTD_LEVEL } from './zstd.ts';

export type Attributes = Readonly<Record<string, unknown>>;

/** Upper bound on an array's elements, against a damaged header that asks for more memory than there is. */
const MAX_ELEMENTS = 2 ** 32;

const Size = z.number().int().nonnegative();

/** `.zarray` as Fovea writes it: C order, no filter but vlen-utf8, zstd or nothing. */
const ArrayMetadata = z.strictObject({
  zarr_format: z.literal(2),
  shape: z.array(Size).max(3),
  chunks: z.array(Size.min(1)).max(3),
  dtype: z.string(),
  compressor: z.nullable(z.looseObject({ id: z.literal('zstd') })),
  fill_value: z.union([z.number(), z.string(), z.null()]),
  order: z.literal('C'),
  filters: z.nullable(z.array(z.strictObject({ id: z.literal('vlen-utf8') })).max(1)),
  dimension_separator: z.enum(['/', '.']).default('.'),
});
export type ArrayMetadata = z.output<typeof ArrayMetadata>;

/** Chunks no larger than the array; an empty axis keeps chunks of one, since zarr forbids chunks of none. */
export function fitChunks(shape: readonly number[], chunks: readonly number[]): number[] {
  return shape.map((size, axis) => Math.max(1, Math.min(size, chunks[axis] ?? size)));
}

/** Metadata of a new array: zstd, C order, `/` between chunk indices. */
export function arrayMetadata(
  shape: readonly number[],
  chunks: readonly number[],
  dtype: string,
  fillValue: number | string,
): ArrayMetadata {
  return {
    zarr_format: 2,
    shape: [...shape],
    chunks: [...chunks],
    dtype,
    compressor: { id: 'zstd', level: ZSTD_LEVEL },
    fill_value: typeof fillValue === 'number' && !Number.isFinite(fillValue) ? fillName(fillValue) : fillValue,
    order: 'C',
    filters: dtype === '|O' ? [{ id: 'vlen-utf8' }] : null,
    dimension_separator: '/',
  };
}

/** How zarr v2 spells the numbers JSON lacks. */
function fillName(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

/** Writes `.zarray` and, when there are attributes, `.zattrs`. */
export async function writeArrayMetadata(dir: string, metadata: ArrayMetadata, attributes: Attributes): Promise<void> {
  await writeJson(join(dir, '.zarray'), metadata);
  await writeAttributes(dir, attributes);
}

/** Reads and checks `.zarray`. Throws STORE_CORRUPT naming the file when it is missing, damaged or of another profile. */
export async function readArrayMetadata(dir: string): Promise<ArrayMetadata> {
  const path = join(dir, '.zarray');
  const json = await readJson(path);
  if (json === null) throw corrupt(path, 'is missing');
  const parsed = ArrayMetadata.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw corrupt(path, `is not an array Fovea can read (${issue?.path.join('.')}: ${issue?.message})`);
  }
  const { shape, chunks } = parsed.data;
  if (shape.length !== chunks.length) throw corrupt(path, `has ${shape.length} axes but ${chunks.length} chunk sizes`);
  for (const sizes of [shape, chunks]) {
    const elements = sizes.reduce((product, size) => product * size, 1);
    if (elements > MAX_ELEMENTS) throw corrupt(path, `claims ${elements} elements, more than ${MAX_ELEMENTS}`);
  }
  return parsed.data;
}

/** Makes `dir` a zarr v2 group, with attributes if there are any. */
export async function writeGroup(dir: string, attributes: Attributes = {}): Promise<void> {
  await writeJson(join(dir, '.zgroup'), { zarr_format: 2 });
  await writeAttributes(dir, attributes);
}

/** Replaces the attributes of an array or group; none means no file. */
export async function writeAttributes(dir: string, attributes: Attributes): Promise<void> {
  if (Object.keys(attributes).length > 0) await writeJson(join(dir, '.zattrs'), attributes);
}

/** Attributes of an array or group, `{}` without any. Throws STORE_CORRUPT when the file is not a JSON object. */
export async function readAttributes(dir: string): Promise<Record<string, unknown>> {
  const path = join(dir, '.zattrs');
  const json = await readJson(path);
  if (json === null) return {};
  if (typeof json !== 'object' || Array.isArray(json)) throw corrupt(path, 'is not a JSON object');
  return json as Record<string, unknown>;
}
