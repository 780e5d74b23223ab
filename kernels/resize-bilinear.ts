import { axisWeights, foldIndex, type AxisWeights, type ResizeBorder } from './bilinear-weights.ts';
import { checkResize } from './check-resize.ts';
import { checkSize } from './check-size.ts';
import type { Plane } from './image.ts';
import { checkScale, rescaledSize } from './rescaled-size.ts';
import { twin } from './twin.ts';
import { resizeBilinearWasm } from './wasm/resize-bilinear.ts';

export interface ResizeBilinearOptions {
  /**
   * What lies beyond the edge: `reflect` (unless given), the mirror image without the edge pixel twice, or `zero`. Enlarged by two,
   * the outermost pixel with `zero` is 0.75 of the edge pixel, the corner 0.5625.
   */
  readonly border?: ResizeBorder;
  /**
   * Results are kept within these two values; the plane's own minimum and maximum unless given. Where the library is given several
   * channels as one array, that is the range of all of them; `[-Infinity, Infinity]` keeps every result.
   */
  readonly range?: readonly [low: number, high: number];
}

/** Everything a twin needs, checked. */
export interface BilinearPlan {
  readonly rows: AxisWeights;
  readonly columns: AxisWeights;
  readonly border: ResizeBorder;
  readonly low: number;
  readonly high: number;
}

/**
 * Rescales a (Y, X) plane by the same factor along both axes with bilinear interpolation.
 *
 * Follows `skimage.transform.rescale(order=1, mode='reflect', preserve_range=True)` 0.26: where an axis shrinks by
 * the factor f = n/o it is first smoothed with a Gaussian of σ = (f-1)/2; samples lie at (j+0.5)·f - 0.5; beyond the
 * border the image is mirrored without repeating the edge; the result never leaves the input's minimum and maximum.
 * All arithmetic is float64, the result is cast to float32 once. A scale of 1 returns the input's values.
 * NaN spreads to every output pixel whose window touches it.
 *
 * @returns the new size and its values, row-major, in the input's unit.
 * @throws RangeError for a wrong length, an empty plane, a scale that is not > 0 or an output over 2^29 pixels.
 */
export function rescaleBilinear(
  plane: Plane,
  height: number,
  width: number,
  scale: number,
  options: ResizeBilinearOptions = {},
): { height: number; width: number; data: Float32Array } {
  checkScale(scale);
  checkSize('rescaleBilinear: plane', plane.length, height, width);
  const outHeight = rescaledSize(height, scale);
  const outWidth = rescaledSize(width, scale);
  const data = resizeBilinear(plane, height, width, outHeight, outWidth, options);
  return { height: outHeight, width: outWidth, data };
}

/**
 * Resizes a (Y, X) plane to a given size by the rule of {@link rescaleBilinear}; the two axes may change differently.
 * Follows `skimage.transform.resize(order=1, preserve_range=True)` 0.26 with `mode='reflect'` (border `reflect`) or
 * `mode='constant'` (border `zero`, in the smoothing as in the interpolation). The library keeps results within the
 * input's range with both, so that zeros from beyond the edge do not show in a plane whose minimum is above 0.
 *
 * @returns `outHeight * outWidth` float32 values, row-major.
 * @throws RangeError for a wrong length, an empty plane, an output side below 1 or an output over 2^29 pixels, an unknown
 *   border, or a range that is not two ascending numbers.
 */
export function resizeBilinear(
  plane: Plane,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
  { border = 'reflect', range }: ResizeBilinearOptions = {},
): Float32Array {
  checkResize('resizeBilinear', plane, height, width, outHeight, outWidth);
  if (!['reflect', 'zero'].includes(border)) {
    throw new RangeError(`resizeBilinear: border is '${border}'; pass reflect or zero`);
  }
  if (range !== undefined && !(range.length === 2 && range[0] <= range[1])) {
    throw new RangeError(`resizeBilinear: range is [${range.join(', ')}]; pass two numbers, the lower one first`);
  }
  if (outHeight === height && outWidth === width && range === undefined) return new Float32Array(plane);
  const [low, high] = range ?? limits(plane, border);
  const plan = { rows: axisWeights(height, outHeight), columns: axisWeights(width, outWidth), border, low, high };
  if (twin() === 'wasm') return resizeBilinearWasm(plane, height, width, plan);
  return resize(plane, height, width, plan);
}

function resize(plane: Plane, height: number, width: number, plan: BilinearPlan): Float32Array {
  const { rows, columns, border, low, high } = plan;
  const outHeight = rows.first.length;
  const outWidth = columns.first.length;
  const out = new Float32Array(outHeight * outWidth);
  const { before, after } = columns;
  const line = new Float64Array(before + width + after);
  for (let y = 0; y < outHeight; y++) {
    line.fill(0);
    for (let k = 0, t = y * rows.taps; k < rows.taps; k++, t++) {
      const weight = rows.weight[t]!;
      const row = foldIndex(rows.first[y]! + k, height, border);
      if (weight === 0 || row < 0) continue;
      const from = row * width;
      for (let x = 0; x < width; x++) line[before + x]! += plane[from + x]! * weight;
    }
    if (border === 'reflect') {
      for (let i = -before; i < 0; i++) line[before + i] = line[before + foldIndex(i, width, border)]!;
      for (let i = width; i < width + after; i++) line[before + i] = line[before + foldIndex(i, width, border)]!;
    }
    const to = y * outWidth;
    for (let x = 0, t = 0; x < outWidth; x++) {
      const from = before + columns.first[x]!;
      let sum = 0;
      for (let k = 0; k < columns.taps; k++, t++) sum += line[from + k]! * columns.weight[t]!;
      out[to + x] = sum < low ? low : sum > high ? high : sum;
    }
  }
  return out;
}

/**
 * The plane's minimum and maximum, or infinities where results cannot leave them. With a mirrored border results are weighted means,
 * and so they are with a zero border if 0 is in the range. Those leave it by float64 rounding at most, which the rounding to float32
 * takes back where the range's ends are float32 values: for all types but int32 and uint32.
 */
function limits(plane: Plane, border: ResizeBorder): readonly [number, number] {
  const wide = plane instanceof Int32Array || plane instanceof Uint32Array;
  if (border === 'reflect' && !wide) return EVERYTHING;
  let [low, high] = [Infinity, -Infinity];
  for (let from = 0; from < plane.length; from += CHUNK) {
    const end = Math.min(plane.length, from + CHUNK);
    for (let i = from; i < end; i++) {
      const value = plane[i]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (!wide && low <= 0 && high >= 0) return EVERYTHING;
  }
  return [low, high];
}

const EVERYTHING = [-Infinity, Infinity] as const;
const CHUNK = 4096;
