import { checkPatches, type PatchOptions } from './check-patches.ts';
import { patchSources, type PatchCells } from './patch-sources.ts';
import { twin } from './twin.ts';
import { extractContextsWasm } from './wasm/cell-contexts.ts';

/** Side of the largest windows whose distances WebAssembly holds in 32 bits. */
const WIDEST = 8192;

/**
 * Writes what a window shows of the label image: 1 on the cell itself, and 1 on any other object.
 *
 * @param sources the window's entry of `patchSources`, from `from` on.
 * @param self, neighbour `size`² values each.
 * @param transpose whether rows and columns are swapped.
 */
export function writeMasks(
  labels: Int32Array,
  width: number,
  id: number,
  size: number,
  sources: Int32Array,
  from: number,
  self: Float32Array,
  neighbour: Float32Array,
  transpose: boolean,
): void {
  const [down, right] = transpose ? [1, size] : [size, 1];
  for (let i = 0; i < size; i++) {
    const row = sources[from + 1 + i]! * width;
    for (let j = 0, to = i * down; j < size; j++, to += right) {
      const column = sources[from + 1 + size + j]!;
      const found = row < 0 || column < 0 ? 0 : labels[row + column]!;
      // Without branches, which would be mispredicted along every outline.
      const own = Number(found === id);
      self[to] = own;
      neighbour[to] = Number(found !== 0) - own;
    }
  }
}

/**
 * The surroundings of each cell as DeepCell Types takes them: (N, 3, size, size) float32 of the cell's own pixels, the pixels of other
 * objects, and the cell's exact Euclidean distance transform within the window, divided by its largest value.
 *
 * A cell that fills its window has distances to the point one row above its first pixel, as scipy defines them; one without a pixel there
 * has zeros. Distances are float64 until they are divided.
 *
 * @throws RangeError as {@link extractPatches}.
 */
export function extractContexts(
  labels: Int32Array,
  height: number,
  width: number,
  cells: PatchCells,
  options: Pick<PatchOptions, 'size' | 'padding' | 'out'>,
): Float32Array {
  const { size, padding = 'constant' } = options;
  const area = size * size;
  const out = checkPatches('extractContexts', [], labels, height, width, cells, options, 3 * area);
  const sources = patchSources(cells, height, width, size, padding);
  if (twin() === 'wasm' && size <= WIDEST) {
    extractContextsWasm(labels, width, cells, size, sources, out);
    return out;
  }
  const squares = new Float64Array(area);
  const columns = new Float64Array(area);
  for (let n = 0, to = 0; n < cells.ids.length; n++, to += 3 * area) {
    const self = out.subarray(to, to + area);
    const neighbour = out.subarray(to + area, to + 2 * area);
    const distance = out.subarray(to + 2 * area, to + 3 * area);
    writeMasks(labels, width, cells.ids[n]!, size, sources, n * (2 * size + 1), self, neighbour, false);
    const box = boxAround(self, size);
    const largest = squaredDistances(self, size, box, squares, columns);
    const root = Math.sqrt(largest);
    distance.fill(0);
    if (largest === 0) continue;
    for (let y = box.y0; y <= box.y1; y++) {
      for (let i = y * size + box.x0; i <= y * size + box.x1; i++) distance[i] = Math.sqrt(squares[i]!) / root;
    }
  }
  return out;
}

/** Rows and columns from the first to the last. */
interface Box {
  readonly y0: number;
  readonly y1: number;
  readonly x0: number;
  readonly x1: number;
}

/**
 * The box of a mask and one pixel around it, as far as the window goes. Beyond it are only zeros, none of them as near to any pixel of the
 * mask as one in the box. A mask without pixels has an empty box.
 */
function boxAround(mask: Float32Array, size: number): Box {
  let [y0, y1, x0, x1] = [size, -1, size, -1];
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      if (mask[i] === 0) continue;
      if (y < y0) y0 = y;
      y1 = y;
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
    }
  }
  if (y1 < 0) return { y0, y1, x0, x1 };
  const last = size - 1;
  return { y0: Math.max(0, y0 - 1), y1: Math.min(last, y1 + 1), x0: Math.max(0, x0 - 1), x1: Math.min(last, x1 + 1) };
}

/**
 * Squared distances within a window from each pixel of a mask to the nearest 0, exact. Per row, each pixel looks left and right for as
 * long as a column further away could be nearer: cells are small, so this takes a few steps.
 *
 * @param box of the mask, as {@link boxAround} gives it.
 * @param squares gets the distances within the box. @param columns room for `size`² numbers.
 * @returns the largest.
 */
function squaredDistances(
  mask: Float32Array,
  size: number,
  { y0, y1, x0, x1 }: Box,
  squares: Float64Array,
  columns: Float64Array,
): number {
  // The squared distance along the column: down, then up.
  const far = Infinity;
  let zeros = 0;
  for (let x = x0; x <= x1; x++) {
    let reach = far;
    for (let y = y0, i = y0 * size + x; y <= y1; y++, i += size) {
      reach = mask[i] === 0 ? 0 : reach + 1;
      zeros += Number(reach === 0);
      columns[i] = reach;
    }
    for (let y = y1, i = y1 * size + x; y >= y0; y--, i -= size) {
      reach = mask[i] === 0 ? 0 : Math.min(columns[i]!, reach + 1);
      columns[i] = reach;
    }
  }
  let largest = 0;
  for (let y = y0; y <= y1; y++) {
    for (let x = x0, i = y * size + x0; x <= x1; x++, i++) {
      let best = 0;
      if (zeros === 0) best = (y + 1) ** 2 + x ** 2;
      else if (mask[i] !== 0) {
        best = columns[i]! ** 2;
        for (let step = 1; step * step < best && step < size; step++) {
          const left = x - step >= x0 ? columns[i - step]! : far;
          const right = x + step <= x1 ? columns[i + step]! : far;
          const nearest = Math.min(left, right);
          best = Math.min(best, nearest * nearest + step * step);
        }
      }
      squares[i] = best;
      if (best > largest) largest = best;
    }
  }
  return largest;
}
