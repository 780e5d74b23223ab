import { inWasm } from './arena.ts';
import { scaleInWasm, type ScaleExports } from './clip-and-scale.ts';
import type { OrderExports } from './order-statistics.ts';

const ENTRIES = 65_536;

/**
 * The WebAssembly twin of `normalizePercentile` for 16-bit planes: one copy, one histogram, from which percentile and range follow.
 *
 * @param offset entry i of the histogram counts the value i - offset.
 * @param choose the clipping value for a histogram, null when no value qualifies; may change the histogram.
 */
export function normalizePercentileWasm(
  plane: Uint16Array | Int16Array,
  offset: number,
  out: Float32Array,
  choose: (counts: Uint32Array) => number | null,
): number | null {
  return inWasm<OrderExports & ScaleExports, number | null>((exports, arena) => {
    const at = arena.put(plane);
    const tables = arena.zeros(8 * ENTRIES);
    exports.countWords(at, plane.length, offset, tables);
    exports.addTables(tables, ENTRIES, 2);
    const counts = arena.take(Uint32Array, tables, ENTRIES);
    const low = counts.findIndex((count) => count > 0) - offset;
    const largest = counts.findLastIndex((count) => count > 0) - offset;
    const high = choose(counts);
    const limit = Math.fround(high ?? 0);
    const range = { limit, low: Math.min(low, limit), top: Math.min(largest, limit) };
    if (high === null || !(range.top > range.low)) out.fill(0);
    else scaleInWasm(exports, arena, at, plane, range, out);
    return high;
  });
}
