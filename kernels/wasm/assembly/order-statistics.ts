// Histograms by which values are ranked. Tables lie one behind the other and take turns; the host zeroes them.

/** Counts 8-bit values, two tables of 256. @param flip 128 for signed values, 0 else. */
export function countBytes(at: usize, count: i32, flip: u32, tables: usize): void {
  const end = at + <usize>count;
  for (; at + 2 <= end; at += 2) {
    add(tables, <u32>load<u8>(at) ^ flip);
    add(tables + 1024, <u32>load<u8>(at, 1) ^ flip);
  }
  if (at < end) add(tables, <u32>load<u8>(at) ^ flip);
}

/** Counts 16-bit values, two tables of 65,536. @param flip 32768 for signed values, 0 else. */
export function countWords(at: usize, count: i32, flip: u32, tables: usize): void {
  const second = tables + 262_144;
  const end = at + ((<usize>count) << 1);
  const both = <u64>flip * 0x0001000100010001;
  for (; at + 8 <= end; at += 8) {
    const v = load<u64>(at) ^ both;
    add(tables, <u32>v & 0xffff);
    add(second, (<u32>v) >> 16);
    add(tables, <u32>(v >> 32) & 0xffff);
    add(second, <u32>(v >> 48));
  }
  for (; at < end; at += 2) add(tables, <u32>load<u16>(at) ^ flip);
}

/**
 * Splits 16-bit values at a bracket: counts those equal to 0 and those below it, counts those in it one by one, and finds the extremes.
 *
 * @param flip 32768 for signed values, 0 else; low and high are of the flipped values.
 * @param low, high the bracket, both ends within.
 * @param table i32 per value of the bracket, zeroed by the host.
 * @param found u32: values equal to 0, values below, least and largest value (flipped); the host starts them with 0, 0, 65535, 0.
 */
export function splitWords(at: usize, count: i32, flip: u32, low: u32, high: u32, table: usize, found: usize): void {
  // Lanes count zeros, and may not reach 65,536.
  const most = 8 * 65_535;
  for (; count > most; count -= most, at += 2 * most) splitSome(at, most, flip, low, high, table, found);
  splitSome(at, count, flip, low, high, table, found);
}

// @ts-ignore: decorator
@noInline
function splitSome(at: usize, count: i32, flip: u32, low: u32, high: u32, table: usize, found: usize): void {
  let least = i16x8.splat(<i16>load<u32>(found, 8));
  let most = i16x8.splat(<i16>load<u32>(found, 12));
  let zeros = i16x8.splat(0);
  // Those that are not below the bracket: mostly few.
  let above: u32 = 0;
  const turn = i16x8.splat(<i16>flip);
  const from = i16x8.splat(<i16>low);
  const origin = table - ((<usize>low) << 2);
  const end = at + ((<usize>count) << 1);
  // One question for 32 values: whether any of them is not below.
  for (; at + 64 <= end; at += 64) {
    const a = v128.xor(v128.load(at), turn);
    const b = v128.xor(v128.load(at, 16), turn);
    const c = v128.xor(v128.load(at, 32), turn);
    const d = v128.xor(v128.load(at, 48), turn);
    least = i16x8.min_u(least, i16x8.min_u(i16x8.min_u(a, b), i16x8.min_u(c, d)));
    const highest = i16x8.max_u(i16x8.max_u(a, b), i16x8.max_u(c, d));
    most = i16x8.max_u(most, highest);
    const pair = i16x8.add(i16x8.eq(a, turn), i16x8.eq(b, turn));
    zeros = i16x8.sub(zeros, i16x8.add(pair, i16x8.add(i16x8.eq(c, turn), i16x8.eq(d, turn))));
    if (!v128.any_true(i16x8.ge_u(highest, from))) continue;
    above += countAbove(at, i16x8.bitmask(i16x8.ge_u(a, from)), flip, high, origin);
    above += countAbove(at + 16, i16x8.bitmask(i16x8.ge_u(b, from)), flip, high, origin);
    above += countAbove(at + 32, i16x8.bitmask(i16x8.ge_u(c, from)), flip, high, origin);
    above += countAbove(at + 48, i16x8.bitmask(i16x8.ge_u(d, from)), flip, high, origin);
  }
  let smallest = lanesLeast(least);
  let largest = lanesMost(most);
  let nothing = lanesSum(zeros);
  for (; at < end; at += 2) {
    const value = <u32>load<u16>(at) ^ flip;
    smallest = min(smallest, value);
    largest = max(largest, value);
    if (value == flip) nothing++;
    if (value < low) continue;
    above++;
    if (value <= high) add(origin, value);
  }
  store<u32>(found, load<u32>(found) + nothing);
  store<u32>(found, load<u32>(found, 4) + <u32>count - above, 4);
  store<u32>(found, smallest, 8);
  store<u32>(found, largest, 12);
}

/** Counts those of eight values whose bit is set and that are in the bracket. @returns how many bits are set. */
// @ts-ignore: decorator
@inline
function countAbove(at: usize, bits: i32, flip: u32, high: u32, origin: usize): u32 {
  const number = popcnt(bits);
  for (; bits != 0; bits &= bits - 1) {
    const value = <u32>load<u16>(at + ((<usize>ctz(bits)) << 1)) ^ flip;
    if (value <= high) add(origin, value);
  }
  return <u32>number;
}

