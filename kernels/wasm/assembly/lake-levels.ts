// How high water stands everywhere; ./lakes tells the whole.
import { INSIDE, MARKER, NAMED, QUEUED, REST, height, levels, links, markOf, marks, placeOf, setMark, step, stride, width } from './lakes';

/** Pixels per change of two sweeps below which the rest is done by a queue. */
const FEW = 64;
const MOST_SWEEPS = 6;

/**
 * Fills the planes: levels of markers are their keys, of others what reaches them.
 *
 * @param keys i32, without border, in the order of the landscape's values; REST is written outside the mask.
 * @param queue room for `room` i32, a power of two.
 * @returns 1, or 0 if a key is as high as REST.
 */
export function raiseLevels(keys: usize, markers: usize, mask: usize, queue: usize, room: i32): i32 {
  if (!placeMarkers(keys, markers, mask)) return 0;
  const few = (height * width) / FEW;
  for (let sweeps = 0; sweeps < MOST_SWEEPS; sweeps++) {
    if (sweepDown(keys) + sweepUp(keys) <= few) break;
  }
  while (!spread(keys, queue, room)) {
    sweepDown(keys);
    sweepUp(keys);
  }
  return 1;
}

// @ts-ignore: decorator
@noInline
function placeMarkers(keys: usize, markers: usize, mask: usize): bool {
  const padded = <usize>((height + 2) * stride);
  memory.fill(marks, 0, padded);
  const rest = i32x4.splat(REST);
  for (let at = levels, end = levels + (padded << 2); at < end; at += 16) v128.store(at, rest);
  for (let y = 0, i = 0; y < height; y++) {
    let p = (y + 1) * stride + 1;
    for (let x = 0; x < width; x++, i++, p++) {
      const at = keys + ((<usize>i) << 2);
      if (load<u8>(mask + <usize>i) == 0) {
        store<i32>(at, REST);
        continue;
      }
      const key = load<i32>(at);
      if (key == REST) return false;
      const label = load<i32>(markers + ((<usize>i) << 2));
      setMark(p, label != 0 ? INSIDE | MARKER : INSIDE);
      if (label == 0) continue;
      store<i32>(levels + ((<usize>p) << 2), key);
      store<i32>(links + ((<usize>p) << 2), NAMED + label);
    }
  }
  return true;
}

/** From the pixel above and the one to the left. Markers and pixels outside the mask stand at their key and stay there. */
// @ts-ignore: decorator
@noInline
function sweepDown(keys: usize): i32 {
  const row = (<usize>stride) << 2;
  let changed = 0;
  for (let y = 0; y < height; y++) {
    let at = levels + ((<usize>((y + 1) * stride + 1)) << 2);
    let left = REST;
    for (let key = keys + ((<usize>(y * width)) << 2), end = key + ((<usize>width) << 2); key < end; key += 4, at += 4) {
      const now = load<i32>(at);
      const own = load<i32>(key);
      left = min(min(now, max(own, load<i32>(at - row))), max(own, left));
      store<i32>(at, left);
      changed += i32(left != now);
    }
  }
  return changed;
}

/** From the pixel below and the one to the right. */
// @ts-ignore: decorator
@noInline
function sweepUp(keys: usize): i32 {
  const row = (<usize>stride) << 2;
  let changed = 0;
  for (let y = height - 1; y >= 0; y--) {
    let at = levels + ((<usize>((y + 1) * stride + width)) << 2);
    let right = REST;
    const first = keys + ((<usize>(y * width)) << 2);
    for (let key = first + ((<usize>width) << 2); key > first; at -= 4) {
      key -= 4;
      const now = load<i32>(at);
      const own = load<i32>(key);
      right = min(min(now, max(own, load<i32>(at + row))), max(own, right));
      store<i32>(at, right);
      changed += i32(right != now);
    }
  }
  return changed;
}

/**
 * Lowers what is still too high, from pixel to pixel. After a sweep up a pixel can be too high only for the ones above it and to the left.
 *
 * @returns false if the queue was too short.
 */
// @ts-ignore: decorator
@noInline
function spread(keys: usize, queue: usize, room: i32): bool {
  let whole = true;
  const row = (<usize>stride) << 2;
  for (let y = 0; y < height; y++) {
    const last = y + 1 == height;
    let p = (y + 1) * stride + 1;
    const end = p + width;
    for (let i = y * width; p + 4 <= end; p += 4, i += 4) {
      const at = levels + ((<usize>p) << 2);
      const key = keys + ((<usize>i) << 2);
      const here = v128.load(at);
      let high = i32x4.gt_s(v128.load(at + 4), i32x4.max_s(v128.load(key + 4), here));
      if (!last) {
        const below = i32x4.max_s(v128.load(key + ((<usize>width) << 2)), here);
        high = v128.or(high, i32x4.gt_s(v128.load(at + row), below));
      }
      if (!v128.any_true(high)) continue;
      for (let lane = 0; lane < 4; lane++) whole = spreadFrom(p + lane, keys, queue, room) && whole;
    }
    for (; p < end; p++) whole = spreadFrom(p, keys, queue, room) && whole;
  }
  return whole;
}

// @ts-ignore: decorator
@noInline
function spreadFrom(p: i32, keys: usize, queue: usize, room: i32): bool {
  if (load<i32>(levels + ((<usize>p) << 2)) == REST) return true;
  let tail = lowerAround(p, keys, queue, room, 0);
  // The queue is emptied each time, so that it stays short.
  for (let head = 0; head != tail; ) {
    const next = load<i32>(queue + ((<usize>(head & (room - 1))) << 2));
    head++;
    setMark(next, markOf(next) & ~QUEUED);
    tail = lowerAround(next, keys, queue, room, tail);
    if (tail - head < room - 4) continue;
    for (; head != tail; head++) {
      const left = load<i32>(queue + ((<usize>(head & (room - 1))) << 2));
      setMark(left, markOf(left) & ~QUEUED);
    }
    return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function lowerAround(p: i32, keys: usize, queue: usize, room: i32, tail: i32): i32 {
  const level = load<i32>(levels + ((<usize>p) << 2));
  const place = placeOf(p);
  for (let d = 0; d < 4; d++) {
    const q = p + step(d);
    const at = levels + ((<usize>q) << 2);
    const mark = markOf(q);
    if (load<i32>(at) <= level || (mark & INSIDE) == 0) continue;
    const offset = d == 0 ? -width : d == 1 ? -1 : d == 2 ? 1 : width;
    const reached = max(level, load<i32>(keys + ((<usize>(place + offset)) << 2)));
    if (reached >= load<i32>(at)) continue;
    store<i32>(at, reached);
    if ((mark & QUEUED) != 0) continue;
    setMark(q, mark | QUEUED);
    store<i32>(queue + ((<usize>(tail & (room - 1))) << 2), q);
    tail++;
  }
  return tail;
}
