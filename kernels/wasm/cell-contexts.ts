import type { PatchCells } from '../patch-sources.ts';
import { inWasm, type Arena } from './arena.ts';
import { BAND_BYTES, groupByRows, type RowGroup } from './row-groups.ts';

export interface ContextExports {
  writeContext(
    labels: number,
    width: number,
    sources: number,
    id: number,
    size: number,
    scratch: number,
    to: number,
  ): void;
}

/** Windows of a label image, and room for the work on some of them. */
export interface ContextWork {
  readonly labels: Int32Array;
  readonly width: number;
  readonly ids: Int32Array;
  readonly size: number;
  /** As `patchSources` gives them. */
  readonly sources: Int32Array;
  readonly room: ContextRoom;
}

/** Addresses in the module's memory. */
export interface ContextRoom {
  /** A band of the label image: `bandBytes` of it. */
  readonly band: number;
  /** `size`² int32. */
  readonly scratch: number;
  /** The sources of one window. */
  readonly sources: number;
}

/** Bytes of a band that holds what a group of cells needs. */
export function bandBytes(size: number, width: number): number {
  return Math.max(BAND_BYTES, 4 * size * width) + 16;
}

export function reserveContextRoom(arena: Arena, size: number, width: number): ContextRoom {
  return {
    band: arena.reserve(bandBytes(size, width)),
    scratch: arena.reserve(4 * size * size),
    sources: arena.reserve(4 * (2 * size + 1)),
  };
}

/** Writes the contexts of a group of cells, those of cell n to the address `at(n)`. `then` is called while its sources are in place. */
export function contextsOfGroup(
  exports: ContextExports,
  arena: Arena,
  { labels, width, ids, size, sources, room }: ContextWork,
  { cells, first, end }: RowGroup,
  at: (n: number) => number,
  then: (n: number) => void = () => undefined,
): void {
  const rows = labels.subarray(first * width, end * width);
  arena.view(Int32Array, room.band, rows.length).set(rows);
  const origin = (room.band - 4 * first * width) >>> 0;
  const step = 2 * size + 1;
  const window = arena.view(Int32Array, room.sources, step);
  for (const n of cells) {
    window.set(sources.subarray(n * step, (n + 1) * step));
    exports.writeContext(origin, width, room.sources, ids[n]!, size, room.scratch, at(n));
    then(n);
  }
}

/** The WebAssembly twin of `extractContexts`, without its checks. */
export function extractContextsWasm(
  labels: Int32Array,
  width: number,
  { ids }: PatchCells,
  size: number,
  sources: Int32Array,
  out: Float32Array,
): void {
  if (ids.length === 0) return;
  inWasm<ContextExports, void>((exports, arena) => {
    const room = reserveContextRoom(arena, size, width);
    const to = arena.reserve(12 * size * size);
    const found = arena.view(Float32Array, to, 3 * size * size);
    const work = { labels, width, ids, size, sources, room };
    const keep = (n: number): void => out.set(found, n * found.length);
    for (const group of groupByRows(sources, size, 4 * width)) {
      contextsOfGroup(exports, arena, work, group, () => to, keep);
    }
  });
}
