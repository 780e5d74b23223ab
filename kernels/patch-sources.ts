import { mirror } from './border.ts';

/** Square windows around cells: cell k is the object `ids[k]`, its window's first row and column are `y[k]` and `x[k]`. */
export interface PatchCells {
  readonly ids: Int32Array;
  readonly y: Int32Array;
  readonly x: Int32Array;
}

/** What a window shows beyond the image: one value, or the mirror image without the edge pixel twice (numpy `reflect`). */
export type PatchPadding = 'constant' | 'reflect';

/**
 * Windows of `size` × `size` pixels whose pixel (⌊size/2⌋, ⌊size/2⌋) is a centroid with the fraction cut off, as DeepCell Types cuts them at
 * inference (it truncates centroids in the padded image, so the fraction is cut off the same way everywhere).
 */
export function centredPatches(
  ids: Int32Array,
  centroidY: Float64Array,
  centroidX: Float64Array,
  size: number,
): PatchCells {
  const half = Math.floor(size / 2);
  const first = (centroid: Float64Array): Int32Array => Int32Array.from(centroid, (c) => Math.floor(c) - half);
  return { ids, y: first(centroidY), x: first(centroidX) };
}

/** Where the pixels of each window come from, `2·size + 1` numbers each: 1 if the columns are neighbours, the rows, the columns; -1 for none. */
export function patchSources(
  { y, x }: PatchCells,
  height: number,
  width: number,
  size: number,
  padding: PatchPadding,
): Int32Array {
  const step = 2 * size + 1;
  const sources = new Int32Array(step * y.length);
  const source = (at: number, n: number): number => {
    if (at >= 0 && at < n) return at;
    return padding === 'reflect' ? mirror(at, n) : -1;
  };
  for (let k = 0, at = 0; k < y.length; k++, at += step) {
    sources[at] = x[k]! >= 0 && x[k]! + size <= width ? 1 : 0;
    for (let i = 0; i < size; i++) {
      sources[at + 1 + i] = source(y[k]! + i, height);
      sources[at + 1 + size + i] = source(x[k]! + i, width);
    }
  }
  return sources;
}
