import { checkSize } from './check-size.ts';
import { maskBytes } from './mask-bytes.ts';
import { nearestZero } from './nearest-zero.ts';
import { twin } from './twin.ts';
import { distanceTransformWasm } from './wasm/nearest-zero.ts';

/**
 * The exact Euclidean distance, in pixels, from each pixel of a (Y, X) mask to the nearest pixel that is 0; 0 on those.
 *
 * Follows `scipy.ndimage.distance_transform_edt(mask)` 1.17 (float64). Outside the plane nothing counts as 0. A mask
 * without any 0 gives the distance to the point (row -1, column 0), sqrt((y+1)² + x²), as scipy does.
 *
 * @throws RangeError for a wrong length.
 */
export function distanceTransform(mask: ArrayLike<number>, height: number, width: number): Float64Array {
  checkSize('distanceTransform: mask', mask.length, height, width);
  if (twin() === 'wasm') {
    const found = distanceTransformWasm(maskBytes(mask), height, width);
    if (found !== null) return found;
  }
  const nearest = nearestZero(mask, height, width);
  const distances = new Float64Array(mask.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const zero = nearest[i]!;
      const row = zero < 0 ? -1 : Math.floor(zero / width);
      const dy = y - row;
      const dx = zero < 0 ? x : x - (zero - row * width);
      distances[i] = Math.sqrt(dy * dy + dx * dx);
    }
  }
  return distances;
}
