import { checkPatches, type PatchLayout, type PatchOptions } from './check-patches.ts';
import { checkWhole } from './check-size.ts';
import type { Plane } from './image.ts';
import { writeMasks } from './patch-masks.ts';
import { patchSources, type PatchCells } from './patch-sources.ts';
import { twin } from './twin.ts';
import { cutPatchesWasm } from './wasm/patches.ts';

export type { PatchLayout, PatchOptions } from './check-patches.ts';
export { extractContexts } from './patch-masks.ts';
export { centredPatches, type PatchCells, type PatchPadding } from './patch-sources.ts';

const PLANES = { raw: 1, masked: 1, 'raw-self-neighbour': 3 } satisfies Record<PatchLayout, number>;

/** A cell's patches where they go: cell n's patch of channel c starts at `n·perCell + c·perChannel`. */
export interface PatchPlaces {
  readonly perCell: number;
  readonly perChannel: number;
}

/**
 * Cuts a square window around each cell out of every (Y, X) plane of an image: a float32 batch of N cells and C channels, as models take it.
 *
 * - `raw`: (N, C, size, size), the planes' values rounded to float32.
 * - `masked`: the same, times 1 on the cell's own pixels and 0 elsewhere (so an infinity elsewhere becomes NaN, as in numpy). DeepCell Types
 *   takes it with {@link extractContexts}, in windows of 32.
 * - `raw-self-neighbour`: (N, C, 3, size, size), per channel the raw patch, 1 on the cell's own pixels, 1 on those of other objects. The
 *   first DeepCell Types takes it in windows of 64, of 75 channels of which the unused ones are -1, and with `transposeMasks`, since the
 *   masks it was trained with had rows and columns swapped.
 *
 * A window may lie anywhere; see {@link PatchOptions} for what stands beyond the image, and {@link centredPatches} for windows around
 * centroids. It is for the caller to normalise the planes first.
 *
 * @param cells the ids (> 0; they need not occur in their windows) and the windows' first rows and columns.
 * @throws RangeError for a plane or labels of another size, an id below 1, lists of different lengths, a size below 1, an unknown layout
 *   or padding, fewer channels than planes, a batch of 2^31 values or more, or an `out` of another length or on an input's memory.
 */
export function extractPatches(
  planes: readonly Plane[],
  labels: Int32Array,
  height: number,
  width: number,
  cells: PatchCells,
  options: PatchOptions,
): Float32Array {
  const { size, layout = 'raw', padding = 'constant', fill = 0, transposeMasks = false } = options;
  const { channels = planes.length, unused = -1 } = options;
  const number = PLANES[layout] as number | undefined;
  if (number === undefined) {
    throw new RangeError(`extractPatches: layout is '${layout}'; pass ${Object.keys(PLANES).join(', ')}`);
  }
  checkWhole('extractPatches: channels', channels, planes.length);
  const area = size * size;
  const places: PatchPlaces = { perCell: channels * number * area, perChannel: number * area };
  const out = checkPatches('extractPatches', planes, labels, height, width, cells, options, places.perCell);
  const sources = patchSources(cells, height, width, size, padding);
  const self = layout === 'masked' ? new Float32Array(cells.ids.length * area) : null;
  const block = new Float32Array(2 * area);
  for (let n = 0; n < cells.ids.length; n++) {
    const first = n * places.perCell;
    if (number === 3 || self !== null) {
      const own = self === null ? block.subarray(0, area) : self.subarray(n * area, (n + 1) * area);
      const from = n * (2 * size + 1);
      writeMasks(labels, width, cells.ids[n]!, size, sources, from, own, block.subarray(area), transposeMasks);
    }
    // Copies of a whole block run as fast as memory does.
    if (number === 3) for (let c = 0; c < planes.length; c++) out.set(block, first + c * places.perChannel + area);
    out.fill(unused, first + planes.length * places.perChannel, first + places.perCell);
  }
  const copied = twin() === 'wasm' && worthCopying(cells, height, width, size);
  const cut = copied ? cutPatchesWasm : cutPatches;
  cut(planes, height, width, sources, size, fill, self, out, places);
  return out;
}

/**
 * Whether the windows hold at least an eighth of the pixels in the rows they lie in, so that copying those rows to WebAssembly costs less
 * than the faster conversion there gains: at a quarter it takes half the time of the plain form, at a sixteenth one and a half of it.
 */
