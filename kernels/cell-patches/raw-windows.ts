import type { PatchChannel, Patches } from '../image.ts';
import type { PatchCells } from '../patch-sources.ts';
import { extractPatches } from '../patches.ts';
import { twin } from '../twin.ts';
import { scaleStretchesWasm } from '../wasm/cell-patches.ts';
import type { PatchProfile } from './profiles.ts';

/**
 * Whole windows of scaled values, 0 beyond the image, and the masks.
 *
 * @param count channels of the batch; those beyond the panel's are -1.
 * @param out (N, count, 3, size, size).
 */
export function cutRaw(
  { planes, labels, height, width, channels }: Patches,
  cells: PatchCells,
  { size, transposeMasks }: PatchProfile,
  count: number,
  out: Float32Array,
): void {
  // NaN marks what lies beyond the image: it is 0 after scaling, whatever 0 counts are.
  const options = {
    size,
    layout: 'raw-self-neighbour',
    fill: NaN,
    transposeMasks,
    channels: count,
    unused: -1,
  } as const;
  extractPatches(planes, labels, height, width, cells, { ...options, out });
  const area = size ** 2;
  const places = { cells: cells.ids.length, perCell: count, step: 3 * area, length: area };
  if (twin() === 'wasm') {
    scaleStretchesWasm(
      out,
      channels.map((channel) => ({ ...channel, high: channel.high ?? 0 })),
      places,
    );
  }
  for (let n = 0; n < cells.ids.length; n++) {
    const [y, x] = [cells.y[n]!, cells.x[n]!];
    const within = y >= 0 && x >= 0 && y + size <= height && x + size <= width;
    for (const [c, channel] of channels.entries()) {
      const from = (n * count + c) * 3 * area;
      if (twin() !== 'wasm') scaleInPlace(out, from, from + area, channel);
      if (!within) clearBeyond(out, from, from + area);
    }
  }
}

function scaleInPlace(out: Float32Array, from: number, end: number, { high, low, range }: PatchChannel): void {
  const limit = high ?? 0;
  for (let i = from; i < end; i++) {
    const value = out[i]!;
    // NaN is not above the limit, and stays.
    out[i] = Math.fround((value > limit ? limit : value) - low) / range;
  }
}

function clearBeyond(out: Float32Array, from: number, end: number): void {
  for (let i = from; i < end; i++) if (out[i] !== out[i]) out[i] = 0;
}
