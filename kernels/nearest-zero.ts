import { maskBytes } from './mask-bytes.ts';
import { twin } from './twin.ts';
import { nearestZeroWasm } from './wasm/nearest-zero.ts';

/**
 * For each pixel of a (Y, X) mask the flat index of its nearest 0 pixel by Euclidean distance, or -1 when there is none.
 *
 * Of several 0 pixels at the same distance it picks the one `scipy.ndimage.distance_transform_edt(return_indices=True)`
 * 1.17 picks: the one in the leftmost column, and within a column the upper one. (The sweep over the Voronoi sites of a row goes from left
 * to right and drops a site only when its cell is strictly empty, so no nearest site is ever dropped.)
 *
 * C. R. Maurer, R. Qi, V. Raghavan, IEEE Trans. PAMI 25 (2003) 265–270. Time is linear in the number of pixels.
 */
export function nearestZero(mask: ArrayLike<number>, height: number, width: number): Int32Array {
  if (twin() === 'wasm') {
    return nearestZeroWasm(maskBytes(mask), height, width) ?? new Int32Array(mask.length).fill(-1);
  }
  const nearest = nearestRowInColumn(mask, height, width);
  const sites = new Int32Array(width);
  const squared = new Float64Array(width);
  const row = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    const from = y * width;
    let last = -1;
    for (let x = 0; x < width; x++) {
      const site = nearest[from + x]!;
      row[x] = site;
      if (site < 0) continue;
      const w = (site - y) * (site - y);
      squared[x] = w;
      while (last >= 1) {
        const mid = sites[last]!;
        const left = sites[last - 1]!;
        const a = mid - left;
        const b = x - mid;
        const c = a + b;
        if (c * squared[mid]! - b * squared[left]! - a * w - a * b * c <= 0) break;
        last--;
      }
      sites[++last] = x;
    }
    if (last < 0) continue;
    for (let x = 0, s = 0; x < width; x++) {
      let column = sites[s]!;
      let distance = squared[column]! + (column - x) * (column - x);
      while (s < last) {
        const next = sites[s + 1]!;
        const nextDistance = squared[next]! + (next - x) * (next - x);
        if (distance <= nextDistance) break;
        distance = nextDistance;
        column = next;
        s++;
      }
      nearest[from + x] = row[column]! * width + column;
    }
  }
  return nearest;
}

/** For each pixel the row of the nearest 0 in its own column (the upper of two), or -1. */
function nearestRowInColumn(mask: ArrayLike<number>, height: number, width: number): Int32Array {
  const rows = new Int32Array(height * width).fill(-1);
  // Downwards: the last 0 above or at the pixel.
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) rows[i] = mask[i] === 0 ? y : y > 0 ? rows[i - width]! : -1;
  }
  // Upwards: the first 0 below wins only where it is strictly nearer.
  const below = new Int32Array(width).fill(-1);
  for (let y = height - 1, i = height * width - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--, i--) {
      const above = rows[i]!;
      if (above === y) below[x] = y;
      else if (below[x]! >= 0 && (above < 0 || below[x]! - y < y - above)) rows[i] = below[x]!;
    }
  }
  return rows;
}
