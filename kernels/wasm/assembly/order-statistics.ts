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
  const second = tables + 262_144;
  let found = 0;
  let odd = 0;
  const end = at + ((<usize>count) << 2);
  for (let table = tables; at < end; at += 4) {
    const bits = load<u32>(at);
    const key = keyOf(bits, kind);
    if (key == (kind == 0 ? 0 : 0x80000000)) found++;
    if (kind == 2 && (bits & 0x7fffffff) > 0x7f800000) odd = 1;
    add(table, key >> 16);
    table = tables + second - table;
  }
  store<u32>(zeros, load<u32>(zeros) + found);
  return odd;
}

/** Counts the low halves of the keys whose high half is `high`, one table of 65,536. */
export function countLowHalves(at: usize, count: i32, kind: i32, high: u32, table: usize): void {
  const end = at + ((<usize>count) << 2);
  for (; at < end; at += 4) {
    const key = keyOf(load<u32>(at), kind);
    if (key >> 16 == high) add(table, key & 0xffff);
  }
}

/** An unsigned integer of the same order as the value; -0 is 0. */
// @ts-ignore: decorator
@inline
function keyOf(bits: u32, kind: i32): u32 {
  if (kind == 0) return bits;
  if (kind == 1) return bits ^ 0x80000000;
  if (bits == 0x80000000) return bits;
  return bits < 0x80000000 ? bits | 0x80000000 : ~bits;
}

// @ts-ignore: decorator
@inline
function add(table: usize, entry: u32): void {
  const at = table + ((<usize>entry) << 2);
  store<u32>(at, load<u32>(at) + 1);
}
