// Where sources of one level bring different labels: which of them the flood takes out first; ./lakes tells the whole.
//
// Pixels of one level are taken out in the order in which they were put in, markers before all others, and one is put in when its source is
// taken out. So of two pixels the one comes first whose source has the lower level, or, of one source, which it looks at first; and if their
// sources stand at one level, the one whose source comes first.
import {
  DIRECTION, FORKED, INSIDE, MARKER, NAMED, ORDERED, QUEUED, UNKNOWN, firstSource, isSource, leastAround, levelOf, linkOf, markOf, rootOf,
  setLink, setMark, step,
} from './lakes';

const FIRST: i32 = 1;
const SECOND: i32 = 0;
/** It hangs on markers of one height, which only the library's heap can tell. Or it would take too long. */
const UNTOLD: i32 = -1;

const MOST_INLETS = 1024;
const DEEPEST = 64;

/** Triples as `listForks` makes them, sorted by level, then root. */
let forks: usize = 0;
let forkCount: i32 = 0;
/** Free memory for lists, used as a stack. */
let free: usize = 0;
let freeEnd: usize = 0;
let depth = 0;
/** Looks at pixels that are left; without any, nothing more is told. Where values tie everywhere, orders take more looks than a flood. */
let looks: i32 = 0;

/** Names the lakes of a sorted list, lowest first. @param scratch `bytes` of free memory. @param most looks at pixels that may be taken. */
export function settleForks(list: usize, count: i32, scratch: usize, bytes: i32, most: i32): void {
  looks = most;
  forks = list;
  forkCount = count;
  free = scratch;
  freeEnd = scratch + <usize>bytes;
  for (let from = 0; from < count; ) {
    const root = rootAt(from);
    let to = from + 1;
    while (to < count && rootAt(to) == root) to++;
    settle(root, from, to);
    from = to;
  }
}

// @ts-ignore: decorator
@inline
function rootAt(k: i32): i32 {
  return load<i32>(forks + <usize>k * 12, 4);
}

// @ts-ignore: decorator
@inline
function inletAt(k: i32): i32 {
  return load<i32>(forks + <usize>k * 12, 8);
}

function settle(root: i32, from: i32, to: i32): void {
  const label = labelOfInlet(inletAt(from));
  let same = label != UNKNOWN;
  for (let k = from + 1; same && k < to; k++) same = labelOfInlet(inletAt(k)) == label;
  if (same) setLink(root, NAMED + label);
  else if (label == UNKNOWN || !orderLake(root, true)) setLink(root, NAMED + UNKNOWN);
}

/** The label of a pixel that stands lower than every lake that is not settled yet. */
function labelOf(p: i32): i32 {
  while (looks-- > 0) {
    const link = linkOf(rootOf(p));
    if (link >= NAMED) return link - NAMED;
    p = firstSource(~link);
  }
  return UNKNOWN;
}

function labelOfInlet(inlet: i32): i32 {
  const level = levelOf(inlet);
  const least = leastAround(inlet);
  let label = 0;
  for (let d = 0; d < 4; d++) {
    const source = inlet + step(d);
    if (!isSource(source, level, least)) continue;
    const found = labelOf(source);
    if (label == 0) label = found;
    if (found == label) continue;
    const first = sourceOf(inlet);
    return first == 0 ? UNKNOWN : labelOf(first);
  }
  return label;
}

/** Whether `a` is taken out before `b`, another pixel of the same level. */
function before(a: i32, b: i32): i32 {
  if (depth >= DEEPEST) return UNTOLD;
  depth++;
  let order = UNTOLD;
  for (let steps = 0; steps < DEEPEST && looks-- > 0; steps++) {
    const aIsMarker = (markOf(a) & MARKER) != 0;
    const bIsMarker = (markOf(b) & MARKER) != 0;
    if (aIsMarker || bIsMarker) {
      if (aIsMarker != bIsMarker) order = aIsMarker ? FIRST : SECOND;
      break;
    }
    const from = sourceOf(a);
    const other = sourceOf(b);
    if (from == 0 || other == 0) break;
    if (from == other || levelOf(from) != levelOf(other)) {
      const first = from == other ? a < b : levelOf(from) < levelOf(other);
      order = first ? FIRST : SECOND;
      break;
    }
    a = from;
    b = other;
  }
  depth--;
  return order;
}

