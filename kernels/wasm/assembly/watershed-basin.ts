// One component of the watershed: its pixels in the order of their values, each with a slot.
//
// The host keeps a record of addresses and numbers (u32 each), the basin:
//   0 state    i32 with a border of one: 0 blocked, > 0 free (slot + 1, with TIE in a group of equal values), < 0 reached
//   4 stamps   i32 with a border, the class of pops in which a pixel was reached
//   8 queue    i32 per slot, the pixel in it; -1 where a tie group has no pixel yet
//  12 tails    i32 per slot: the slot filled next for the first slot of a tie group, ~first for its others, else 0
//  16 pairs, 20 spare   8 bytes per pixel: key, pixel
//  24 counts   room for 4 × 2,048 i32
//  28 bits, 32 words, 36 groups   the slot queue of rule `own`, see ./watershed-flood
//  40 waiting  i32 per pixel, the queue of rule `raised`
//  44 size, 48 stride, 52 raised, 56 line
//  60 least, 64 most   of the keys
//  68 class level, 72 class tag, 76 ordinal, 80 waiting pixels: see turn
//  84 the lowest word of bits that may hold a slot
import { addSlot, clearSlots } from './watershed-flood';

export const TIE: i32 = 1 << 30;
/** Marks a marker that was gathered early; no state is as low. */
const TAKEN = i32.MIN_VALUE;
const DIGIT = 11;

/**
 * Sets the basin up for the flood of one component: its runs are order[from..to).
 *
 * @param early i32, markers (bordered indices) that enter before all others of their value, in this order.
 * @returns 1 if markers tie whose order may matter (those of different labels, or of any with a line and rule `own`), else 0.
 */
export function fillBasin(
  basin: usize, keys: usize, markers: usize, width: i32, runs: usize, order: usize, from: i32, to: i32, early: usize, earlyCount: i32,
): i32 {
  const state = <usize>load<u32>(basin);
  let end = <usize>load<u32>(basin, 16);
  const pairs = end;
  store<i32>(basin, i32.MAX_VALUE, 60);
  store<i32>(basin, i32.MIN_VALUE, 64);
  const stride = width + 2;
  for (let k = 0; k < earlyCount; k++) {
    const p = load<i32>(early + ((<usize>k) << 2));
    const i = p - stride - 1 - 2 * (<i32>(<u32>p / <u32>stride) - 1);
    const key = load<i32>(keys + ((<usize>i) << 2));
    store<i32>(basin, min(key, load<i32>(basin, 60)), 60);
    store<i32>(basin, max(key, load<i32>(basin, 64)), 64);
    store<i32>(end, key);
    store<i32>(end, p, 4);
    store<i32>(state + ((<usize>p) << 2), TAKEN);
    end += 8;
  }
  for (let k = from; k < to; k++) {
    const run = runs + <usize>load<i32>(order + ((<usize>k) << 2)) * 12;
    const first = load<i32>(run);
    const shift = width + 3 + 2 * <i32>(<u32>first / <u32>width);
    end = gatherRun(basin, keys, markers, state, first, load<i32>(run, 4), shift, end, earlyCount > 0);
  }
  const size = <i32>((end - pairs) >> 3);
  store<i32>(basin, size, 44);
  sortPairs(basin, size);
  if (load<i32>(basin, 52) == 0) clearSlots(basin, size);
  return assignSlots(basin, size);
}

// @ts-ignore: decorator
@noInline
function gatherRun(
  basin: usize, keys: usize, markers: usize, state: usize, first: i32, end: i32, shift: i32, to: usize, early: bool,
): usize {
  let least = load<i32>(basin, 60);
  let most = load<i32>(basin, 64);
  for (let i = first; i < end; i++) {
    const key = load<i32>(keys + ((<usize>i) << 2));
    const at = state + ((<usize>(i + shift)) << 2);
    const taken = early && load<i32>(at) == TAKEN;
    store<i32>(at, -load<i32>(markers + ((<usize>i) << 2)));
    if (taken) continue;
    least = min(least, key);
    most = max(most, key);
    store<i32>(to, key);
    store<i32>(to, i + shift, 4);
    to += 8;
  }
  store<i32>(basin, least, 60);
  store<i32>(basin, most, 64);
  return to;
}

/** A stable radix sort of the pairs by key, over as many bits as the keys' range has; the result is in `pairs`. */
// @ts-ignore: decorator
@noInline
function sortPairs(basin: usize, size: i32): void {
  const least = load<i32>(basin, 60);
  const bits = 32 - clz(load<i32>(basin, 64) - least);
  if (bits == 0) return;
  const longest = size < 512 ? 8 : DIGIT;
  const passes = (bits + longest - 1) / longest;
  const digit = (bits + passes - 1) / passes;
  const counts = <usize>load<u32>(basin, 24);
  memory.fill(counts, 0, (<usize>passes) << (digit + 2));
  countDigits(<usize>load<u32>(basin, 16), size, least, counts, digit, passes);
  for (let pass = 0; pass < passes; pass++) {
    const from = <usize>load<u32>(basin, 16);
    const to = <usize>load<u32>(basin, 20);
    scatter(from, size, least, counts + ((<usize>pass) << (digit + 2)), pass * digit, (1 << digit) - 1, to);
    store<u32>(basin, <u32>to, 16);
    store<u32>(basin, <u32>from, 20);
  }
}

