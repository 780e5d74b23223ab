import { outputFor } from './check-out.ts';
import type { Plane } from './image.ts';
import { percentile, type PercentileOptions } from './percentile.ts';

export interface RescaleIntensityOptions {
  /** What is mapped, values beyond it are clipped; the plane's own least and largest value when absent. */
  readonly inRange?: readonly [number, number];
  /** What it is mapped to; 0..1 when absent, or -1..1 where `inRange` begins below 0. */
  readonly outRange?: readonly [number, number];
  /** An array to overwrite and return; a new one when absent. */
  readonly out?: Float32Array;
}

/**
 * Maps a range of values linearly to another, clipping what lies outside.
 *
 * Follows `skimage.exposure.rescale_intensity` 0.26 with float32 as output type: clip, (x - lo) / (hi - lo), times the output's width plus its
 * start; on a float32 plane every operation is rounded to float32, on integers only the result is. A range of no width clips to the output.
 *
 * @returns float32 values in the output range.
 * @throws RangeError for a range that is not two finite numbers in order, a value that is NaN (its index is named), or an unfit `out`.
 */
export function rescaleIntensity(plane: Plane, options: RescaleIntensityOptions = {}): Float32Array {
  const out = outputFor('rescaleIntensity', Float32Array, plane.length, [plane], options.out);
  const own = rangeOf(plane);
  if (plane.length === 0) return out;
  const [low, high] = checkRange('inRange', options.inRange ?? own);
  const [least, most] = checkRange('outRange', options.outRange ?? [low >= 0 ? 0 : -1, 1]);
  const round = plane instanceof Float32Array ? Math.fround : (value: number): number => value;
  if (low === high) {
    const [from, to] = [round(least), round(most)];
    for (let i = 0; i < out.length; i++) out[i] = clip(clip(plane[i]!, round(low), round(high)), from, to);
    return out;
  }
  const [from, to, width] = [round(low), round(high), round(high - low)];
  const [factor, start] = [round(most - least), round(least)];
  for (let i = 0; i < out.length; i++) {
    const share = round(round(clip(plane[i]!, from, to) - from) / width);
    out[i] = round(share * factor) + start;
  }
  return out;
}

/**
 * Cuts a plane at its `percent`-th percentile (of the values other than 0 unless told otherwise): x becomes min(x, threshold).
 *
 * On integers the threshold is truncated where it is written, as numpy does when it assigns to an integer array. A plane of which no value
 * qualifies stays as it is. NaN is refused; infinities are values.
 *
 * @returns a plane of the input's own type, and the threshold (null if no value qualifies).
 * @throws RangeError as {@link percentile}, or for an unfit `out`.
 */
export function clipPercentile<T extends Plane>(
  plane: T,
  percent: number,
  options: PercentileOptions & { readonly out?: T } = {},
): { data: T; threshold: number | null } {
  const type = plane.constructor as new (length: number) => T;
  const data = outputFor('clipPercentile', type, plane.length, [plane], options.out);
  const threshold = percentile(plane, percent, { nonZero: true, ...options });
  data.set(plane);
  if (threshold === null) return { data, threshold };
  cutAt(data, threshold);
  return { data, threshold };
}

/** Replaces the values above a threshold by it, where they lie; returns how many there were. Integer arrays truncate it. */
export function cutAt(data: Plane, threshold: number): number {
  let cut = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i]! <= threshold) continue;
    data[i] = threshold;
    cut++;
  }
  return cut;
}

function rangeOf(plane: Plane): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]!;
    if (value !== value) {
      throw new RangeError(
        `rescaleIntensity: the value at index ${i} is NaN; replace non-finite pixels before this step`,
      );
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function checkRange(name: string, [low, high]: readonly [number, number]): readonly [number, number] {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new RangeError(`rescaleIntensity: ${name} is ${low}..${high}; pass two finite numbers, the lower one first`);
  }
  return [low, high];
}

function clip(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
