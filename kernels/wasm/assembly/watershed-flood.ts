// The flood of one component; ./watershed-basin describes the basin. Every form has a loop of its own: the plain ones are the fast ones,
// those in ./watershed-watch look out for tied markers whose order matters, and `turn` serves floods with a line.
import { TIE } from './watershed-basin';
import { watchOwn, watchRaised } from './watershed-watch';

/** A pixel that is queued but has no label yet (line only) holds -(label + QUEUED) in its state. */
const QUEUED: i32 = 1 << 29;

/** Empties the slot queue: 64 slots to a word of `bits`, 64 words to one of `words`, 64 of those to one of `groups`. */
export function clearSlots(basin: usize, size: i32): void {
  memory.fill(<usize>load<u32>(basin, 28), 0, ((<usize>size >> 6) + 1) << 3);
  memory.fill(<usize>load<u32>(basin, 32), 0, ((<usize>size >> 12) + 1) << 3);
  memory.fill(<usize>load<u32>(basin, 36), 0, ((<usize>size >> 18) + 1) << 3);
  store<i32>(basin, i32.MAX_VALUE, 84);
}

/** Adds a slot that is not in the queue. */
export function addSlot(basin: usize, slot: i32): void {
  const word = setSlot(<usize>load<u32>(basin, 28), <usize>load<u32>(basin, 32), <usize>load<u32>(basin, 36), slot);
  if (word < load<i32>(basin, 84)) store<i32>(basin, word, 84);
}

/** @returns the word that the slot is in. */
// @ts-ignore: decorator
@inline
export function setSlot(bits: usize, words: usize, groups: usize, slot: i32): i32 {
  const word = slot >> 6;
  const at = bits + ((<usize>word) << 3);
  const before = load<u64>(at);
  store<u64>(at, before | ((<u64>1) << (slot & 63)));
  if (before == 0) {
    const row = words + ((<usize>(word >> 6)) << 3);
    store<u64>(row, load<u64>(row) | ((<u64>1) << (word & 63)));
    const group = groups + ((<usize>(word >> 12)) << 3);
    store<u64>(group, load<u64>(group) | ((<u64>1) << ((word >> 6) & 63)));
  }
  return word;
}

/**
 * The next word that holds a slot, from an empty one below which all are empty; -1 if there is none. Bits of the upper levels may be left
 * over from words that were emptied; they are cleared here.
 */
// @ts-ignore: decorator
@noInline
export function nextWord(bits: usize, words: usize, groups: usize, word: i32, lastGroup: i32): i32 {
  while (true) {
    let row = word >> 6;
    let at = words + ((<usize>row) << 3);
    let left = load<u64>(at) & ~((<u64>1) << (word & 63));
    store<u64>(at, left);
    if (left == 0) {
      let group = row >> 6;
      let above = groups + ((<usize>group) << 3);
      let rows = load<u64>(above) & ~((<u64>1) << (row & 63));
      store<u64>(above, rows);
      while (rows == 0) {
        if (++group > lastGroup) return -1;
        above += 8;
        rows = load<u64>(above);
      }
      row = (group << 6) + <i32>ctz(rows);
      at = words + ((<usize>row) << 3);
      left = load<u64>(at);
      if (left == 0) {
        word = row << 6;
        continue;
      }
    }
    word = (row << 6) + <i32>ctz(left);
    if (load<u64>(bits + ((<usize>word) << 3)) != 0) return word;
  }
}

/** Floods the component. @param watched 1 stops once the order of tied markers may have made a difference. @returns 1 at the end, 0 if stopped. */
export function floodBasin(basin: usize, watched: i32): i32 {
  // With a line and rule `own` a pixel's label depends on which neighbours left before it: every order counts, there is nothing to watch for.
  if (watched != 0 && load<i32>(basin, 56) != 0 && load<i32>(basin, 52) == 0) return 0;
  const raised = load<i32>(basin, 52) != 0;
  if (load<i32>(basin, 56) != 0) {
    store<i32>(basin, -1, 68);
    store<i32>(basin, 0, 76);
    return raised ? floodRaisedByTurns(basin, watched) : floodOwnByTurns(basin, watched);
  }
  if (watched != 0) return raised ? watchRaised(basin) : watchOwn(basin);
  if (raised) floodRaised(basin);
  else floodOwn(basin);
  return 1;
}