// @ts-ignore: decorator
@noInline
function countDigits(pairs: usize, size: i32, least: i32, counts: usize, digit: i32, passes: i32): void {
  const mask = (1 << digit) - 1;
  const table = (<usize>1) << (digit + 2);
  const end = pairs + ((<usize>size) << 3);
  const second = passes > 1 ? counts + table : counts;
  const third = passes > 2 ? second + table : counts;
  if (passes > 3) {
    const fourth = third + table;
    for (let at = pairs; at < end; at += 8) count(fourth, (<u32>(load<i32>(at) - least) >> (3 * digit)) & mask);
  }
  for (let at = pairs; at < end; at += 8) {
    const key = <u32>(load<i32>(at) - least);
    count(counts, key & mask);
    if (passes > 1) count(second, (key >> digit) & mask);
    if (passes > 2) count(third, (key >> (2 * digit)) & mask);
  }
}

// @ts-ignore: decorator
@inline
function count(counts: usize, digit: u32): void {
  const at = counts + ((<usize>digit) << 2);
  store<i32>(at, load<i32>(at) + 1);
}

// @ts-ignore: decorator
@noInline
function scatter(from: usize, size: i32, least: i32, counts: usize, shift: i32, mask: i32, to: usize): void {
  // Counts become the addresses that the next pair of each digit goes to.
  let address = to;
  for (let d = 0; d <= mask; d++) {
    const at = counts + ((<usize>d) << 2);
    const count = load<i32>(at);
    store<u32>(at, <u32>address);
    address += (<usize>count) << 3;
  }
  const end = from + ((<usize>size) << 3);
  for (let at = from; at < end; at += 8) {
    const pair = load<i64>(at);
    const place = counts + ((<usize>((<u32>(<i32>pair - least) >> shift) & mask)) << 2);
    const target = <usize>load<u32>(place);
    store<u32>(place, <u32>(target + 8));
    store<i64>(target, pair);
  }
}

/**
 * Gives every pixel its slot: its place in the order. Equal values share a stretch of slots that is filled from its start as they come,
 * markers first. As each pixel enters once, the order of slots is the order of (value, age).
 */
// @ts-ignore: decorator
@noInline
function assignSlots(basin: usize, size: i32): i32 {
  const state = <usize>load<u32>(basin);
  const queue = <usize>load<u32>(basin, 8);
  const tails = <usize>load<u32>(basin, 12);
  const pairs = <usize>load<u32>(basin, 16);
  const own = load<i32>(basin, 52) == 0;
  let tied = 0;
  let key = size > 0 ? load<i32>(pairs) : 0;
  for (let from = 0; from < size; ) {
    const p = load<i32>(pairs + ((<usize>from) << 3), 4);
    const next = from + 1 < size ? load<i32>(pairs + ((<usize>from) << 3), 8) : ~key;
    if (next == key) {
      const to = groupEnd(pairs, from, size, key);
      if (fillGroup(basin, state, queue, tails, pairs, from, to, own)) tied = 1;
      from = to;
      if (from < size) key = load<i32>(pairs + ((<usize>from) << 3));
      continue;
    }
    store<i32>(queue + ((<usize>from) << 2), p);
    store<i32>(tails + ((<usize>from) << 2), 0);
    const at = state + ((<usize>p) << 2);
    if (load<i32>(at) == 0) store<i32>(at, from + 1);
    else if (own) addSlot(basin, from);
    from++;
    key = next;
  }
  return tied;
}

// @ts-ignore: decorator
@inline
function groupEnd(pairs: usize, from: i32, size: i32, key: i32): i32 {
  let to = from + 1;
  while (to < size && load<i32>(pairs + ((<usize>to) << 3)) == key) to++;
  return to;
}

/** @returns whether there are markers in the group whose order may matter. */
// @ts-ignore: decorator
@noInline
function fillGroup(basin: usize, state: usize, queue: usize, tails: usize, pairs: usize, from: i32, to: i32, own: bool): bool {
  const anyTie = own && load<i32>(basin, 56) != 0;
  let tail = from;
  let first = 0;
  let tied = false;
  for (let i = from; i < to; i++) {
    const p = load<i32>(pairs + ((<usize>i) << 3), 4);
    const at = state + ((<usize>p) << 2);
    const label = load<i32>(at);
    store<i32>(tails + ((<usize>i) << 2), ~from);
    if (label == 0) {
      store<i32>(at, (from + 1) | TIE);
      continue;
    }
    if (first == 0) first = label;
    else if (label != first || anyTie) tied = true;
    store<i32>(queue + ((<usize>tail) << 2), p);
    if (own) addSlot(basin, tail);
    tail++;
  }
  store<i32>(tails + ((<usize>from) << 2), tail);
  for (let i = tail; i < to; i++) store<i32>(queue + ((<usize>i) << 2), -1);
  return tied;
}

/** Writes the labels of reached pixels; the rest keeps its marker, as the library does with markers that a line runs through. */
export function writeBasin(basin: usize, width: i32, runs: usize, order: usize, from: i32, to: i32, labels: usize): void {
  const state = <usize>load<u32>(basin);
  for (let k = from; k < to; k++) {
    const run = runs + <usize>load<i32>(order + ((<usize>k) << 2)) * 12;
    const first = load<i32>(run);
    const shift = width + 3 + 2 * <i32>(<u32>first / <u32>width);
    writeRun(state + ((<usize>shift) << 2), first, load<i32>(run, 4), labels);
  }
}

// @ts-ignore: decorator
@noInline
function writeRun(state: usize, first: i32, end: i32, labels: usize): void {
  let at = (<usize>first) << 2;
  const last = (<usize>end) << 2;
  const zero = i32x4.splat(0);
  for (; at + 16 <= last; at += 16) {
    const v = v128.load(state + at);
    v128.store(labels + at, v128.bitselect(i32x4.neg(v), v128.load(labels + at), i32x4.lt_s(v, zero)));
  }
  for (; at < last; at += 4) {
    const found = load<i32>(state + at);
    if (found < 0) store<i32>(labels + at, -found);
  }
}
