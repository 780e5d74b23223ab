import type { PatchChannel, Patches, Plane } from '../image.ts';
import { patchSources, type PatchCells } from '../patch-sources.ts';
import { twin } from '../twin.ts';
import { cutPatchesWasm } from '../wasm/patches.ts';

/**
 * Scaled values on the cell's own pixels and 0 elsewhere. Where windows lie close together, whole rows are scaled and cut in WebAssembly.
 * Elsewhere only own pixels are read: a cell covers some tenth of its window, and there are many channels. Planes are gone through one after the other, for all cells each: neighbours in number mostly lie side by side, so that
 * the rows they share are read from memory once, and few pages are in use at a time.
 *
 * @param contexts (N, 3, size, size) of the same cells, whose first plane is the cell's own pixels.
 * @param out (N, C, 1, size, size), to be overwritten.
 */
export function cutOwn(
  { planes, labels, height, width, channels }: Patches,
  cells: PatchCells,
  size: number,
  contexts: Float32Array,
  out: Float32Array,
): void {
  const area = size ** 2;
  const sources = patchSources(cells, height, width, size, 'constant');
  if (twin() === 'wasm' && closeTogether(cells, height, width, size)) {
    const scales = channels.map((channel) => ({ ...channel, high: channel.high ?? 0 }));
    const places = { perCell: channels.length * area, perChannel: area };
    const masks = selfMasks(contexts, area);
    cutPatchesWasm(planes, height, width, sources, size, 0, masks, out, places, scales);
    return;
  }
  const own = findOwn(labels, width, cells.ids, size, sources);
  for (const [c, channel] of channels.entries()) {
    for (let n = 0; n < cells.ids.length; n++) {
      const at = (n * channels.length + c) * area;
      out.fill(0, at, at + area);
      scaleOwn(planes[c]!, channel, own, n, out, at);
    }
  }
}

/**
 * Whether the windows hold at least half as many pixels as the rows they lie in: the rows are copied and scaled as a whole, which takes half a
 * nanosecond a pixel, and save two for each pixel of a window.
 */
function closeTogether({ y }: PatchCells, height: number, width: number, size: number): boolean {
  const needed = new Uint8Array(height);
  for (const first of y) needed.fill(1, Math.max(0, first), Math.max(0, first + size));
  const rows = needed.reduce((sum, one) => sum + one, 0);
  return 2 * y.length * size * size >= rows * width;
}

/** The first of every three planes. */
function selfMasks(contexts: Float32Array, area: number): Float32Array {
  const masks = new Float32Array(contexts.length / 3);
  for (let to = 0; to < masks.length; to += area) masks.set(contexts.subarray(3 * to, 3 * to + area), to);
  return masks;
}

/** Where each cell's pixels are in the image and in its window: those of cell n are `ends[n - 1]` (0 for the first) to `ends[n]`. */
interface OwnPixels {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly ends: Int32Array;
}

function findOwn(labels: Int32Array, width: number, ids: Int32Array, size: number, sources: Int32Array): OwnPixels {
  const from = new Int32Array(ids.length * size ** 2);
  const to = new Int32Array(from.length);
  const ends = new Int32Array(ids.length);
  let own = 0;
  for (let n = 0, at = 1; n < ids.length; n++, at += 2 * size + 1) {
    const id = ids[n]!;
    for (let i = 0; i < size; i++) {
      const row = sources[at + i]! * width;
      if (row < 0) continue;
      for (let j = 0; j < size; j++) {
        const column = sources[at + size + j]!;
        if (column < 0 || labels[row + column] !== id) continue;
        from[own] = row + column;
        to[own++] = i * size + j;
      }
    }
    ends[n] = own;
  }
  return { from, to, ends };
}

function scaleOwn(
  plane: Plane,
  { high, low, range }: PatchChannel,
  { from, to, ends }: OwnPixels,
  n: number,
  out: Float32Array,
  offset: number,
): void {
  const limit = high ?? 0;
  const end = ends[n]!;
  let i = n === 0 ? 0 : ends[n - 1]!;
  if (plane.BYTES_PER_ELEMENT < 4 && Number.isInteger(low)) {
    // Differences of small whole numbers are float32 already, and rounding them takes a third of the time.
    const most = Math.fround(limit - low) / range;
    for (; i < end; i++) {
      const value = plane[from[i]!]!;
      out[offset + to[i]!] = value < limit ? (value - low) / range : most;
    }
    return;
  }
  for (; i < end; i++) {
    const value = Math.fround(plane[from[i]!]!);
    out[offset + to[i]!] = Math.fround((value < limit ? value : limit) - low) / range;
  }
}
