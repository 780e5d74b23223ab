import { checkResize } from './check-resize.ts';
import type { Plane } from './image.ts';
import { resizeNearest } from './resize-nearest.ts';
import { axisTaps, resizeSeparable, type AxisTaps } from './resize-separable.ts';
import { twin } from './twin.ts';
import { meanBlocksWasm } from './wasm/mean-blocks.ts';
import { resizeSeparableWasm } from './wasm/resize-separable.ts';

/** The plane types OpenCV's area resizing knows. */
export type AreaPlane = Uint8Array | Uint16Array | Int16Array | Float32Array;

/**
 * Shrinks a (Y, X) plane so that each output pixel is the mean of the source area it covers, or enlarges it by whole factors, where
 * every pixel is repeated.
 *
 * Follows `cv2.resize(interpolation=cv2.INTER_AREA)` 5.0 for one channel. Whole factors: sums of whole blocks, times the float32
 * inverse of their number; blocks of 2×2 integers round half up, all others half to even. Other factors: float32 means along X, then
 * along Y, in which parts of a pixel under 1/1000 are left out. Equal to the library bit for bit but for float32 planes in blocks of
 * 2×2, whose order of additions at the end of a row depends on the processor (1 ulp).
 * What the library does when it enlarges by other factors, or one axis grows while the other shrinks, is another method under the
 * same name and refused.
 *
 * @param plane uint8, uint16, int16 or float32.
 * @returns `outHeight * outWidth` values of the input's own array type.
 * @throws RangeError for a wrong length, an empty plane, another type, an output side below 1, an output over 2^29 pixels or a pair of
 *   factors that is refused.
 */
export function resizeArea<T extends AreaPlane>(
  plane: T,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
): T {
  checkResize('resizeArea', plane, height, width, outHeight, outWidth);
  if (!TYPES.some((type) => plane instanceof type)) {
    throw new RangeError(
      `resizeArea: the plane is ${(plane as Plane).constructor.name}; pass uint8, uint16, int16 or float32, or use resizeNearest for labels`,
    );
  }
  if (outHeight > height || outWidth > width) {
    if (outHeight % height === 0 && outWidth % width === 0) {
      return resizeNearest(plane, height, width, outHeight, outWidth);
    }
    throw new RangeError(
      `resizeArea: ${height}×${width} to ${outHeight}×${outWidth} neither shrinks nor is a whole factor along both axes; ` +
        'use resizeBilinear or resizeAntialiased',
    );
  }
  const out = new (plane.constructor as new (length: number) => T)(outHeight * outWidth);
  const [factorY, factorX] = [shrinkFactor(height, outHeight), shrinkFactor(width, outWidth)];
  if (Number.isInteger(factorY) && Number.isInteger(factorX)) {
    if (twin() === 'wasm') meanBlocksWasm(plane, width, factorY, factorX, out, outHeight, outWidth);
    else meanBlocks(plane, width, factorY, factorX, out, outHeight, outWidth);
    return out;
  }
  const [rows, columns] = [areaTaps(height, outHeight), areaTaps(width, outWidth)];
  if (twin() === 'wasm') return resizeSeparableWasm(plane, height, width, rows, columns, out);
  const means = resizeSeparable(plane, height, width, rows, columns);
  if (plane instanceof Float32Array) return means as T;
  for (let i = 0; i < out.length; i++) out[i] = roundHalfEven(means[i]!);
  return out;
}

const TYPES = [Uint8Array, Uint16Array, Int16Array, Float32Array];

/** In the library's order of operations: 1 / (out / in). */
function shrinkFactor(n: number, outN: number): number {
  const factor = 1 / (outN / n);
  const whole = Math.round(factor);
  return Math.abs(factor - whole) < Number.EPSILON ? whole : factor;
}

/** Weights of the part of a source pixel before, the whole ones, and the part of the one after, in units of the covered length. */
function areaTaps(n: number, outN: number): AxisTaps {
  const factor = 1 / (outN / n);
  return axisTaps(outN, false, (j) => {
    const from = j * factor;
    const to = from + factor;
    const covered = Math.min(factor, n - from);
    const lastWhole = Math.min(Math.floor(to), n - 1);
    const firstWhole = Math.min(Math.ceil(from), lastWhole);
    const before = firstWhole - from > 1e-3;
    const weights = before ? [(firstWhole - from) / covered] : [];
    for (let i = firstWhole; i < lastWhole; i++) weights.push(1 / covered);
    if (to - lastWhole > 1e-3) weights.push(Math.min(to - lastWhole, 1, covered) / covered);
    return { first: firstWhole - Number(before), weights };
  });
}

/** The plain form of `meanBlocksWasm`. */
function meanBlocks<T extends AreaPlane>(
  plane: T,
  width: number,
  factorY: number,
  factorX: number,
  out: T,
  outHeight: number,
  outWidth: number,
): void {
  const { fround } = Math;
  const offsets: number[] = [];
  for (let y = 0; y < factorY; y++) for (let x = 0; x < factorX; x++) offsets.push(y * width + x);
  const halves = factorY === 2 && factorX === 2;
  const float = plane instanceof Float32Array;
  const scale = fround(1 / offsets.length);
  // Sums of uint8 are whole numbers in the library too, all others float32.
  const rounded = plane instanceof Uint8Array ? (value: number): number => value : fround;
  for (let y = 0, to = 0; y < outHeight; y++) {
    for (let x = 0, at = y * factorY * width; x < outWidth; x++, at += factorX, to++) {
      if (halves) {
        const [a, b, c, d] = [plane[at]!, plane[at + 1]!, plane[at + width]!, plane[at + width + 1]!];
        out[to] = float ? fround(fround(a + b) + fround(c + d)) * 0.25 : (a + b + c + d + 2) >> 2;
        continue;
      }
      let sum = 0;
      let k = 0;
      for (; k + 4 <= offsets.length; k += 4) {
        const two = rounded(plane[at + offsets[k]!]! + plane[at + offsets[k + 1]!]!);
        sum = rounded(sum + rounded(rounded(two + plane[at + offsets[k + 2]!]!) + plane[at + offsets[k + 3]!]!));
      }
      for (; k < offsets.length; k++) sum = rounded(sum + plane[at + offsets[k]!]!);
      const mean = fround(fround(sum) * scale);
      out[to] = float ? mean : roundHalfEven(mean);
    }
  }
}

/** Half to even, for values below 2^22 in size. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}
