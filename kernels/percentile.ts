import type { Plane } from './image.ts';

/**
 * The `percent`-th percentile of all values, or of the values other than 0.
 *
 * Follows numpy 2.4 `np.percentile(values.astype(float64), percent, method='linear')` bit for bit: with n values in
 * ascending order and v = (n-1)·percent/100, the order statistics a and b around v are joined by numpy's float64 lerp.
 * Negative values count as non-zero. 8- and 16-bit arrays are counted in one histogram; wider ones are selected by radix
 * in two passes, so the time does not depend on the order of the values.
 *
 * @returns the percentile in the values' unit, or null when no value qualifies (empty, or all 0 with `nonZero`).
 * @throws RangeError if `percent` is outside 0..100, or a value is NaN (its index is named).
 */
export function percentile(values: Plane, percent: number, options: { nonZero?: boolean } = {}): number | null {
  if (!(percent >= 0 && percent <= 100)) {
    throw new RangeError(`percentile: percent is ${percent}; choose a number from 0 to 100`);
  }
  const zeros = options.nonZero === true ? countZeros(values) : 0;
  const count = values.length - zeros;
  if (count === 0) return null;
  const virtual = (count - 1) * (percent / 100);
  const lower = Math.min(Math.floor(virtual), count - 1);
  const upper = Math.min(lower + 1, count - 1);
  const [a, b] = orderStatistics(values, lower, upper, zeros);
  const t = virtual - lower;
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

/**
 * Clips a plane at `high` from above and maps it linearly to 0..1.
 *
 * Every operation is rounded to float32, as numpy does on a float32 array: x = min(x, float32(high)), then
 * (x - min) / (max - min) over the clipped plane. A plane that is constant after clipping becomes all 0.
 *
 * @throws RangeError if `high` is not finite or a value is NaN or infinite (its index is named).
 */
export function clipAndScale(plane: Plane, high: number): Float32Array {
  if (!Number.isFinite(high)) throw new RangeError(`clipAndScale: high is ${high}; pass a finite clipping value`);
  const out = new Float32Array(plane.length);
  const limit = Math.fround(high);
  let low = Infinity;
  let top = -Infinity;
  for (let i = 0; i < out.length; i++) {
    const value = Math.fround(plane[i]!);
    if (value - value !== 0) throw notFinite('clipAndScale', value, i);
    const clipped = value < limit ? value : limit;
    out[i] = clipped;
    if (clipped < low) low = clipped;
    if (clipped > top) top = clipped;
  }
  if (!(top > low)) return out.fill(0);
  const range = Math.fround(top - low);
  for (let i = 0; i < out.length; i++) out[i] = Math.fround(out[i]! - low) / range;
  return out;
}

function countZeros(values: Plane): number {
  let zeros = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === 0) zeros++;
  return zeros;
}

/** The `lower`-th and `upper`-th (0-based) values in ascending order, after taking `zeros` values of 0 away. */
function orderStatistics(values: Plane, lower: number, upper: number, zeros: number): [number, number] {
  if (values.BYTES_PER_ELEMENT === 4) {
    return selectWide(values as Uint32Array | Int32Array | Float32Array, lower, upper, zeros);
  }
  const offset = values instanceof Int8Array ? 128 : values instanceof Int16Array ? 32768 : 0;
  const counts = new Uint32Array(1 << (8 * values.BYTES_PER_ELEMENT));
  for (let i = 0; i < values.length; i++) counts[values[i]! + offset]!++;
  counts[offset]! -= zeros;
  return [findRank(counts, lower)[0] - offset, findRank(counts, upper)[0] - offset];
}

/** Selects by the high 16 bits first, then by the low 16 bits within the bins that hold the two ranks. */
function selectWide(
  values: Uint32Array | Int32Array | Float32Array,
  lower: number,
  upper: number,
  zeros: number,
): [number, number] {
  const keys = sortableKeys(values);
  const zeroKey = values instanceof Uint32Array ? 0 : 0x80000000;
  const high = new Uint32Array(1 << 16);
  for (let i = 0; i < keys.length; i++) high[keys[i]! >>> 16]!++;
  high[zeroKey >>> 16]! -= zeros;
  const find = (rank: number): number => {
    const [bin, rest] = findRank(high, rank);
    const low = new Uint32Array(1 << 16);
    for (let i = 0; i < keys.length; i++) if (keys[i]! >>> 16 === bin) low[keys[i]! & 0xffff]!++;
    if (zeroKey >>> 16 === bin) low[zeroKey & 0xffff]! -= zeros;
    return valueOfKey(values, ((bin << 16) | findRank(low, rest)[0]) >>> 0);
  };
  const a = find(lower);
  return [a, upper === lower ? a : find(upper)];
}

/** Maps each value to an unsigned integer of the same order. -0 counts as 0. */
function sortableKeys(values: Uint32Array | Int32Array | Float32Array): Uint32Array {
  if (values instanceof Uint32Array) return values;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const keys = new Uint32Array(values.length);
  if (values instanceof Int32Array) {
    for (let i = 0; i < keys.length; i++) keys[i] = bits[i]! ^ 0x80000000;
    return keys;
  }
  for (let i = 0; i < keys.length; i++) {
    const b = bits[i]!;
    if ((b & 0x7fffffff) > 0x7f800000) throw notFinite('percentile', NaN, i);
    keys[i] = b < 0x80000000 ? b | 0x80000000 : b === 0x80000000 ? b : ~b;
  }
  return keys;
}

function valueOfKey(values: Uint32Array | Int32Array | Float32Array, key: number): number {
  if (values instanceof Uint32Array) return key;
  if (values instanceof Int32Array) return key - 0x80000000;
  const bits = Uint32Array.of(key >= 0x80000000 ? key & 0x7fffffff : ~key);
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

function notFinite(kernel: string, value: number, index: number): RangeError {
  return new RangeError(
    `${kernel}: the value at index ${index} is ${value}; replace non-finite pixels before this step`,
  );
}
