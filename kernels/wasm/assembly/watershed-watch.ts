// Floods that stop once the order of tied markers may have made a difference; without a line. The method `turn` in
// kernels/watershed-flood.ts tells what classes are: pops fall into them by level and by the class in which their pixels were reached.
import { enter, enterRaised, nextWord } from './watershed-flood';

/** Rule `own`. @returns 1 at the end, 0 if stopped. */
// @ts-ignore: decorator
@noInline
export function watchOwn(basin: usize): i32 {
  const state = <usize>load<u32>(basin);
  const stamps = <usize>load<u32>(basin, 4) - state;
  const queue = <usize>load<u32>(basin, 8);
  const tails = <usize>load<u32>(basin, 12);
  const bits = <usize>load<u32>(basin, 28);
  const words = <usize>load<u32>(basin, 32);
  const groups = <usize>load<u32>(basin, 36);
  const lastGroup = load<i32>(basin, 44) >> 18;
  const stride = (<usize>load<i32>(basin, 48)) << 2;
  let classLevel = -1;
  let classTag = 0;
  let ordinal = 0;
  let word = load<i32>(basin, 84);
  if (word == i32.MAX_VALUE) return 1;
  while (true) {
    let set = load<u64>(bits + ((<usize>word) << 3));
    if (set == 0) {
      word = nextWord(bits, words, groups, word, lastGroup);
      if (word < 0) return 1;
      set = load<u64>(bits + ((<usize>word) << 3));
    }
    store<u64>(bits + ((<usize>word) << 3), set & (set - 1));
    const slot = (word << 6) + <i32>ctz(set);
    const tail = load<i32>(tails + ((<usize>slot) << 2));
    const level = tail < 0 ? ~tail : slot;
    const at = state + ((<usize>load<i32>(queue + ((<usize>slot) << 2))) << 2);
    if (level >= classLevel) {
      const tag = load<i32>(at + stamps);
      if (level > classLevel || tag != classTag) {
        classLevel = level;
        classTag = tag;
        ordinal++;
      }
    }
    const own = load<i32>(at);
    for (let n = 0; n < 4; n++) {
      const next = n == 0 ? at - stride : n == 1 ? at - 4 : n == 2 ? at + 4 : at + stride;
      const found = load<i32>(next);
      if (found > 0) {
        store<i32>(next + stamps, ordinal);
        word = min(word, enter(next, found, own, state, queue, tails, bits, words, groups));
      } else if (found < 0 && found != own && load<i32>(next + stamps) == ordinal) return 0;
    }
  }
}

/** Rule `raised`. @returns 1 at the end, 0 if stopped. */
// @ts-ignore: decorator
@noInline
export function watchRaised(basin: usize): i32 {
  const state = <usize>load<u32>(basin);
  const stamps = <usize>load<u32>(basin, 4) - state;
  const queue = <usize>load<u32>(basin, 8);
  const tails = <usize>load<u32>(basin, 12);
  const waiting = <usize>load<u32>(basin, 40);
  const size = load<i32>(basin, 44);
  const stride = (<usize>load<i32>(basin, 48)) << 2;
  let ordinal = 0;
  for (let level = 0, end = 0; level < size; level = end) {
    end = level + 1;
    const first = load<i32>(queue + ((<usize>level) << 2));
    if (first < 0 || load<i32>(state + ((<usize>first) << 2)) > 0) continue;
    end = max(end, load<i32>(tails + ((<usize>level) << 2)));
    let tail = waiting;
    let classTag = -1;
    let slot = level;
    for (let head = waiting; slot < end || head < tail; ) {
      let p = 0;
      if (slot < end) {
        p = load<i32>(queue + ((<usize>slot) << 2));
        slot++;
      } else {
        p = load<i32>(head);
        head += 4;
      }
      const at = state + ((<usize>p) << 2);
      const tag = load<i32>(at + stamps);
      if (tag != classTag) {
        classTag = tag;
        ordinal++;
      }
      const own = load<i32>(at);
      for (let n = 0; n < 4; n++) {
        const next = n == 0 ? at - stride : n == 1 ? at - 4 : n == 2 ? at + 4 : at + stride;
        const found = load<i32>(next);
        if (found > 0) {
          store<i32>(next + stamps, ordinal);
          tail = enterRaised(next, found, own, state, queue, tails, level, tail);
        } else if (found < 0 && found != own && load<i32>(next + stamps) == ordinal) return 0;
      }
    }
  }
  return 1;
}
