import { mirror } from './border.ts';
import { checkResize } from './check-resize.ts';
import { checkSize } from './check-size.ts';
import type { Plane } from './image.ts';
import { checkScale, rescaledSize } from './rescaled-size.ts';

/** For each output pixel of one axis: `width` source indices and their weights, flattened. */
interface AxisWeights {
  readonly taps: number;
  readonly index: Int32Array;
  readonly weight: Float64Array;
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
): { height: number; width: number; data: Float32Array } {
  checkScale(scale);
  checkSize('rescaleBilinear: plane', plane.length, height, width);
  const outHeight = rescaledSize(height, scale);
  const outWidth = rescaledSize(width, scale);
  return { height: outHeight, width: outWidth, data: resizeBilinear(plane, height, width, outHeight, outWidth) };
}

/**
 * Resizes a (Y, X) plane to a given size by the rule of {@link rescaleBilinear}; the two axes may change differently.
 * Follows `skimage.transform.resize(order=1, mode='reflect', preserve_range=True)` 0.26.
 *
 * @returns `outHeight * outWidth` float32 values, row-major.
 * @throws RangeError for a wrong length, an empty plane, an output side below 1 or an output over 2^29 pixels.
 */
export function resizeBilinear(
  plane: Plane,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
): Float32Array {
  checkResize('resizeBilinear', plane, height, width, outHeight, outWidth);
  if (outHeight === height && outWidth === width) return Float32Array.from(plane);
  // Smoothing and interpolation are both linear, so each axis is one table of weights over the source pixels.
  const rows = axisWeights(height, outHeight);
  const columns = axisWeights(width, outWidth);
  const [low, high] = extremes(plane);
  const out = new Float32Array(outHeight * outWidth);
  const line = new Float64Array(width);
  for (let y = 0; y < outHeight; y++) {
    line.fill(0);
    for (let t = y * rows.taps; t < (y + 1) * rows.taps; t++) {
      const weight = rows.weight[t]!;
      if (weight === 0) continue;
      const from = rows.index[t]! * width;
      for (let x = 0; x < width; x++) line[x]! += plane[from + x]! * weight;
    }
    const to = y * outWidth;
    for (let x = 0, t = 0; x < outWidth; x++) {
      let sum = 0;
      for (let k = 0; k < columns.taps; k++, t++) sum += line[columns.index[t]!]! * columns.weight[t]!;
      out[to + x] = sum < low ? low : sum > high ? high : sum;
    }
  }
  return out;
}

function axisWeights(n: number, outN: number): AxisWeights {
  const factor = n / outN;
  const smooth = gaussianTaps(Math.max(0, (factor - 1) / 2));
  const radius = (smooth.length - 1) / 2;
  const taps = smooth.length + 1;
  const index = new Int32Array(outN * taps);
  const weight = new Float64Array(outN * taps);
  for (let j = 0, t = 0; j < outN; j++) {
    const at = (j + 0.5) * factor - 0.5;
    const left = Math.floor(at);
    const right = at - left;
    // Output j is (1-right)·smoothed[left] + right·smoothed[left+1]: two copies of the kernel, one pixel apart.
    // A mirrored position has mirrored neighbours, so folding each tap equals folding after the smoothing.
    for (let k = 0; k < taps; k++, t++) {
      index[t] = mirror(left - radius + k, n);
      weight[t] = (1 - right) * (smooth[k] ?? 0) + right * (smooth[k - 1] ?? 0);
    }
  }
  return { taps, index, weight };
}

/** exp(-i²/2σ²) for |i| ≤ ⌊4σ + 0.5⌋, normalised; the single weight 1 when σ is 0. */
function gaussianTaps(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const taps = new Float64Array(2 * radius + 1);
  let sum = 0;
  for (let i = -radius; i <= radius; i++) {
    const value = i === 0 ? 1 : Math.exp((-0.5 / (sigma * sigma)) * i * i);
    taps[i + radius] = value;
    sum += value;
  }
  for (let i = 0; i < taps.length; i++) taps[i]! /= sum;
  return taps;
}

function extremes(plane: Plane): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
