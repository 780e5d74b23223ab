import { outputFor } from './check-out.ts';
import { checkSize } from './check-size.ts';
import { twin } from './twin.ts';
import { labelWasm } from './wasm/label.ts';

/**
 * Numbers the connected components of a (Y, X) mask 1..count, in raster order of each component's first pixel.
 *
 * Follows `skimage.measure.label(mask != 0, connectivity=1 or 2)` 0.26, numbering included. Any value other than 0 is
 * foreground; unlike the library, which separates touching regions of different values, all foreground is one class.
 * The method is union-find over horizontal runs in which the earlier run is always the root.
 *
 * @param connectivity 4 joins pixels that share a side, 8 also those that share a corner.
 * @param options.out an array to overwrite and return; a new one when absent.
 * @returns an int32 plane with 0 for background, and the number of components.
 * @throws RangeError for a wrong length, another connectivity, or an unfit `out`.
 */
export function label(
  mask: ArrayLike<number>,
  height: number,
  width: number,
  connectivity: 4 | 8,
  options: { out?: Int32Array } = {},
): { labels: Int32Array; count: number } {
  checkSize('label: mask', mask.length, height, width);
  if (connectivity !== 4 && connectivity !== 8) {
    throw new RangeError(`label: connectivity is ${String(connectivity)}; pass 4 (sides) or 8 (sides and corners)`);
  }
  const inputs = ArrayBuffer.isView(mask) ? [mask as unknown as Uint8Array] : [];
  const labels = outputFor('label', Int32Array, mask.length, inputs, options.out);
  if (twin() === 'wasm') return { labels, count: labelWasm(foreground(mask), height, width, connectivity, labels) };
  const reach = connectivity === 8 ? 1 : 0;
  if (options.out !== undefined) labels.fill(0);
  // Run r covers labels[start[r]] up to labels[end[r] - 1]; parent[r] ≤ r.
  let start = new Int32Array(1024);
  let end = new Int32Array(1024);
  let parent = new Int32Array(1024);
  let runs = 0;
  let above = 0;
  for (let y = 0; y < height; y++) {
    const rowStart = y * width;
    const rowEnd = rowStart + width;
    const firstRun = runs;
    let candidate = above;
    for (let i = rowStart; i < rowEnd; i++) {
      if (mask[i] === 0) continue;
      const from = i;
      while (i < rowEnd && mask[i] !== 0) i++;
      if (runs === start.length) {
        start = grown(start);
        end = grown(end);
        parent = grown(parent);
      }
      start[runs] = from;
      end[runs] = i;
      parent[runs] = runs;
      // Runs of the row above, moved down one row, that touch [from - reach, i + reach).
      while (candidate < firstRun && end[candidate]! + width + reach <= from) candidate++;
      for (let r = candidate; r < firstRun && start[r]! + width < i + reach; r++) unite(parent, r, runs);
      runs++;
    }
    above = firstRun;
  }
  let count = 0;
  for (let r = 0; r < runs; r++) {
    // Roots come before their members, so a member's parent already holds its number (as -number).
    const up = parent[r]!;
    const number = up === r ? ++count : -parent[up]!;
    parent[r] = -number;
    labels.fill(number, start[r], end[r]);
  }
  return { labels, count };
}

/** The mask as bytes: itself where it is made of bytes, else 1 for every value other than 0. */
function foreground(mask: ArrayLike<number>): Uint8Array {
  if (mask instanceof Uint8Array) return mask;
  const bytes = new Uint8Array(mask.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = mask[i] === 0 ? 0 : 1;
  return bytes;
}

function unite(parent: Int32Array, a: number, b: number): void {
  const rootA = find(parent, a);
  const rootB = find(parent, b);
  if (rootA < rootB) parent[rootB] = rootA;
  else parent[rootA] = rootB;
}

function find(parent: Int32Array, run: number): number {
  while (parent[run] !== run) {
    parent[run] = parent[parent[run]!]!;
    run = parent[run]!;
  }
  return run;
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
