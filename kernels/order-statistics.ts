import type { Plane } from './image.ts';
import { twin } from './twin.ts';
import { countHighWasm, countLowWasm, countNarrowWasm } from './wasm/order-statistics.ts';

/** A plane's values in ascending order, by rank (0-based), without sorting them. */
export interface Ranking {
  /** Values that take part. */
  readonly count: number;
  at(rank: number): number;
}

/** Counts by the high halves of 32-bit keys, and the values equal to 0; `fault` is the index of a NaN or -1. */
export interface HighCounts {
  readonly counts: Uint32Array;
  readonly zeros: number;
  readonly fault: number;
}

/**
 * Ranks a plane's values: 8- and 16-bit ones by one histogram, wider ones by the high halves of order-preserving keys and, where it is
 * asked for, by the low halves within one of those; so the time does not depend on the order of the values. -0 is 0.
 *
 * @param nonZero leaves the values equal to 0 out.
 * @throws RangeError for a NaN (its index is named).
 */
export function rankValues(kernel: string, values: Plane, nonZero: boolean): Ranking {
  return values.BYTES_PER_ELEMENT === 4
    ? rankWide(kernel, values as Uint32Array | Int32Array | Float32Array, nonZero)
    : rankNarrow(values, nonZero);
}

/** The histogram of an 8- or 16-bit plane: entry i counts the value i - {@link narrowOffset}. */
export function countNarrow(values: Plane): Uint32Array {
  if (twin() === 'wasm') return countNarrowWasm(values, narrowOffset(values));
  const offset = narrowOffset(values);
  const counts = new Uint32Array(1 << (8 * values.BYTES_PER_ELEMENT));
  for (let i = 0; i < values.length; i++) counts[values[i]! + offset]!++;
  return counts;
}

export function narrowOffset(values: Plane): number {
  return values instanceof Int8Array ? 128 : values instanceof Int16Array ? 32_768 : 0;
}

function rankNarrow(values: Plane, nonZero: boolean): Ranking {
  const counts = countNarrow(values);
  const offset = narrowOffset(values);
  const zeros = nonZero ? counts[offset]! : 0;
  counts[offset]! -= zeros;
  return { count: values.length - zeros, at: (rank) => findRank(counts, rank)[0] - offset };
}

type Wide = Uint32Array | Int32Array | Float32Array;

function rankWide(kernel: string, values: Wide, nonZero: boolean): Ranking {
  const high = twin() === 'wasm' ? countHighWasm(values) : countHigh(values);
  if (high.fault >= 0) {
    throw new RangeError(
      `${kernel}: the value at index ${high.fault} is NaN; replace non-finite pixels before this step`,
    );
  }
  const zeroKey = values instanceof Uint32Array ? 0 : 2 ** 31;
  const zeros = nonZero ? high.zeros : 0;
  high.counts[zeroKey >>> 16]! -= zeros;
  let known = -1;
  let low: Uint32Array = new Uint32Array(0);
  const at = (rank: number): number => {
    const [bin, rest] = findRank(high.counts, rank);
    if (bin !== known) {
      low = twin() === 'wasm' ? countLowWasm(values, bin) : countLow(values, bin);
      if (zeroKey >>> 16 === bin) low[0]! -= zeros;
      known = bin;
    }
    return valueOfKey(values, 65_536 * bin + findRank(low, rest)[0]);
  };
  return { count: values.length - zeros, at };
}

function countHigh(values: Wide): HighCounts {
  const counts = new Uint32Array(65_536);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let zeros = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) zeros++;
    if (values[i] !== values[i]) return { counts, zeros, fault: i };
    counts[keyOf(values, bits[i]!) >>> 16]!++;
  }
  return { counts, zeros, fault: -1 };
}

function countLow(values: Wide, bin: number): Uint32Array {
  const counts = new Uint32Array(65_536);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) {
    const key = keyOf(values, bits[i]!);
    if (key >>> 16 === bin) counts[key & 0xffff]!++;
  }
  return counts;
}

/** An unsigned integer of the same order as the value with these bits. */
function keyOf(values: Wide, bits: number): number {
  if (values instanceof Uint32Array) return bits;
  if (values instanceof Int32Array || bits === 0x80000000) return bits ^ (values instanceof Int32Array ? 1 << 31 : 0);
  return bits < 0x80000000 ? bits | (1 << 31) : ~bits;
}

function valueOfKey(values: Wide, key: number): number {
  if (values instanceof Uint32Array) return key;
  if (values instanceof Int32Array) return key - 2 ** 31;
  const bits = Uint32Array.of(key >= 2 ** 31 ? key & 0x7fffffff : ~key);
  return new Float32Array(bits.buffer)[0]!;
}

/** The bin that holds the `rank`-th entry (0-based), and that entry's rank within the bin. */
function findRank(counts: Uint32Array, rank: number): [number, number] {
  let before = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    if (before + counts[bin]! > rank) return [bin, rank - before];
    before += counts[bin]!;
  }
  throw new RangeError(`findRank: rank ${rank} is beyond the ${before} counted values`);
}
