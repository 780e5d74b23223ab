import { mirror } from './border.ts';
import { outputFor } from './check-out.ts';
import { checkSize, checkWhole } from './check-size.ts';
import { distanceTransform } from './edt.ts';
import type { Plane } from './image.ts';

/** Where patches are cut: per cell its id in the labels, and the row and column of its patch's first pixel, which may lie outside. */
export interface PatchCells {
  readonly ids: Int32Array;
  readonly top: Int32Array;
  readonly left: Int32Array;
}

/**
 * What a channel of a cell's patch holds:
 * - `raw`: the pixels;
 * - `raw-self-neighbour`: three planes, the pixels, the cell's mask, the mask of all other cells (DeepCell Types 2025);
 * - `masked`: the pixels of the cell, 0 elsewhere (DeepCell Types 2026, with {@link extractContext}).
 */
export type PatchLayout = 'raw' | 'raw-self-neighbour' | 'masked';

export interface ExtractPatchesOptions {
  /** Side of the patches in pixels. */
  readonly size: number;
  readonly layout: PatchLayout;
  /** What lies outside the image: a constant (0 when absent), or the image mirrored at its outermost pixels. Masks are 0 there. */
  readonly padding?: number | 'reflect';
  /** Writes the masks of `raw-self-neighbour` with rows and columns exchanged, as the published model of 2025 was trained. */
  readonly transposeMasks?: boolean;
  /** A batch to overwrite and return, of just the length needed; a new one when absent. A loop over batches should pass the same one. */
  readonly out?: Float32Array;
}

/** Corners of patches of `size` pixels around centroids: the pixel at ⌊centroid⌋ becomes pixel ⌊size / 2⌋ of its patch. */
export function patchCorners(centroids: ArrayLike<number>, size: number): Int32Array {
  return Int32Array.from(centroids, (centre) => Math.floor(centre) - Math.floor(size / 2));
}

/**
 * Cuts patches of N cells from C planes straight into one float32 batch: (N, C, size, size), or (N, C, 3, size, size) for
 * `raw-self-neighbour`. Values are converted to float32 and nothing else.
 *
 * Plain TypeScript only: the time goes into writing the batch. Masks are made once for each cell and copied from channel to channel; for
 * 256 cells × 40 channels × 3 × 64² (503 MB) that reaches the speed of a memory copy, and a detour through WebAssembly memory costs more
 * than its conversion of 16-bit pixels gains.
 *
 * @param planes C planes of `height * width` values, any type.
 * @param labels int32 ids, 0 is background; unused by `raw`.
 * @throws RangeError for wrong lengths, a size that is not whole and ≥ 1, cells whose three arrays differ in length, a padding that is not
 *   finite, or an unfit `out`.
 */
export function extractPatches(
  planes: readonly Plane[],
  labels: Int32Array,
  height: number,
  width: number,
  cells: PatchCells,
  options: ExtractPatchesOptions,
): Float32Array {
  const { size, layout, padding = 0, transposeMasks = false } = options;
  planes.forEach((plane, c) => checkSize(`extractPatches: plane ${c}`, plane.length, height, width));
  checkCells('extractPatches', labels, height, width, cells, size);
  if (padding !== 'reflect' && !Number.isFinite(padding)) {
    throw new RangeError(`extractPatches: padding is ${padding}; pass a finite number or 'reflect'`);
  }
  if (layout !== 'raw' && layout !== 'raw-self-neighbour' && layout !== 'masked') {
    throw new RangeError(
      `extractPatches: layout is ${String(layout)}; choose raw, raw-self-neighbour or masked (see PatchLayout)`,
    );
  }
  const area = size * size;
  const perChannel = layout === 'raw-self-neighbour' ? 3 * area : area;
  const length = cells.ids.length * planes.length * perChannel;
  const out = outputFor('extractPatches', Float32Array, length, [...planes], options.out);
  const self = new Float32Array(area);
  const other = new Float32Array(area);
  for (let n = 0, at = 0; n < cells.ids.length; n++) {
    const window = { height, width, size, top: cells.top[n]!, left: cells.left[n]! };
    if (layout !== 'raw') cutMasks(labels, cells.ids[n]!, window, self, other);
    if (layout === 'raw-self-neighbour' && transposeMasks) for (const mask of [self, other]) transpose(mask, size);
    for (const plane of planes) {
      cutPlane(plane, window, padding, out, at);
      if (layout === 'masked') for (let i = 0; i < area; i++) if (self[i] === 0) out[at + i] = 0;
      if (layout === 'raw-self-neighbour') {
        out.set(self, at + area);
        out.set(other, at + 2 * area);
      }
      at += perChannel;
    }
  }
  return out;
}

