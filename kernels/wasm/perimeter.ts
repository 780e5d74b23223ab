import type { LabelRuns } from '../runs.ts';
import { inWasm } from './arena.ts';

export interface PerimeterExports {
  markContours(labels: number, contours: number, rows: number, width: number, stride: number): void;
  countContours(
    contours: number,
    firstRow: number,
    width: number,
    stride: number,
    start: number,
    length: number,
    object: number,
    from: number,
    to: number,
    classes: number,
    counts: number,
  ): void;
}

/** Pixels of a strip of rows that is copied in and counted before the next one, so that it stays in the cache. */
const STRIP_PIXELS = 2 ** 16;

/** Columns of zeros before each row of a strip, and at least as many after it. */
const MARGIN = 4;

/** The WebAssembly twin of `countContours`: contour pixels by class, four numbers per object. */
export function countContoursWasm(labels: Int32Array, runs: LabelRuns, classes: Uint8Array): Int32Array {
  const { height, width, ids, object, start, length } = runs;
  return inWasm<PerimeterExports, Int32Array>((exports, arena) => {
    const rows = Math.max(1, Math.min(height, Math.floor(STRIP_PIXELS / Math.max(width, 1))));
    const columns = Math.ceil(width / 4) * 4 + 2 * MARGIN;
    const stride = 4 * columns;
    const counts = arena.zeros(16 * ids.length);
    const table = arena.put(classes);
    const [starts, lengths, objects] = [arena.put(start), arena.put(length), arena.put(object)];
    // A strip's contours reach a row beyond it on either side, and those need one more row of labels.
    const marks = arena.zeros(stride * (rows + 2));
    const strip = arena.reserve(stride * (rows + 4));
    const copy = arena.view(Int32Array, strip, columns * (rows + 4));
    for (let y = 0, from = 0; y < height; y += rows) {
      const now = Math.min(rows, height - y);
      copy.fill(0);
      for (let k = 0; k < now + 4; k++) {
        const row = y - 2 + k;
        if (row >= 0 && row < height) copy.set(labels.subarray(row * width, (row + 1) * width), k * columns + MARGIN);
      }
      exports.markContours(strip + stride + 4 * MARGIN, marks + 4 * MARGIN, now + 2, width, stride);
      const to = firstRunFrom(start, (y + now) * width, from);
      const first = marks + stride + 4 * MARGIN;
      exports.countContours(first, y, width, stride, starts, lengths, objects, from, to, table, counts);
      from = to;
    }
    return arena.take(Int32Array, counts, 4 * ids.length);
  });
}

/** The first run, from `from` on, that starts at flat index `pixel` or later. */
export function firstRunFrom(start: Int32Array, pixel: number, from: number): number {
  let [low, high] = [from, start.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start[middle]! < pixel) low = middle + 1;
    else high = middle;
  }
  return low;
}
