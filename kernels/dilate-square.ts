import { outputFor } from './check-out.ts';
import { checkSize, checkWhole } from './check-size.ts';
import { twin } from './twin.ts';
import { dilateSquareWasm } from './wasm/dilate-square.ts';

/**
 * The largest value of a (Y, X) float32 plane within the square of side 2·radius + 1 around each pixel; outside the image nothing counts.
 *
 * Follows `skimage.morphology.dilation(plane, footprint_rectangle((2·radius + 1,) * 2))` 0.26. Values in the plane's unit, without NaN.
 *
 * @param options.out an array to overwrite and return; a new one when absent.
 * @throws RangeError for a wrong length, a radius that is not whole and ≥ 0, or an unfit `out`.
 */
export function dilateSquare(
  plane: Float32Array,
  height: number,
  width: number,
  radius: number,
  options: { out?: Float32Array } = {},
): Float32Array {
  checkSize('dilateSquare: plane', plane.length, height, width);
  checkWhole('dilateSquare: radius', radius, 0);
  const out = outputFor('dilateSquare', Float32Array, plane.length, [plane], options.out);
  if (twin() === 'wasm') {
    dilateSquareWasm(plane, height, width, radius, out);
    return out;
  }
  const columns = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    const to = columns.subarray(y * width, (y + 1) * width).fill(-Infinity);
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
      for (let x = 0; x < width; x++) if (plane[v * width + x]! > to[x]!) to[x] = plane[v * width + x]!;
    }
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let largest = -Infinity;
      const last = Math.min(width - 1, x + radius);
      for (let u = Math.max(0, x - radius); u <= last; u++) largest = Math.max(largest, columns[y * width + u]!);
      out[i] = largest;
    }
  }
  return out;
}
