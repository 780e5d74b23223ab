import type { PatchChannel, Patches, Plane } from '../image.ts';
import { patchSources, type PatchCells } from '../patch-sources.ts';

/**
 * Scaled values on the cell's own pixels and 0 elsewhere. Only own pixels are read: a cell covers some tenth of its window, and there are
 * many channels. Planes are gone through one after the other, for all cells each: neighbours in number mostly lie side by side, so that the
 * rows they share are read from memory once, and few pages are in use at a time. `CellWindows` is the WebAssembly twin.
 *
 * @param out (N, C, 1, size, size), to be overwritten.
 */
export function cutOwn(
  { planes, labels, height, width, channels }: Patches,
  cells: PatchCells,
  size: number,
  out: Float32Array,
): void {
  const area = size ** 2;
  const own = findOwn(labels, width, cells.ids, size, patchSources(cells, height, width, size, 'constant'));
  for (const [c, channel] of channels.entries()) {
    for (let n = 0; n < cells.ids.length; n++) {
      const at = (n * channels.length + c) * area;
      out.fill(0, at, at + area);
      scaleOwn(planes[c]!, channel, own, n, out, at);
    }
  }
}

/**
 * Whether the windows hold at least half as many pixels as the rows they lie in: then it is faster to copy those rows to WebAssembly, where a
 * pixel takes a fifth of the time, than to read own pixels only.
 */
export function closeTogether({ y }: PatchCells, height: number, width: number, size: number): boolean {
  const needed = new Uint8Array(height);
  for (const first of y) needed.fill(1, Math.max(0, first), Math.max(0, first + size));
  const rows = needed.reduce((sum, one) => sum + one, 0);
  return 2 * y.length * size * size >= rows * width;
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