/** The neighbour that puts a pixel in, which is no marker; 0 if that is not to be told. */
function sourceOf(p: i32): i32 {
  const level = levelOf(p);
  const least = leastAround(p);
  let best = 0;
  for (let d = 0; d < 4; d++) {
    const source = p + step(d);
    if (!isSource(source, level, least)) continue;
    if (best != 0) {
      const order = before(source, best);
      if (order == UNTOLD) return 0;
      if (order == SECOND) continue;
    }
    best = source;
  }
  if (best != 0) return best;
  if ((markOf(p) & ORDERED) == 0 && !orderLake(rootOf(p), false)) return 0;
  return p - step(markOf(p) >> DIRECTION);
}

/**
 * Fills a lake from its inlets as the flood does, and notes each pixel's direction. With `paint` it also names every pixel.
 *
 * @returns false if the order of its inlets, or with `paint` the label of one, is not to be told.
 */
function orderLake(root: i32, paint: bool): bool {
  if (depth >= DEEPEST) return false;
  const list = free;
  const count = gatherInlets(root, list);
  if (count < 0) return false;
  free = list + ((<usize>count) << 2);
  depth++;
  const told = sortInlets(list, count) && fill(list, count, levelOf(root)) && (!paint || paintFilled(list, count));
  depth--;
  free = list;
  return told;
}

/** @returns how many, -1 if they are too many. */
function gatherInlets(root: i32, list: usize): i32 {
  if (list + (MOST_INLETS << 2) > freeEnd) return -1;
  if ((markOf(root) & FORKED) == 0) {
    store<i32>(list, ~linkOf(root));
    return 1;
  }
  const level = levelOf(root);
  let low = 0;
  for (let high = forkCount; low < high; ) {
    const middle = (low + high) >> 1;
    const found = load<i32>(forks + <usize>middle * 12);
    if (found < level || (found == level && rootAt(middle) < root)) low = middle + 1;
    else high = middle;
  }
  let count = 0;
  for (; low < forkCount && rootAt(low) == root; low++) {
    if (count == MOST_INLETS) return -1;
    store<i32>(list + ((<usize>count) << 2), inletAt(low));
    count++;
  }
  return count;
}

function sortInlets(list: usize, count: i32): bool {
  for (let k = 1; k < count; k++) {
    const inlet = load<i32>(list + ((<usize>k) << 2));
    let j = k;
    for (; j > 0; j--) {
      const other = load<i32>(list + ((<usize>(j - 1)) << 2));
      const order = before(inlet, other);
      if (order == UNTOLD) return false;
      if (order == SECOND) break;
      store<i32>(list + ((<usize>j) << 2), other);
    }
    store<i32>(list + ((<usize>j) << 2), inlet);
  }
  return true;
}

/** Lists the lake's pixels after its inlets, in the order in which they are put in; `free` is then behind them. */
function fill(list: usize, count: i32, level: i32): bool {
  let tail = list + ((<usize>count) << 2);
  let whole = true;
  for (let at = list; at < tail; at += 4) setMark(load<i32>(at), markOf(load<i32>(at)) | QUEUED);
  for (let head = list; head < tail && whole; head += 4) {
    const p = load<i32>(head);
    looks--;
    for (let d = 0; d < 4; d++) {
      const q = p + step(d);
      if (levelOf(q) != level || (markOf(q) & (INSIDE | MARKER | QUEUED)) != INSIDE) continue;
      if (tail >= freeEnd) {
        whole = false;
        break;
      }
      setMark(q, <u8>((markOf(q) & ~(3 << DIRECTION)) | QUEUED | ORDERED | (d << DIRECTION)));
      store<i32>(tail, q);
      tail += 4;
    }
  }
  for (let at = list; at < tail; at += 4) {
    const p = load<i32>(at);
    setMark(p, <u8>(markOf(p) & (whole ? ~QUEUED : ~(QUEUED | ORDERED))));
  }
  free = tail;
  return whole;
}

/** Names the pixels that {@link fill} listed, each after its source. Links lead to the root until all labels of inlets are known. */
function paintFilled(list: usize, count: i32): bool {
  const filled = free;
  free = filled + ((<usize>count) << 2);
  if (free > freeEnd) return false;
  for (let k = 0; k < count; k++) {
    const label = labelOfInlet(load<i32>(list + ((<usize>k) << 2)));
    if (label == UNKNOWN) return false;
    store<i32>(filled + ((<usize>k) << 2), label);
  }
  let at = list;
  for (let k = 0; k < count; k++, at += 4) setLink(load<i32>(at), NAMED + load<i32>(filled + ((<usize>k) << 2)));
  for (; at < filled; at += 4) {
    const p = load<i32>(at);
    setLink(p, linkOf(p - step(markOf(p) >> DIRECTION)));
  }
  return true;
}
