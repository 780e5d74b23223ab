import { outputFor } from './check-out.ts';
import { checkResize } from './check-resize.ts';
import type { Plane } from './image.ts';
import { twin } from './twin.ts';
import { resizeNearestWasm } from './wasm/resize-nearest.ts';

/** Which source pixel is the nearest; see {@link resizeNearest}. */
export type NearestRule = 'scikit-image' | 'opencv';

export interface ResizeNearestOptions<T extends Plane> {
  /** `scikit-image` unless given. */
  readonly rule?: NearestRule;
  /** An array of the plane's own type and `outHeight * outWidth` values, to be overwritten and returned; a new one unless given. */
  readonly out?: T;
}

/**
 * Resizes a (Y, X) plane by picking pixels, so that no new value appears: for labels, masks and category planes.
 *
 * Output index k of an axis reads, by rule,
 * - `scikit-image`: source index ⌊c + 0.5⌋ with c = (k + 0.5)·(in/out) - 0.5 in float64, in that order of operations, as
 *   `skimage.transform.resize(order=0, anti_aliasing=False)` 0.26 does: pixel centres, outer edges stay where they are;
 * - `opencv`: source index ⌊k·(1/(out/in))⌋ in float64, at most in - 1, as `cv2.resize(interpolation=INTER_NEAREST)` 5.0 does: corners.
 *   Its picks lie up to half a source pixel to the top left of the other rule's.
 *
 * @returns `outHeight * outWidth` values of the input's own array type.
 * @throws RangeError for a wrong length, an empty plane, an output side below 1, an output over 2^29 pixels, an unknown rule, or an
 *   `out` of another type or length or on the plane's own memory.
 */
export function resizeNearest<T extends Plane>(
  plane: T,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
  { rule = 'scikit-image', out }: ResizeNearestOptions<T> = {},
): T {
  checkResize('resizeNearest', plane, height, width, outHeight, outWidth);
  const indices = INDICES[rule] as ((n: number, outN: number) => Int32Array) | undefined;
  if (indices === undefined) {
    throw new RangeError(`resizeNearest: rule is '${rule}'; pass ${Object.keys(INDICES).join(' or ')}`);
  }
  const type = plane.constructor as new (length: number) => T;
  const result = outputFor('resizeNearest', type, outHeight * outWidth, [plane], out);
  const rows = indices(height, outHeight);
  const columns = indices(width, outWidth);
  if (twin() === 'wasm') resizeNearestWasm(plane, width, rows, columns, result);
  else pick(plane, width, rows, columns, result);
  return result;
}

function pick<T extends Plane>(plane: T, width: number, rows: Int32Array, columns: Int32Array, out: T): void {
  const outWidth = columns.length;
  for (let y = 0; y < rows.length; y++) {
    const to = y * outWidth;
    if (y > 0 && rows[y] === rows[y - 1]) {
      out.copyWithin(to, to - outWidth, to);
      continue;
    }
    const from = rows[y]! * width;
    for (let x = 0; x < outWidth; x++) out[to + x] = plane[from + columns[x]!]!;
  }
}

const INDICES = {
  'scikit-image': (n: number, outN: number): Int32Array => {
    const factor = n / outN;
    return Int32Array.from({ length: outN }, (_, k) => {
      const centre = Math.min(n - 1, Math.max(0, (k + 0.5) * factor - 0.5));
      return Math.floor(centre + 0.5);
    });
  },
  opencv: (n: number, outN: number): Int32Array => {
    const factor = 1 / (outN / n);
    return Int32Array.from({ length: outN }, (_, k) => Math.min(n - 1, Math.floor(k * factor)));
  },
};