function worthCopying({ y }: PatchCells, height: number, width: number, size: number): boolean {
  const needed = new Uint8Array(height);
  for (const first of y) needed.fill(1, Math.max(0, first), Math.max(0, first + size));
  const rows = needed.reduce((sum, one) => sum + one, 0);
  return 8 * y.length * size * size >= rows * width;
}

/** The plain form of `cutPatchesWasm`: writes every cell's raw patch of every plane, times its mask if there are any. */
function cutPatches(
  planes: readonly Plane[],
  _height: number,
  width: number,
  sources: Int32Array,
  size: number,
  fill: number,
  masks: Float32Array | null,
  out: Float32Array,
  { perCell, perChannel }: PatchPlaces,
): void {
  const step = 2 * size + 1;
  const area = size * size;
  const windows = Array.from({ length: sources.length / step }, (_, n) => ({
    neighbours: sources[n * step] === 1,
    rows: sources.subarray(n * step + 1, n * step + 1 + size),
    columns: sources.subarray(n * step + 1 + size, (n + 1) * step),
    mask: masks === null ? null : masks.subarray(n * area, (n + 1) * area),
  }));
  planes.forEach((plane, c) => {
    let to = c * perChannel;
    for (const { neighbours, rows, columns, mask } of windows) {
      if (neighbours && plane instanceof Float32Array) cutFloats(plane, width, rows, columns[0]!, fill, mask, out, to);
      else {
        cutPatch(plane, width, rows, columns, neighbours, fill, out, to);
        if (mask !== null) multiply(out, to, mask);
      }
      to += perCell;
    }
  });
}

function cutPatch(
  plane: Plane,
  width: number,
  rows: Int32Array,
  columns: Int32Array,
  neighbours: boolean,
  fill: number,
  out: Float32Array,
  to: number,
): void {
  const size = rows.length;
  // Kept for a moment, so that the reads are not optimised away.
  if (neighbours) out[to] = touchWindow(plane, width, rows, columns[0]!);
  for (let i = 0; i < size; i++, to += size) {
    if (rows[i]! < 0) {
      out.fill(fill, to, to + size);
      continue;
    }
    const from = rows[i]! * width;
    if (neighbours) for (let j = 0, at = from + columns[0]!; j < size; j++, at++) out[to + j] = plane[at]!;
    else for (let j = 0; j < size; j++) out[to + j] = columns[j]! < 0 ? fill : plane[from + columns[j]!]!;
  }
}

/** `cutPatch` and its mask in one pass over a plane of float32: a loop over one type of plane. */
function cutFloats(
  plane: Float32Array,
  width: number,
  rows: Int32Array,
  column: number,
  fill: number,
  mask: Float32Array | null,
  out: Float32Array,
  to: number,
): void {
  const size = rows.length;
  out[to] = touchWindow(plane, width, rows, column);
  for (let i = 0, m = 0; i < size; i++, to += size) {
    const beyond = rows[i]! < 0;
    const at = beyond ? 0 : rows[i]! * width + column;
    if (mask === null) {
      if (beyond) out.fill(fill, to, to + size);
      else for (let j = 0; j < size; j++) out[to + j] = plane[at + j]!;
    } else if (beyond) for (let j = 0; j < size; j++, m++) out[to + j] = fill * mask[m]!;
    else for (let j = 0; j < size; j++, m++) out[to + j] = plane[at + j]! * mask[m]!;
  }
}

/**
 * Reads something of every cache line of a window. The processor waits for many lines at once here, where the copying loop would wait
 * for each row in turn, which takes two to four times as long.
 */
function touchWindow(plane: Plane, width: number, rows: Int32Array, column: number): number {
  const line = 64 / plane.BYTES_PER_ELEMENT;
  const last = rows.length - 1;
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    if (rows[i]! < 0) continue;
    const from = rows[i]! * width + column;
    for (let j = 0; j < last; j += line) sum += plane[from + j]!;
    sum += plane[from + last]!;
  }
  return sum;
}

function multiply(out: Float32Array, to: number, mask: Float32Array): void {
  for (let i = 0; i < mask.length; i++) out[to + i]! *= mask[i]!;
}
