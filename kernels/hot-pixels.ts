import { outputFor } from './check-out.ts';
import type { Plane } from './image.ts';
import { medianInPlace } from './median.ts';
import { countNarrow, narrowOffset, rankValues } from './order-statistics.ts';
import { cutAt } from './rescale-intensity.ts';

/**
 * The median of a plane, by the rule of numpy 2.4 `np.median`: the middle value, or the mean of the two middle ones, which is rounded to
 * float32 for a float32 plane.
 *
 * @returns the median in the plane's unit, or null for an empty plane.
 * @throws RangeError for a NaN (its index is named).
 */
export function median(plane: Plane): number | null {
  const ranking = rankValues('median', plane, false);
  if (ranking.count === 0) return null;
  const upper = ranking.at(ranking.count >> 1);
  if (ranking.count % 2 === 1) return upper;
  return meanOfTwo(ranking.at((ranking.count >> 1) - 1), upper, plane instanceof Float32Array);
}

/**
 * The median absolute deviation from the median, `np.median(np.abs(plane - np.median(plane)))`: float32 arithmetic for a float32 plane,
 * float64 for integers.
 *
 * @returns the deviation in the plane's unit, or null for an empty plane.
 * @throws RangeError for a NaN (its index is named).
 */
export function medianAbsoluteDeviation(plane: Plane): number | null {
  const middle = median(plane);
  if (middle === null) return null;
  if (plane instanceof Float32Array) return median(plane.map((value) => Math.abs(value - middle)));
  if (plane.BYTES_PER_ELEMENT === 4) {
    return medianInPlace(
      Float64Array.from(plane, (value) => Math.abs(value - middle)),
      0,
      plane.length,
    );
  }
  return narrowDeviation(plane, middle);
}

/** Deviations of 8- and 16-bit values are multiples of a half, so their histogram follows from that of the values. */
function narrowDeviation(plane: Plane, middle: number): number {
  const counts = countNarrow(plane);
  const offset = narrowOffset(plane);
  const halves = new Uint32Array(2 * counts.length);
  for (let i = 0; i < counts.length; i++) halves[Math.abs(2 * (i - offset - middle))]! += counts[i]!;
  const upper = plane.length >> 1;
  const lower = plane.length % 2 === 1 ? upper : upper - 1;
  let before = 0;
  let first = -1;
  for (let half = 0; half < halves.length; half++) {
    before += halves[half]!;
    if (first === -1 && before > lower) first = half;
    if (before > upper) return (first + half) / 4;
  }
  throw new RangeError('medianAbsoluteDeviation: counts do not add up to the plane');
}

/**
 * Cuts hot pixels: values above `median + z · 1.4826 · MAD` become that. A MAD of 0 counts as 1. 1.4826 makes the MAD of normally
 * distributed values their standard deviation; the rule is that of DeepCell Types' `hot_pixel_removal`.
 *
 * A float32 plane's cap is computed in float32, as numpy does; on integers it is truncated where it is written.
 *
 * @param options.z robust standard deviations, > 0; 5 when absent.
 * @param options.out an array of the plane's own type to overwrite; a new one when absent.
 * @returns a plane of the input's own type, the cap, and how many pixels were cut.
 * @throws RangeError for a z that is not > 0 and finite, a NaN in the plane (its index is named), or an unfit `out`.
 */
export function removeHotPixels<T extends Plane>(
  plane: T,
  options: { z?: number; out?: T } = {},
): { data: T; cap: number | null; cut: number } {
  const { z = 5 } = options;
  if (!(z > 0 && z < Infinity)) throw new RangeError(`removeHotPixels: z is ${z}; pass a number > 0, 5 is usual`);
  const type = plane.constructor as new (length: number) => T;
  const data = outputFor('removeHotPixels', type, plane.length, [plane], options.out);
  const middle = median(plane);
  data.set(plane);
  if (middle === null) return { data, cap: null, cut: 0 };
  const deviation = medianAbsoluteDeviation(plane)!;
  const round = plane instanceof Float32Array ? Math.fround : (value: number): number => value;
  const width = round(round(z * 1.4826) * (deviation === 0 ? 1 : deviation));
  const cap = round(middle + width);
  return { data, cap, cut: cutAt(data, cap) };
}

function meanOfTwo(a: number, b: number, single: boolean): number {
  return single ? Math.fround(Math.fround(a + b) / 2) : (a + b) / 2;
}