/** Rule `own`: the lowest slot leaves first. */
// @ts-ignore: decorator
@noInline
function floodOwn(basin: usize): void {
  const state = <usize>load<u32>(basin);
  const queue = <usize>load<u32>(basin, 8);
  const tails = <usize>load<u32>(basin, 12);
  const bits = <usize>load<u32>(basin, 28);
  const words = <usize>load<u32>(basin, 32);
  const groups = <usize>load<u32>(basin, 36);
  const lastGroup = load<i32>(basin, 44) >> 18;
  const stride = (<usize>load<i32>(basin, 48)) << 2;
  let word = load<i32>(basin, 84);
  if (word == i32.MAX_VALUE) return;
  while (true) {
    let set = load<u64>(bits + ((<usize>word) << 3));
    if (set == 0) {
      word = nextWord(bits, words, groups, word, lastGroup);
      if (word < 0) return;
      set = load<u64>(bits + ((<usize>word) << 3));
    }
    store<u64>(bits + ((<usize>word) << 3), set & (set - 1));
    const slot = (word << 6) + <i32>ctz(set);
    const at = state + ((<usize>load<i32>(queue + ((<usize>slot) << 2))) << 2);
    const own = load<i32>(at);
    let found = load<i32>(at - stride);
    if (found > 0) word = min(word, enter(at - stride, found, own, state, queue, tails, bits, words, groups));
    found = load<i32>(at - 4);
    if (found > 0) word = min(word, enter(at - 4, found, own, state, queue, tails, bits, words, groups));
    found = load<i32>(at + 4);
    if (found > 0) word = min(word, enter(at + 4, found, own, state, queue, tails, bits, words, groups));
    found = load<i32>(at + stride);
    if (found > 0) word = min(word, enter(at + stride, found, own, state, queue, tails, bits, words, groups));
  }
}

// @ts-ignore: decorator
@inline
export function enter(
  at: usize, found: i32, own: i32, state: usize, queue: usize, tails: usize, bits: usize, words: usize, groups: usize,
): i32 {
  store<i32>(at, own);
  const slot = found < TIE ? found - 1 : placeInGroup(found, <i32>((at - state) >> 2), queue, tails);
  return setSlot(bits, words, groups, slot);
}

// @ts-ignore: decorator
@inline
export function placeInGroup(found: i32, p: i32, queue: usize, tails: usize): i32 {
  const tail = tails + ((<usize>((found & (TIE - 1)) - 1)) << 2);
  const slot = load<i32>(tail);
  store<i32>(tail, slot + 1);
  store<i32>(queue + ((<usize>slot) << 2), p);
  return slot;
}

/** Rule `raised`: the level never falls, so the cursor over the slots only moves up; what lies lower waits in the order it was reached. */
// @ts-ignore: decorator
@noInline
function floodRaised(basin: usize): void {
  const state = <usize>load<u32>(basin);
  const queue = <usize>load<u32>(basin, 8);
  const tails = <usize>load<u32>(basin, 12);
  const waiting = <usize>load<u32>(basin, 40);
  const size = load<i32>(basin, 44);
  const stride = (<usize>load<i32>(basin, 48)) << 2;
  for (let level = 0, end = 0; level < size; level = end) {
    end = level + 1;
    const first = load<i32>(queue + ((<usize>level) << 2));
    if (first < 0 || load<i32>(state + ((<usize>first) << 2)) > 0) continue;
    end = max(end, load<i32>(tails + ((<usize>level) << 2)));
    let tail = waiting;
    for (let slot = level; slot < end; slot++) {
      const p = load<i32>(queue + ((<usize>slot) << 2));
      tail = spreadRaised(state + ((<usize>p) << 2), stride, state, queue, tails, level, tail);
    }
    for (let head = waiting; head < tail; head += 4) {
      tail = spreadRaised(state + ((<usize>load<i32>(head)) << 2), stride, state, queue, tails, level, tail);
    }
  }
}

// @ts-ignore: decorator
@inline
function spreadRaised(at: usize, stride: usize, state: usize, queue: usize, tails: usize, level: i32, tail: usize): usize {
  const own = load<i32>(at);
  let found = load<i32>(at - stride);
  if (found > 0) tail = enterRaised(at - stride, found, own, state, queue, tails, level, tail);
  found = load<i32>(at - 4);
  if (found > 0) tail = enterRaised(at - 4, found, own, state, queue, tails, level, tail);
  found = load<i32>(at + 4);
  if (found > 0) tail = enterRaised(at + 4, found, own, state, queue, tails, level, tail);
  found = load<i32>(at + stride);
  if (found > 0) tail = enterRaised(at + stride, found, own, state, queue, tails, level, tail);
  return tail;
}

// @ts-ignore: decorator
@inline
export function enterRaised(at: usize, found: i32, own: i32, state: usize, queue: usize, tails: usize, level: i32, tail: usize): usize {
  store<i32>(at, own);
  const first = (found & (TIE - 1)) - 1;
  if (first <= level) {
    store<i32>(tail, <i32>((at - state) >> 2));
    return tail + 4;
  }
  if (found >= TIE) placeInGroup(found, <i32>((at - state) >> 2), queue, tails);
  return tail;
}

// @ts-ignore: decorator
@noInline
function floodRaisedByTurns(basin: usize, watched: i32): i32 {
  const state = <usize>load<u32>(basin);
  const queue = <usize>load<u32>(basin, 8);
  const tails = <usize>load<u32>(basin, 12);
  const waiting = <usize>load<u32>(basin, 40);
  const size = load<i32>(basin, 44);
  for (let level = 0, end = 0; level < size; level = end) {
    end = level + 1;
    const first = load<i32>(queue + ((<usize>level) << 2));
    // A single pixel lies in its slot from the start; whether it was reached its state tells.
    if (first < 0 || load<i32>(state + ((<usize>first) << 2)) > 0) continue;
    end = max(end, load<i32>(tails + ((<usize>level) << 2)));
    store<i32>(basin, 0, 80);
    for (let slot = level; slot < end; slot++) {
      if (!turn(basin, load<i32>(queue + ((<usize>slot) << 2)), level, watched)) return 0;
    }
    for (let i = 0; i < load<i32>(basin, 80); i++) {
      if (!turn(basin, load<i32>(waiting + ((<usize>i) << 2)), level, watched)) return 0;
    }
  }
  return 1;
}

