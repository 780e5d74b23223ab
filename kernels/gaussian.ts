import { reflect } from './border.ts';
import { outputFor } from './check-out.ts';
import { checkSize } from './check-size.ts';
import { GAUSSIAN_WEIGHTS } from './gaussian-weights.ts';
import type { Plane } from './image.ts';
import { twin } from './twin.ts';
import { gaussianWasm } from './wasm/gaussian.ts';

/**
 * Smooths a (Y, X) plane with a Gaussian of standard deviation `sigma` pixels.
 *
 * Follows `scipy.ndimage.gaussian_filter(plane.astype(float32), sigma, mode='reflect', truncate=4)` 1.17 in its order of
 * operations: axis 0, then axis 1; float64 sums from the outermost pair of taps inward; cast to float32 after each axis;
 * the border is mirrored with the edge pixel repeated. For the sigmas of `gaussian-weights.ts` the result is equal bit
 * for bit; for any other it is within 1 float32 ulp, because `Math.exp` and numpy's exp differ in the last bit.
 * A sigma of 0 only casts. NaN and infinities spread to every pixel whose window touches them.
 *
 * @param options.out an array to overwrite and return; a new one when absent.
 * @throws RangeError for a wrong length, a sigma that is not a finite number ≥ 0, or an unfit `out`.
 */
export function gaussian(
  plane: Plane,
  height: number,
  width: number,
  sigma: number,
  options: { out?: Float32Array } = {},
): Float32Array {
  checkSize('gaussian: plane', plane.length, height, width);
  if (!(sigma >= 0 && sigma < Infinity)) {
    throw new RangeError(`gaussian: sigma is ${sigma}; pass a finite number of pixels ≥ 0`);
  }
  const out = outputFor('gaussian', Float32Array, plane.length, [plane], options.out);
  const source = plane instanceof Float32Array ? plane : new Float32Array(plane);
  // scipy skips an axis whose sigma is this small.
  if (sigma <= 1e-15 || plane.length === 0) {
    out.set(source);
    return out;
  }
  const weights = gaussianWeights(sigma);
  if (twin() === 'wasm') gaussianWasm(source, height, width, weights, out);
  else smoothAlongX(smoothAlongY(source, height, width, weights), height, width, weights, out);
  return out;
}

/** Weights of taps 0..R, R = ⌊4σ + 0.5⌋; the kernel is symmetric and sums to 1. */
export function gaussianWeights(sigma: number): Float64Array {
  const stored = GAUSSIAN_WEIGHTS.get(sigma);
  if (stored !== undefined) return stored;
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = new Float64Array(radius + 1);
  let sum = 0;
  for (let i = radius; i >= 0; i--) {
    weights[i] = Math.exp((-0.5 / (sigma * sigma)) * (i * i));
    sum += i === 0 ? weights[i]! : 2 * weights[i]!;
  }
  for (let i = 0; i <= radius; i++) weights[i]! /= sum;
  return weights;
}

function smoothAlongY(source: Float32Array, height: number, width: number, weights: Float64Array): Float32Array {
  const out = new Float32Array(source.length);
  const sum = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const centre = y * width;
    const w0 = weights[0]!;
    for (let x = 0; x < width; x++) sum[x] = source[centre + x]! * w0;
    for (let k = weights.length - 1; k > 0; k--) {
      const above = reflect(y - k, height) * width;
      const below = reflect(y + k, height) * width;
      const w = weights[k]!;
      for (let x = 0; x < width; x++) sum[x]! += (source[above + x]! + source[below + x]!) * w;
    }
    out.set(sum, centre);
  }
  return out;
}

function smoothAlongX(
  source: Float32Array,
  height: number,
  width: number,
  weights: Float64Array,
  out: Float32Array,
): void {
  const radius = weights.length - 1;
  const line = new Float64Array(width + 2 * radius);
  const sum = new Float64Array(width);
  const outside = new Int32Array(2 * radius);
  for (let k = 0; k < radius; k++) {
    outside[k] = reflect(k - radius, width);
    outside[radius + k] = reflect(width + k, width);
  }
  for (let y = 0; y < height; y++) {
    const from = y * width;
    for (let k = 0; k < radius; k++) {
      line[k] = source[from + outside[k]!]!;
      line[radius + width + k] = source[from + outside[radius + k]!]!;
    }
    for (let x = 0; x < width; x++) line[radius + x] = source[from + x]!;
    const w0 = weights[0]!;
    for (let x = 0; x < width; x++) sum[x] = line[radius + x]! * w0;
    for (let k = radius; k > 0; k--) {
      const w = weights[k]!;
      for (let x = 0, l = radius - k, r = radius + k; x < width; x++, l++, r++) sum[x]! += (line[l]! + line[r]!) * w;
    }
    out.set(sum, from);
  }
}
