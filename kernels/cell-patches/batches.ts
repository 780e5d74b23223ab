import type { Patches } from '../image.ts';
import { extractContexts } from '../patch-masks.ts';
import type { PatchCells } from '../patch-sources.ts';
import { twin } from '../twin.ts';
import { CellWindows } from '../wasm/cell-windows.ts';
import { closeTogether, cutOwn } from './own-pixels.ts';
import { patchProfile } from './profiles.ts';
import { cutRaw } from './raw-windows.ts';

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
export interface PatchRoom extends Pick<PatchBatch, 'sample' | 'context'> {
  /** What fills the arrays faster, where they are its own. */
  readonly windows?: CellWindows;
}

/** WebAssembly can address 4 GiB; batches larger than this are cut in plain arrays. */
const MOST_BYTES = 2 ** 31;

/** The cells `first` to `first + count - 1`. */
export function cellsOf({ ids, y, x }: Patches, first: number, count: number): PatchCells {
  const end = first + count;
  return { ids: ids.subarray(first, end), y: y.subarray(first, end), x: x.subarray(first, end) };
}

/** How many values a room has per cell: of samples, and of contexts, 0 where the profile has none. */
export function patchLengths(patches: Patches): { readonly sample: number; readonly context: number } {
  const { layout, size, channels } = patchProfile(patches.profile);
  const masked = layout === 'masked';
  const planes = (channels ?? patches.channels.length) * (masked ? 1 : 3);
  return { sample: planes * size ** 2, context: masked ? 3 * size ** 2 : 0 };
}

/** Arrays for a batch of `count` cells. */
export function patchRoom(patches: Patches, count: number): PatchRoom {
  const { layout, size, channels } = patchProfile(patches.profile);
  const one = patchLengths(patches);
  if (layout !== 'masked') return { sample: new Float32Array(count * one.sample), context: null };
  if (twin() === 'wasm' && CellWindows.takes(size) && 4 * count * one.sample <= MOST_BYTES) {
    const windows = new CellWindows({
      count,
      channels: channels ?? patches.channels.length,
      size,
      width: patches.width,
    });
    return { sample: windows.sample, context: windows.context, windows };
  }
  return { sample: new Float32Array(count * one.sample), context: new Float32Array(count * one.context) };
}

/** Fills the places `first` to before `end` of a room with what is at place `from`. */
export function repeatPatches(patches: Patches, room: PatchRoom, from: number, first: number, end: number): void {
  const one = patchLengths(patches);
  for (let n = first; n < end; n++) {
    room.sample.copyWithin(n * one.sample, from * one.sample, (from + 1) * one.sample);
    room.context?.copyWithin(n * one.context, from * one.context, (from + 1) * one.context);
  }
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
  const { sample, context, windows } = room ?? patchRoom(patches, count);
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
  const out = (context ?? new Float32Array(0)).subarray(0, count * 3 * area);
  const { size } = profile;
  if (windows?.fits({ count, channels, size, width }) && closeTogether(cells, height, width, size)) {
    windows.cut(patches, cells);
  } else {
    extractContexts(labels, height, width, cells, { size, out });
    cutOwn(patches, cells, size, fitted);
  }
  return { sample: fitted, context: out, channels, planes };
}