// @ts-ignore: decorator
@noInline
function floodOwnByTurns(basin: usize, watched: i32): i32 {
  const queue = <usize>load<u32>(basin, 8);
  const tails = <usize>load<u32>(basin, 12);
  const bits = <usize>load<u32>(basin, 28);
  const words = <usize>load<u32>(basin, 32);
  const groups = <usize>load<u32>(basin, 36);
  const lastGroup = load<i32>(basin, 44) >> 18;
  while (true) {
    let word = load<i32>(basin, 84);
    if (word == i32.MAX_VALUE) return 1;
    let set = load<u64>(bits + ((<usize>word) << 3));
    if (set == 0) {
      word = nextWord(bits, words, groups, word, lastGroup);
      if (word < 0) return 1;
      store<i32>(basin, word, 84);
      set = load<u64>(bits + ((<usize>word) << 3));
    }
    store<u64>(bits + ((<usize>word) << 3), set & (set - 1));
    const slot = (word << 6) + <i32>ctz(set);
    const tail = load<i32>(tails + ((<usize>slot) << 2));
    if (!turn(basin, load<i32>(queue + ((<usize>slot) << 2)), tail < 0 ? ~tail : slot, watched)) return 0;
  }
}

/**
 * Lets one pixel spread to its free neighbours, with a line; the method `turn` in kernels/watershed-flood.ts tells what
 * classes are and why they may be watched.
 *
 * @returns false if a pixel is seen that was reached in the same class under another label.
 */
// @ts-ignore: decorator
@noInline
function turn(basin: usize, p: i32, level: i32, watched: i32): bool {
  const state = <usize>load<u32>(basin);
  const stamps = <usize>load<u32>(basin, 4);
  const raised = load<i32>(basin, 52) != 0;
  const line = load<i32>(basin, 56) != 0;
  const stride = load<i32>(basin, 48);
  const at = state + ((<usize>p) << 2);
  const stamp = stamps + ((<usize>p) << 2);
  const classLevel = load<i32>(basin, 68);
  let ordinal = load<i32>(basin, 76);
  if (level > classLevel || (level == classLevel && load<i32>(stamp) != load<i32>(basin, 72))) {
    store<i32>(basin, level, 68);
    store<i32>(basin, load<i32>(stamp), 72);
    store<i32>(basin, ++ordinal, 76);
  }
  let own = load<i32>(at);
  let spreads = true;
  if (line) {
    const marker = own > -QUEUED;
    if (!marker) own += QUEUED;
    const meets = meetsAnother(at, stride, marker && !raised ? 0 : own);
    if (meets && marker && watched != 0) return false;
    store<i32>(at, meets ? 0 : own);
    if (!marker) store<i32>(stamp, ordinal);
    spreads = !meets || raised;
  }
  for (let n = 0; n < 4; n++) {
    const next = p + (n == 0 ? -stride : n == 1 ? -1 : n == 2 ? 1 : stride);
    const to = state + ((<usize>next) << 2);
    const found = load<i32>(to);
    const seen = stamps + ((<usize>next) << 2);
    if (found < 0) {
      if (watched == 0 || load<i32>(seen) != ordinal) continue;
      if ((found > -QUEUED ? found : found + QUEUED) != own) return false;
    } else if (found > 0 && spreads) {
      store<i32>(to, line ? own - QUEUED : own);
      store<i32>(seen, ordinal);
      push(basin, next, found, level, raised);
    }
  }
  return true;
}

// @ts-ignore: decorator
@inline
function push(basin: usize, p: i32, found: i32, level: i32, raised: bool): void {
  const first = (found & (TIE - 1)) - 1;
  if (raised && first <= level) {
    const count = load<i32>(basin, 80);
    store<i32>(<usize>load<u32>(basin, 40) + ((<usize>count) << 2), p);
    store<i32>(basin, count + 1, 80);
    return;
  }
  let slot = first;
  if (found >= TIE) slot = placeInGroup(found, p, <usize>load<u32>(basin, 8), <usize>load<u32>(basin, 12));
  if (!raised) addSlot(basin, slot);
}

/** Whether the reached neighbours have labels other than `first`, or, if that is 0, of two kinds. */
// @ts-ignore: decorator
@inline
function meetsAnother(at: usize, stride: i32, first: i32): bool {
  const down = (<usize>stride) << 2;
  for (let n = 0; n < 4; n++) {
    const found = load<i32>(n == 0 ? at - down : n == 1 ? at - 4 : n == 2 ? at + 4 : at + down);
    if (found >= 0 || found <= -QUEUED) continue;
    if (first == 0) first = found;
    else if (found != first) return true;
  }
  return false;
}