/**
 * The three planes of context that DeepCell Types 2026 has once for each cell, (N, 3, size, size): the cell's mask, the mask of all other
 * cells, and the distance of the cell's pixels to the nearest pixel that is not of it within the patch, divided by the largest.
 * Outside the image is background. Distances are those of `distanceTransform`, so a patch full of one cell has the distance to row -1,
 * column 0, as scipy gives it.
 *
 * @throws RangeError as {@link extractPatches}.
 */
export function extractContext(
  labels: Int32Array,
  height: number,
  width: number,
  cells: PatchCells,
  options: { size: number; out?: Float32Array },
): Float32Array {
  const { size } = options;
  checkCells('extractContext', labels, height, width, cells, size);
  const area = size * size;
  const length = 3 * area * cells.ids.length;
  const out = outputFor('extractContext', Float32Array, length, [labels], options.out);
  for (let n = 0; n < cells.ids.length; n++) {
    const [self, other, depth] = [0, 1, 2].map((k) => out.subarray((3 * n + k) * area, (3 * n + k + 1) * area)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    cutMasks(labels, cells.ids[n]!, { height, width, size, top: cells.top[n]!, left: cells.left[n]! }, self, other);
    const distance = distanceTransform(Uint8Array.from(self), size, size);
    const largest = distance.reduce((most, value) => Math.max(most, value), 0);
    for (let i = 0; i < area; i++) depth[i] = largest > 0 ? distance[i]! / largest : 0;
  }
  return out;
}

interface Window {
  readonly height: number;
  readonly width: number;
  readonly size: number;
  readonly top: number;
  readonly left: number;
}

function cutMasks(labels: Int32Array, id: number, window: Window, self: Float32Array, other: Float32Array): void {
  const { height, width, size, top, left } = window;
  for (let v = 0, i = 0; v < size; v++) {
    const y = top + v;
    const inside = y >= 0 && y < height;
    for (let u = 0; u < size; u++, i++) {
      const x = left + u;
      const found = inside && x >= 0 && x < width ? labels[y * width + x]! : 0;
      self[i] = found === id ? 1 : 0;
      other[i] = found !== id && found !== 0 ? 1 : 0;
    }
  }
}

function cutPlane(plane: Plane, window: Window, padding: number | 'reflect', out: Float32Array, to: number): void {
  const { height, width, size, top, left } = window;
  const first = Math.min(size, Math.max(0, -left));
  const last = Math.max(first, Math.min(size, width - left));
  for (let v = 0; v < size; v++, to += size) {
    let y = top + v;
    if (padding === 'reflect') y = mirror(y, height);
    else if (y < 0 || y >= height) {
      out.fill(padding, to, to + size);
      continue;
    }
    const from = y * width + left;
    for (let u = first; u < last; u++) out[to + u] = plane[from + u]!;
    if (first === 0 && last === size) continue;
    for (let u = 0; u < size; u++) {
      if (u >= first && u < last) continue;
      out[to + u] = padding === 'reflect' ? plane[y * width + mirror(left + u, width)]! : padding;
    }
  }
}

function transpose(mask: Float32Array, size: number): void {
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < v; u++) {
      const kept = mask[v * size + u]!;
      mask[v * size + u] = mask[u * size + v]!;
      mask[u * size + v] = kept;
    }
  }
}

function checkCells(
  kernel: string,
  labels: Int32Array,
  height: number,
  width: number,
  { ids, top, left }: PatchCells,
  size: number,
): void {
  checkSize(`${kernel}: labels`, labels.length, height, width);
  checkWhole(`${kernel}: size`, size, 1);
  if (top.length !== ids.length || left.length !== ids.length) {
    throw new RangeError(
      `${kernel}: ${ids.length} ids, but ${top.length} rows and ${left.length} columns of corners; pass one of each per cell`,
    );
  }
  if (labels.length === 0 && ids.length > 0)
    throw new RangeError(`${kernel}: the image is empty; there is nothing to cut`);
}
