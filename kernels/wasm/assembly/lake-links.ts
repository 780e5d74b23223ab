// From levels to lakes, and from lakes to labels; ./lakes tells the whole.
import {
  DIRECTION, FORKED, INSIDE, MANY, MARKER, NAMED, QUEUED, REST, UNKNOWN, firstSource, height, isSource, leastAround, levelOf, levels, linkOf, links, markOf,
  marks, rootOf, setLink, setMark, step, stride, width,
} from './lakes';

/**
 * Links every pixel to its lake, notes the direction of inlets' first sources, and marks those with several sources as QUEUED.
 *
 * @param more gets the inlets of lakes that have one already; room for `room` i32.
 * @returns how many there are, -1 if there are more than that.
 */
export function joinLakes(more: usize, room: i32): i32 {
  let count = 0;
  for (let y = 1; y <= height; y++) {
    for (let p = y * stride + 1, end = p + width; p < end; p++) {
      if (markOf(p) != INSIDE) continue;
      const level = levelOf(p);
      if (level == REST) {
        setLink(p, NAMED);
        continue;
      }
      setLink(p, ~(noteSources(p, level) ? p : 0));
      for (let d = 0; d < 2; d++) {
        const before = p + step(d);
        if (levelOf(before) != level || (markOf(before) & MARKER) != 0) continue;
        const second = unite(before, p);
        if (second == 0) continue;
        if (count == room) return -1;
        store<i32>(more + ((<usize>count) << 2), second);
        count++;
      }
    }
  }
  return count;
}

/** Whether the pixel has a source and so is an inlet. */
// @ts-ignore: decorator
@inline
function noteSources(p: i32, level: i32): bool {
  const at = levels + ((<usize>p) << 2);
  const row = (<usize>stride) << 2;
  const up = load<i32>(at - row);
  const left = load<i32>(at - 4);
  const right = load<i32>(at + 4);
  const down = load<i32>(at + row);
  const least = min(min(up, left), min(right, down));
  let found = i32(up == least) | (i32(left == least) << 1) | (i32(right == least) << 2) | (i32(down == least) << 3);
  if (least == level) {
    for (let d = 0; d < 4; d++) if ((markOf(p + step(d)) & MARKER) == 0) found &= ~(1 << d);
    if (found == 0) return false;
  }
  const several = (found & (found - 1)) != 0 ? QUEUED : 0;
  setMark(p, <u8>(INSIDE | several | (ctz(found) << DIRECTION)));
  return true;
}

/** @returns an inlet that is one too many for the joint lake, 0 if there is none. */
// @ts-ignore: decorator
@inline
function unite(a: i32, b: i32): i32 {
  a = rootOf(a);
  b = rootOf(b);
  if (a == b) return 0;
  const first = linkOf(a);
  const second = ~linkOf(b);
  setLink(b, a);
  if (second == 0) return 0;
  if (first != ~0) return second;
  setLink(a, ~second);
  return 0;
}

/**
 * Lists the inlets of lakes whose labels are not settled by a single source, as triples: level, root, inlet.
 *
 * @param more the `count` inlets that {@link joinLakes} gave.
 * @param list room for `room` triples.
 * @returns how many there are, -1 if there are more than that.
 */
export function listForks(more: usize, count: i32, list: usize, room: i32): i32 {
  let listed = 0;
  for (let k = 0; k < count; k++) {
    const inlet = load<i32>(more + ((<usize>k) << 2));
    const root = rootOf(inlet);
    const extra = markOf(root) & MANY ? 1 : 2;
    if (listed + extra > room) return -1;
    setMark(root, markOf(root) | FORKED | MANY);
    if (extra == 2) listed = put(list, listed, root, ~linkOf(root));
    listed = put(list, listed, root, inlet);
  }
  const several = i8x16.splat(QUEUED);
  const end = (height + 1) * stride;
  for (let first = 0; first < end; first += 16) {
    if (!v128.any_true(v128.and(v128.load(marks + <usize>first), several))) continue;
    for (let p = first, last = min(end, p + 16); p < last; p++) {
      if ((markOf(p) & QUEUED) == 0) continue;
      setMark(p, markOf(p) & ~QUEUED);
      const root = rootOf(p);
      if (linkOf(root) != ~p || (markOf(root) & FORKED) != 0 || !mayDiffer(p)) continue;
      if (listed == room) return -1;
      setMark(root, markOf(root) | FORKED);
      listed = put(list, listed, root, p);
    }
  }
  return listed;
}

// @ts-ignore: decorator
@inline
function put(list: usize, listed: i32, root: i32, inlet: i32): i32 {
  const at = list + <usize>listed * 12;
  store<i32>(at, levelOf(root));
  store<i32>(at, root, 4);
  store<i32>(at, inlet, 8);
  return listed + 1;
}

/** Whether an inlet of several sources has some that may differ in their labels. */
// @ts-ignore: decorator
@inline
function mayDiffer(inlet: i32): bool {
  const level = levelOf(inlet);
  const least = leastAround(inlet);
  let first = 0;
  for (let d = 0; d < 4; d++) {
    const source = inlet + step(d);
    if (!isSource(source, level, least)) continue;
    const root = rootOf(source);
    if ((markOf(root) & MANY) != 0) return true;
    // Markers are known by their label, others by their lake.
    const name = (markOf(root) & MARKER) != 0 ? linkOf(root) : root;
    if (first == 0) first = name;
    else if (name != first) return true;
  }
  return false;
}

/**
 * Writes the labels of all pixels within the mask, -1 where they are not known, and 0 elsewhere.
 *
 * @returns the number of those not known.
 */
export function paintLakes(labels: usize): i32 {
  let unknown = 0;
  for (let y = 1; y <= height; y++) {
    for (let p = y * stride + 1, end = p + width; p < end; p++, labels += 4) {
      if ((markOf(p) & INSIDE) == 0) {
        store<i32>(labels, 0);
        continue;
      }
      const label = follow(p);
      if (label == UNKNOWN) unknown++;
      store<i32>(labels, label == UNKNOWN ? -1 : label);
    }
  }
  return unknown;
}

/** The label at the end of a pixel's links and sources; everything on the way is named by it. */
// @ts-ignore: decorator
@inline
function follow(p: i32): i32 {
  let link = linkOf(p);
  if (link >= NAMED) return link - NAMED;
  let at = p;
  while (link < NAMED) {
    if (link < 0) {
      link = firstSource(~link);
      setLink(at, link);
    }
    at = link;
    link = linkOf(at);
  }
  while (p != at) {
    const next = linkOf(p);
    setLink(p, link);
    p = next;
  }
  return link - NAMED;
}
