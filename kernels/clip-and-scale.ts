import { outputFor } from './check-out.ts';
import type { Plane } from './image.ts';
import { twin } from './twin.ts';
import { clipAndScaleWasm } from './wasm/clip-and-scale.ts';

/**
 * Clips a plane at `high` from above and maps it linearly to 0..1.
 *
 * Every operation is rounded to float32, as numpy does on a float32 array: x = min(x, float32(high)), then
 * (x - min) / (max - min) over the clipped plane. A plane that is constant after clipping becomes all 0.
 *
 * @param options.out an array to overwrite and return; a new one when absent.
 * @throws RangeError if `high` is not finite, a value is NaN or infinite (its index is named), or `out` is unfit.
 */
export function clipAndScale(plane: Plane, high: number, options: { out?: Float32Array } = {}): Float32Array {
  if (!Number.isFinite(high)) throw new RangeError(`clipAndScale: high is ${high}; pass a finite clipping value`);
  return scaleBelow('clipAndScale', plane, Math.fround(high), options.out);
}

/**
 * Maps a plane linearly to 0..1 in float32, as numpy's `(x - x.min()) / (x.max() - x.min())`; a constant plane becomes all 0.
 *
 * @param options.out an array to overwrite and return; a new one when absent.
 * @throws RangeError if a value is NaN or infinite (its index is named), or `out` is unfit.
 */
export function minMaxScale(plane: Plane, options: { out?: Float32Array } = {}): Float32Array {
  return scaleBelow('minMaxScale', plane, Infinity, options.out);
}

function scaleBelow(kernel: string, plane: Plane, limit: number, given: Float32Array | undefined): Float32Array {
  const out = outputFor(kernel, Float32Array, plane.length, [plane], given);
  if (twin() === 'wasm' && clipAndScaleWasm(plane, limit, out)) return out;
  let low = Infinity;
  let top = -Infinity;
  for (let i = 0; i < out.length; i++) {
    const value = Math.fround(plane[i]!);
    if (value - value !== 0) {
      throw new RangeError(
        `${kernel}: the value at index ${i} is ${value}; replace non-finite pixels before this step`,
      );
    }
    const clipped = value < limit ? value : limit;
    out[i] = clipped;
    if (clipped < low) low = clipped;
    if (clipped > top) top = clipped;
  }
  if (!(top > low)) return out.fill(0);
  // Adding 0 makes 0 of -0, whichever of the two came first.
  low += 0;
  const range = Math.fround(top - low);
  for (let i = 0; i < out.length; i++) out[i] = Math.fround(out[i]! - low) / range;
  return out;
}
