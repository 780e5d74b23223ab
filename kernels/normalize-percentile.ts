import { outputFor } from './check-out.ts';
import { clipAndScale } from './clip-and-scale.ts';
import type { Plane } from './image.ts';
import { narrowOffset } from './order-statistics.ts';
import { checkPercent, interpolate, percentile, type PercentileOptions } from './percentile.ts';
import { twin } from './twin.ts';
import { normalizePercentileWasm } from './wasm/normalize-percentile.ts';

/**
 * Clips a plane at its `percent`-th percentile and maps what is left linearly to 0..1: `percentile`, then `clipAndScale`, with the same
 * values as these two. A 16-bit plane is read once for both.
 *
 * @param options.nonZero leaves the values equal to 0 out of the percentile.
 * @param options.out an array to overwrite and return; a new one when absent.
 * @returns float32 values in 0..1, all 0 for a plane of which no value qualifies; and the clipping value, null for such a plane.
 * @throws RangeError as `percentile` and `clipAndScale`.
 */
export function normalizePercentile(
  plane: Plane,
  percent: number,
  options: PercentileOptions & { readonly out?: Float32Array } = {},
): { data: Float32Array; high: number | null } {
  const data = outputFor('normalizePercentile', Float32Array, plane.length, [plane], options.out);
  if (twin() === 'wasm' && (plane instanceof Uint16Array || plane instanceof Int16Array)) {
    checkPercent(percent);
    const high = normalizePercentileWasm(plane, data, {
      ...{ percent, nonZero: options.nonZero === true, offset: narrowOffset(plane) },
      interpolate: (ranking) => interpolate(ranking, percent, (value) => value),
    });
    return { data, high };
  }
  const high = percentile(plane, percent, options);
  if (high === null) return { data: data.fill(0), high };
  return { data: clipAndScale(plane, high, { out: data }), high };
}
