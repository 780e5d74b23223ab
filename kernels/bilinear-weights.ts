import { mirror } from './border.ts';

/** What lies beyond the edge of a plane that is resized: its mirror image, or zeros. */
export type ResizeBorder = 'reflect' | 'zero';

/**
 * One axis of a bilinear resize: output j is the sum of `taps` neighbouring source pixels from `first[j]` on, which may lie beyond the
 * edges, with weights `weight[j * taps]` and following.
 */
export interface AxisWeights {
  readonly taps: number;
  readonly first: Int32Array;
  readonly weight: Float64Array;
  /** How far the taps reach beyond the axis: pixels before 0 and from its end on. */
  readonly before: number;
  readonly after: number;
}

/**
 * The weights of `skimage.transform.resize(order=1)` 0.26 from `n` to `outN` pixels. Smoothing and interpolation are both linear, so
 * they are one table: a Gaussian of σ = (n/outN - 1)/2 where the axis shrinks, then two neighbours at (j + 0.5)·n/outN - 0.5.
 *
 * An axis that shrinks never interpolates beyond its edge. So the smoothed pixels out there, which a mirrored border repeats and a zero
 * border has not, matter to neither, and both borders have the same table.
 */
export function axisWeights(n: number, outN: number): AxisWeights {
  const factor = n / outN;
  const smooth = gaussianTaps(Math.max(0, (factor - 1) / 2));
  const radius = (smooth.length - 1) / 2;
  const taps = smooth.length + 1;
  const first = new Int32Array(outN);
  const weight = new Float64Array(outN * taps);
  let [before, after] = [0, 0];
  for (let j = 0, t = 0; j < outN; j++) {
    const at = (j + 0.5) * factor - 0.5;
    const left = Math.floor(at);
    const right = at - left;
    first[j] = left - radius;
    before = Math.max(before, radius - left);
    after = Math.max(after, left - radius + taps - n);
    // Output j is (1-right)·smoothed[left] + right·smoothed[left+1]: two copies of the kernel, one pixel apart.
    // A mirrored position has mirrored neighbours, so folding each tap equals folding after the smoothing.
    for (let k = 0; k < taps; k++, t++) weight[t] = (1 - right) * (smooth[k] ?? 0) + right * (smooth[k - 1] ?? 0);
  }
  return { taps, first, weight, before, after };
}

/** The source index that stands for index i of an axis of n pixels, or -1 for zero. */
export function foldIndex(i: number, n: number, border: ResizeBorder): number {
  if (border === 'reflect') return mirror(i, n);
  return i >= 0 && i < n ? i : -1;
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