/** The sum of eight unsigned lanes. */
// @ts-ignore: decorator
@inline
function lanesSum(v: v128): u32 {
  const sums = i32x4.add(i32x4.extend_low_i16x8_u(v), i32x4.extend_high_i16x8_u(v));
  return i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
}

// @ts-ignore: decorator
@inline
function lanesLeast(v: v128): u32 {
  v = i16x8.min_u(v, v128.shuffle<i64>(v, v, 1, 0));
  v = i16x8.min_u(v, v128.shuffle<i32>(v, v, 1, 0, 3, 2));
  return <u32>min<u16>(i16x8.extract_lane_u(v, 0), i16x8.extract_lane_u(v, 1));
}

// @ts-ignore: decorator
@inline
function lanesMost(v: v128): u32 {
  v = i16x8.max_u(v, v128.shuffle<i64>(v, v, 1, 0));
  v = i16x8.max_u(v, v128.shuffle<i32>(v, v, 1, 0, 3, 2));
  return <u32>max<u16>(i16x8.extract_lane_u(v, 0), i16x8.extract_lane_u(v, 1));
}

/** Adds the other tables to the first. */
export function addTables(tables: usize, entries: i32, number: i32): void {
  const bytes = (<usize>entries) << 2;
  for (let table = 1; table < number; table++) {
    const from = tables + (<usize>table) * bytes;
    for (let i: usize = 0; i < bytes; i += 16) {
      v128.store(tables + i, i32x4.add(v128.load(tables + i), v128.load(from + i)));
    }
  }
}

/**
 * Counts 32-bit values by the high halves of their keys, two tables of 65,536.
 *
 * @param kind 0 uint32, 1 int32, 2 float32.
 * @param zeros u32, the number of values equal to 0 is added.
 * @returns 1 if a value is NaN, else 0.
 */
export function countHighHalves(at: usize, count: i32, kind: i32, tables: usize, zeros: usize): i32 {
  if (kind == 0) return countHigh<u32>(at, count, tables, zeros);
  if (kind == 1) return countHigh<i32>(at, count, tables, zeros);
  return countHigh<f32>(at, count, tables, zeros);
}

// @ts-ignore: decorator
@inline
function countHigh<T>(at: usize, count: i32, tables: usize, zeros: usize): i32 {
  const second = tables + 262_144;
  const zero = keys<T>(i32x4.splat(0));
  let found = 0;
  let odd = i32x4.splat(0);
  const end = at + ((<usize>count) << 2);
  for (; at + 16 <= end; at += 16) {
    const v = v128.load(at);
    if (isFloat<T>()) odd = v128.or(odd, f32x4.ne(v, v));
    const key = keys<T>(v);
    found += popcnt(i32x4.bitmask(i32x4.eq(key, zero)));
    const high = i32x4.shr_u(key, 16);
    add(tables, i32x4.extract_lane(high, 0));
    add(second, i32x4.extract_lane(high, 1));
    add(tables, i32x4.extract_lane(high, 2));
    add(second, i32x4.extract_lane(high, 3));
  }
  let faults = v128.any_true(odd);
  for (; at < end; at += 4) {
    const key = i32x4.extract_lane(keys<T>(v128.load32_splat(at)), 0);
    if (isFloat<T>()) {
      const value = load<f32>(at);
      if (value != value) faults = true;
    }
    if (key == i32x4.extract_lane(zero, 0)) found++;
    add(tables, <u32>key >> 16);
  }
  store<u32>(zeros, load<u32>(zeros) + found);
  return faults ? 1 : 0;
}

/** Counts the low halves of the keys whose high half is `high`, one table of 65,536. */
export function countLowHalves(at: usize, count: i32, kind: i32, high: u32, table: usize): void {
  if (kind == 0) countLow<u32>(at, count, high, table);
  else if (kind == 1) countLow<i32>(at, count, high, table);
  else countLow<f32>(at, count, high, table);
}

// @ts-ignore: decorator
@inline
function countLow<T>(at: usize, count: i32, high: u32, table: usize): void {
  const wanted = i32x4.splat(high);
  const end = at + ((<usize>count) << 2);
  for (; at + 16 <= end; at += 16) {
    const key = keys<T>(v128.load(at));
    let matches = i32x4.bitmask(i32x4.eq(i32x4.shr_u(key, 16), wanted));
    if (matches == 0) continue;
    if (matches & 1) add(table, i32x4.extract_lane(key, 0) & 0xffff);
    if (matches & 2) add(table, i32x4.extract_lane(key, 1) & 0xffff);
    if (matches & 4) add(table, i32x4.extract_lane(key, 2) & 0xffff);
    if (matches & 8) add(table, i32x4.extract_lane(key, 3) & 0xffff);
  }
  for (; at < end; at += 4) {
    const key = i32x4.extract_lane(keys<T>(v128.load32_splat(at)), 0);
    if (<u32>key >> 16 == high) add(table, key & 0xffff);
  }
}

/** Unsigned integers of the same order as the values; -0 is 0. */
// @ts-ignore: decorator
@inline
function keys<T>(v: v128): v128 {
  const sign = i32x4.splat(0x80000000);
  if (isFloat<T>()) {
    const bits = f32x4.add(v, f32x4.splat(0));
    return v128.xor(bits, v128.or(i32x4.shr_s(bits, 31), sign));
  }
  return isSigned<T>() ? v128.xor(v, sign) : v;
}

// @ts-ignore: decorator
@inline
function add(table: usize, entry: u32): void {
  const at = table + ((<usize>entry) << 2);
  store<u32>(at, load<u32>(at) + 1);
}
