import type { TypedArray } from '../image.ts';
import { inWasm } from './arena.ts';

export interface OtsuExports {
  countIntegers(at: number, pixels: number, bytes: number, table: number, other: number): void;
  countFloats(
    at: number,
    pixels: number,
    low: number,
    range: number,
    bins: number,
    edges: number,
    counts: number,
  ): void;
  planeExtremes(at: number, pixels: number, to: number): number;
}

/** A strip that stays in the cache between being copied in and counted. */
const STRIP_BYTES = 2 ** 18;

/** How often each value of 1 or 2 bytes occurs, by the value taken as unsigned. */
export function wordCountsWasm(values: Uint8Array | Int8Array | Uint16Array | Int16Array): Float64Array {
  const bytes = values.BYTES_PER_ELEMENT;
  const size = 256 ** bytes;
  return inWasm<OtsuExports, Float64Array>((exports, arena) => {
    const table = arena.zeros(4 * size);
    const other = arena.zeros(4 * size);
    const strip = arena.reserve(STRIP_BYTES);
    const step = STRIP_BYTES / bytes;
    for (let from = 0; from < values.length; from += step) {
      const part = values.subarray(from, from + step);
      arena.view(values.constructor as new (buffer: ArrayBuffer) => TypedArray, strip, part.length).set(part);
      exports.countIntegers(strip, part.length, bytes, table, other);
    }
    const [first, second] = [arena.view(Uint32Array, table, size), arena.view(Uint32Array, other, size)];
    return Float64Array.from(first, (count, i) => count + second[i]!);
  });
}

/**
 * Counts float32 values into bins.
 *
 * @param edgesOf gives the edges for the plane's extremes; null if they cannot be told apart.
 * @returns the extremes, with the counts where there are edges; null if a value is not finite.
 */
export function floatCountsWasm(
  values: Float32Array,
  edgesOf: (low: number, high: number) => Float32Array | null,
): { low: number; high: number; edges: Float32Array | null; counts: Float64Array } | null {
  return inWasm<OtsuExports, ReturnType<typeof floatCountsWasm>>((exports, arena) => {
    const at = arena.put(values);
    const ends = arena.reserve(16);
    if (exports.planeExtremes(at, values.length, ends) === 1) return null;
    const [low, high] = arena.view(Float32Array, ends, 2) as unknown as [number, number];
    if (low === -Infinity || high === Infinity) return null;
    const edges = low === high ? null : edgesOf(low, high);
    if (edges === null) return { low, high, edges, counts: new Float64Array(0) };
    const bins = edges.length - 1;
    const counts = arena.zeros(4 * bins);
    exports.countFloats(at, values.length, low, Math.fround(high - low), bins, arena.put(edges), counts);
    return { low, high, edges, counts: Float64Array.from(arena.view(Uint32Array, counts, bins)) };
  });
}
