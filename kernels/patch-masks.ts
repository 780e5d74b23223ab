import { distanceTransform } from './edt.ts';
import { checkPatches, type PatchOptions } from './check-patches.ts';
import { patchSources, type PatchCells } from './patch-sources.ts';

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
      self[to] = found === id ? 1 : 0;
      neighbour[to] = found !== id && found !== 0 ? 1 : 0;
    }
  }
}

/**
 * The surroundings of each cell as DeepCell Types takes them: (N, 3, size, size) float32 of the cell's own pixels, the pixels of other
 * objects, and the cell's exact Euclidean distance transform within the window, divided by its largest value.
 *
 * A cell that fills its window has distances to the point one row above its first pixel, as scipy defines them; one without a pixel there
 * has zeros. Distances are float64 until they are divided. Each cell's planes are made in about 0.1 ms, most of it for the distances,
 * whose kernel has a WebAssembly twin; there is none here.
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
  for (let n = 0, to = 0; n < cells.ids.length; n++, to += 3 * area) {
    const self = out.subarray(to, to + area);
    const neighbour = out.subarray(to + area, to + 2 * area);
    const distance = out.subarray(to + 2 * area, to + 3 * area);
    writeMasks(labels, width, cells.ids[n]!, size, sources, n * (2 * size + 1), self, neighbour, false);
    if (!self.includes(1)) {
      distance.fill(0);
      continue;
    }
    const distances = distanceTransform(self, size, size);
    let largest = 0;
    for (let i = 0; i < area; i++) if (distances[i]! > largest) largest = distances[i]!;
    for (let i = 0; i < area; i++) distance[i] = distances[i]! / largest;
  }
  return out;
}
