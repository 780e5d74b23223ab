import type { PatchChannel, Patches, Plane } from '../image.ts';
import { extractContexts } from '../patch-masks.ts';
import { patchSources, type PatchCells } from '../patch-sources.ts';
import { extractPatches } from '../patches.ts';
import { patchProfile, type PatchProfile } from './profiles.ts';

/** What a model is fed for some cells. */
export interface PatchBatch {
  /** (N, C, 1, size, size) or (N, C, 3, size, size), by the profile's layout. */
  readonly sample: Float32Array;
  /** (N, 3, size, size) of a `masked` layout, null for the other. */
  readonly context: Float32Array | null;
  /** C: the panel's channels, or as many as the profile always has. */
  readonly channels: number;
  /** Planes per channel. */
  readonly planes: number;
}

/** Arrays to be overwritten, so that batches need not be allocated anew. */
export type PatchRoom = Pick<PatchBatch, 'sample' | 'context'>;

/** The cells `first` to `first + count - 1`. */
export function cellsOf({ ids, y, x }: Patches, first: number, count: number): PatchCells {
  const end = first + count;
  return { ids: ids.subarray(first, end), y: y.subarray(first, end), x: x.subarray(first, end) };
}

/** Arrays for a batch of `count` cells. */
export function patchRoom(patches: Patches, count: number): PatchRoom {
  const profile = patchProfile(patches.profile);
  const area = profile.size ** 2;
  const channels = profile.channels ?? patches.channels.length;
  const planes = profile.layout === 'masked' ? 1 : 3;
  return {
    sample: new Float32Array(count * channels * planes * area),
    context: profile.layout === 'masked' ? new Float32Array(count * 3 * area) : null,
  };
}

/**
 * Cuts a batch of cells: windows of scaled values with the masks that the profile wants. A batch holds the same numbers for a cell whichever
 * other cells are in it.
 *
 * @param room arrays of {@link patchRoom} for `count` cells or more; new ones unless given.
 * @throws RangeError for cells that are not there, or a room that is too small.
 */
export function cutBatch(patches: Patches, first: number, count: number, room?: PatchRoom): PatchBatch {
  if (!(first >= 0 && count >= 0 && first + count <= patches.ids.length)) {
    throw new RangeError(`patches: cells ${first} to ${first + count - 1} of ${patches.ids.length} are asked for`);
  }
  const profile = patchProfile(patches.profile);
  const { sample, context } = room ?? patchRoom(patches, count);
  const channels = profile.channels ?? patches.channels.length;
  const planes = profile.layout === 'masked' ? 1 : 3;
  const area = profile.size ** 2;
  const cells = cellsOf(patches, first, count);
  const fitted = sample.subarray(0, count * channels * planes * area);
  const { labels, height, width } = patches;
  if (profile.layout === 'raw-self-neighbour') {
    cutRaw(patches, cells, profile, channels, fitted);
    return { sample: fitted, context: null, channels, planes };
  }
  cutOwn(patches, cells, profile.size, fitted);
  const out = (context ?? new Float32Array(0)).subarray(0, count * 3 * area);
  extractContexts(labels, height, width, cells, { size: profile.size, out });
  return { sample: fitted, context: out, channels, planes };
}

/** Whole windows of scaled values, 0 beyond the image, and the masks. */
function cutRaw(
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
  for (let n = 0; n < cells.ids.length; n++) {
    for (const [c, channel] of channels.entries()) {
      const from = (n * count + c) * 3 * area;
      scaleInPlace(out, from, from + area, channel);
    }
  }
}

function scaleInPlace(out: Float32Array, from: number, end: number, { high, low, range }: PatchChannel): void {
  const limit = high ?? 0;
  for (let i = from; i < end; i++) {
    const value = out[i]!;
    out[i] = value === value ? Math.fround((value < limit ? value : limit) - low) / range : 0;
  }
}

/**
 * Scaled values on the cell's own pixels and 0 elsewhere. Only own pixels are read: a cell covers some tenth of its window, and there are
 * many channels. Planes are gone through one after the other, for all cells each: neighbours in number mostly lie side by side, so that
 * the rows they share are read from memory once, and few pages are in use at a time.
 */
function cutOwn(
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
