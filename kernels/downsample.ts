import { checkSize } from './check-size.ts';
import type { Plane } from './image.ts';
import { twin } from './twin.ts';
import { halveWasm } from './wasm/downsample.ts';

/**
 * Halves a (Y, X) plane by averaging blocks of 2×2 pixels, for image pyramids.
 *
 * Sizes are rounded up; blocks at an odd edge average the two pixels or the one that exist. The mean is computed in
 * float64 and kept in the input's array type: integer types round half to even, float32 rounds once.
 *
 * @returns ⌈height/2⌉ × ⌈width/2⌉ values of the input's own array type.
 * @throws RangeError for a wrong length.
 */
export function halveArea<T extends Plane>(
  plane: T,
  height: number,
  width: number,
): { data: T; height: number; width: number } {
  checkSize('halveArea: plane', plane.length, height, width);
  const half = emptyHalf(plane, height, width);
  if (twin() === 'wasm') {
    halveWasm(plane, height, width, half, 'mean');
    return half;
  }
  const rounds = !(plane instanceof Float32Array);
  for (let y = 0, to = 0; y < half.height; y++) {
    const top = 2 * y * width;
    const down = 2 * y + 1 < height ? width : 0;
    for (let x = 0; x < half.width; x++, to++) {
      const at = top + 2 * x;
      const right = 2 * x + 1 < width ? 1 : 0;
      // At an odd edge the same pixel counts twice, which leaves the mean of those that exist.
      const mean = (plane[at]! + plane[at + right]! + (plane[at + down]! + plane[at + down + right]!)) / 4;
      half.data[to] = rounds ? roundHalfEven(mean) : mean;
    }
  }
  return half;
}

/**
 * Halves a (Y, X) plane by keeping the top-left pixel of each 2×2 block, so that no new value appears: for labels.
 *
 * @returns ⌈height/2⌉ × ⌈width/2⌉ values of the input's own array type.
 * @throws RangeError for a wrong length.
 */
export function halveNearest<T extends Plane>(
  plane: T,
  height: number,
  width: number,
): { data: T; height: number; width: number } {
  checkSize('halveNearest: plane', plane.length, height, width);
  const half = emptyHalf(plane, height, width);
  if (twin() === 'wasm') {
    halveWasm(plane, height, width, half, 'first');
    return half;
  }
  for (let y = 0, to = 0; y < half.height; y++) {
    for (let x = 0, at = 2 * y * width; x < half.width; x++, at += 2, to++) half.data[to] = plane[at]!;
  }
  return half;
}

function emptyHalf<T extends Plane>(
  plane: T,
  height: number,
  width: number,
): { data: T; height: number; width: number } {
  const outHeight = Math.ceil(height / 2);
  const outWidth = Math.ceil(width / 2);
  const data = new (plane.constructor as new (length: number) => T)(outHeight * outWidth);
  return { data, height: outHeight, width: outWidth };
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}
