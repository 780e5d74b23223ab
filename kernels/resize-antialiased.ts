import { checkResize } from './check-resize.ts';
import type { Plane } from './image.ts';
import { axisTaps, resizeSeparable, type AxisTaps } from './resize-separable.ts';
import { twin } from './twin.ts';
import { resizeSeparableWasm } from './wasm/resize-separable.ts';

/**
 * Resizes a (Y, X) plane with a triangle as wide as the source pixels that one output pixel covers: bilinear where an axis grows, a
 * weighted mean where it shrinks.
 *
 * Follows `torch.nn.functional.interpolate(mode='bilinear', antialias=True, align_corners=False)` 2.13 on float32, on a CPU with AVX2
 * or better: per axis s = in/out, output i sits at c = s·(i + 0.5), pixel j weighs max(0, 1 - |j - c + 0.5| / max(s, 1)) over the
 * pixels from ⌊c - max(s, 1) + 0.5⌋ up to ⌊c + max(s, 1) + 0.5⌋ within the axis, divided by the sum. Axis X comes first. Weights and
 * sums are float32 in the library's order, its fused multiplications included, so results are equal bit for bit save for double
 * roundings, about one in 10^8, of 1 ulp. Integers are converted to float32 first. A single column that stays a single column follows
 * the formula; the library repeats its first pixel there.
 * NaN and infinities spread to every output pixel whose window touches them.
 *
 * @returns `outHeight * outWidth` float32 values, row-major.
 * @throws RangeError for a wrong length, an empty plane, an output side below 1 or an output over 2^29 pixels.
 */
export function resizeAntialiased(
  plane: Plane,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
): Float32Array {
  checkResize('resizeAntialiased', plane, height, width, outHeight, outWidth);
  // Larger integers are not float32 values yet.
  const wide = plane instanceof Int32Array || plane instanceof Uint32Array;
  const source = wide ? new Float32Array(plane) : plane;
  const rows = triangleTaps(height, outHeight);
  const columns = triangleTaps(width, outWidth);
  if (twin() === 'wasm') {
    return resizeSeparableWasm(source, height, width, rows, columns, new Float32Array(outHeight * outWidth));
  }
  return resizeSeparable(source, height, width, rows, columns);
}

function triangleTaps(n: number, outN: number): AxisTaps {
  const { fround } = Math;
  const scale = fround(n / outN);
  const support = Math.max(scale, 1);
  const inverse = fround(1 / support);
  return axisTaps(outN, true, (i) => {
    const centre = fround(scale * (i + 0.5));
    const first = Math.max(0, Math.trunc(fround(centre - support) + 0.5));
    const end = Math.min(n, Math.trunc(fround(centre + support) + 0.5));
    const offset = fround(first - centre);
    const weights: number[] = [];
    let sum = 0;
    for (let j = 0; j < end - first; j++) {
      const distance = Math.abs(fround((fround(j + offset) + 0.5) * inverse));
      const weight = distance < 1 ? fround(1 - distance) : 0;
      weights.push(weight);
      sum = fround(sum + weight);
    }
    return { first, weights: weights.map((weight) => fround(weight / sum)) };
  });
}
