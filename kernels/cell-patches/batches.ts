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
 * many channels.
 */
function cutOwn(
  { planes, labels, height, width, channels }: Patches,
  cells: PatchCells,
  size: number,
  out: Float32Array,
): void {
  out.fill(0);
  const area = size ** 2;
  const step = 2 * size + 1;
  const sources = patchSources(cells, height, width, size, 'constant');
  const from = new Int32Array(area);
  const to = new Int32Array(area);
  for (let n = 0; n < cells.ids.length; n++) {
    const own = findOwn(labels, width, cells.ids[n]!, size, sources, n * step, from, to);
    for (let c = 0; c < channels.length; c++) {
      scaleOwn(planes[c]!, channels[c]!, from, to, own, out, (n * channels.length + c) * area);
    }
  }
}

/** Where a cell's pixels are in the image and in its window. Returns how many there are. */
function findOwn(
  labels: Int32Array,
  width: number,
  id: number,
  size: number,
  sources: Int32Array,
  at: number,
  from: Int32Array,
  to: Int32Array,
): number {
  let own = 0;
  for (let i = 0; i < size; i++) {
    const row = sources[at + 1 + i]!;
    if (row < 0) continue;
    for (let j = 0; j < size; j++) {
      const column = sources[at + 1 + size + j]!;
      if (column < 0 || labels[row * width + column] !== id) continue;
      from[own] = row * width + column;
      to[own++] = i * size + j;
    }
  }
  return own;
}

function scaleOwn(
  plane: Plane,
  { high, low, range }: PatchChannel,
  from: Int32Array,
  to: Int32Array,
  own: number,
  out: Float32Array,
  offset: number,
): void {
  const limit = high ?? 0;
  for (let i = 0; i < own; i++) {
    const value = Math.fround(plane[from[i]!]!);
    out[offset + to[i]!] = Math.fround((value < limit ? value : limit) - low) / range;
  }
}
