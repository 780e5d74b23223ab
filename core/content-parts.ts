import type { z } from 'zod';
import type { DType, TypedArray } from '../kernels/image.ts';
import type { Kind } from './artifact.ts';
import { dtypeOf } from './dtype.ts';
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

/** A kind's way into attributes and arrays and back. */
export interface Codec<T> {
  toArrays(value: T): Content;
  fromArrays(content: Content): T;
}

export const corrupt = (message: string): FoveaError =>
  new FoveaError('STORE_CORRUPT', `${message}; run fovea verify to find what else is damaged, then recompute it`);

/** Attributes of a stored artifact as `schema` wants them. Throws STORE_CORRUPT, naming the kind and the first fault. */
export function parseAttributes<T extends z.ZodType>(kind: Kind, schema: T, attributes: unknown): z.output<T> {
  const parsed = schema.safeParse(attributes);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw corrupt(`attributes of a stored ${kind} are malformed at ${first?.path.join('.')}: ${first?.message}`);
}

/** An artifact's array by name, its rank and its planes' lengths checked. Throws STORE_CORRUPT. */
export function arrayOf(content: Content, name: string, rank: number): ContentArray {
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

/** An array of one plane, such as a column. */
export function single(data: TypedArray, shape: readonly number[] = [data.length]): ContentArray {
  return { dtype: dtypeOf(data)!, shape, planes: [data] };
}
