import { inWasm, type Arena } from './arena.ts';

export interface RunsExports {
  encodeRunRows(labels: number, rows: number, width: number, first: number, to: number): number;
  paintStretch(run: number, end: number, ends: number, first: number, pixels: number, to: number): number;
}

/** Pixels of a strip of rows that is copied in and encoded before the next one, so that it stays in the cache. */
const STRIP_PIXELS = 2 ** 16;

/** Runs as they are found: three numbers each, flat index of the first pixel, pixels, id. */
export function findRunsWasm(labels: Int32Array, height: number, width: number): Int32Array {
  return inWasm<RunsExports, Int32Array>((exports, arena) => {
    const { at, count } = findRunsInWasm(exports, arena, labels, height, width);
    return arena.take(Int32Array, at, 3 * count);
  });
}

/** Leaves the records of the runs in the arena, at its top. */
export function findRunsInWasm(
  exports: RunsExports,
  arena: Arena,
  labels: Int32Array,
  height: number,
  width: number,
): { at: number; count: number } {
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP_PIXELS / Math.max(width, 1))));
  const strip = arena.reserve(4 * rows * width);
  const at = arena.top;
  let end = at;
  for (let y = 0; y < height; y += rows) {
    const now = Math.min(rows, height - y);
    // Room for as many records as pixels; the records of all strips lie on end.
    const room = end + 12 * now * width - arena.top;
    if (room > 0) arena.reserve(room);
    arena.view(Int32Array, strip, now * width).set(labels.subarray(y * width, (y + now) * width));
    end = exports.encodeRunRows(strip, now, width, y * width, end) >>> 0;
  }
  return { at, count: (end - at) / 12 };
}

/** Leaves the records of the runs of the int32 labels at `labels` in the arena, at its top. */
export function runRecordsInWasm(
  exports: RunsExports,
  arena: Arena,
  labels: number,
  height: number,
  width: number,
): { at: number; count: number } {
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP_PIXELS / Math.max(width, 1))));
  const at = arena.top;
  let end = at;
  for (let y = 0; y < height; y += rows) {
    const now = Math.min(rows, height - y);
    const room = end + 12 * now * width - arena.top;
    if (room > 0) arena.reserve(room);
    end = exports.encodeRunRows(labels + 4 * y * width, now, width, y * width, end) >>> 0;
  }
  return { at, count: (end - at) / 12 };
}

/**
 * Writes a plane from its runs, a stretch at a time, so that the plane never lies in the arena.
 *
 * @param runs `count` records from `at` on; see `paintStretch` for `ends`. None may cross from one stretch of `pixels` to the next.
 */
export function paintInWasm(
  exports: RunsExports,
  arena: Arena,
  { at, count, ends }: { at: number; count: number; ends: boolean },
  pixels: number,
  out: Int32Array,
): void {
  const strip = arena.reserve(4 * Math.min(pixels, out.length) + 16);
  const end = at + 12 * count;
  let run = at;
  for (let first = 0; first < out.length; first += pixels) {
    const now = Math.min(pixels, out.length - first);
    run = exports.paintStretch(run, end, ends ? 1 : 0, first, now, strip) >>> 0;
    out.set(arena.view(Int32Array, strip, now), first);
  }
  arena.release(strip);
}

/** Pixels of whole rows that make a stretch which stays in the cache. */
export function stretchOf(height: number, width: number): number {
  return width * Math.max(1, Math.min(height, Math.floor(STRIP_PIXELS / Math.max(width, 1))));
}
