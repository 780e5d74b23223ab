// The watershed without a queue: what a flood by rule `raised` without a line would do, told from where its water stands.
//
// Water reaches a pixel at a level: the least height over which it can come there from a marker. Neighbours that it reaches at one level
// are a lake; mostly a single pixel, or a hollow without a marker of its own. It enters a lake by inlets, pixels with a lower neighbour or a
// marker beside them, and fills it from there. A pixel takes the label of its source, the neighbour that the flood takes out first. Only
// where several sources or inlets of one level bring different labels the order within a level must be known; ./lake-order finds it.
//
// Planes have a border of one pixel. Levels: i32, REST outside the mask and where no water comes. Links: i32; NAMED + label where the label
// is known, else the index of another pixel of the lake, else (at the lake's root) ~inlet. Marks: u8, the bits below.

/** The level of pixels that are never reached. */
export const REST: i32 = i32.MAX_VALUE;
export const NAMED: i32 = 1 << 30;
/** In place of a label: it hangs on the order of tied markers. All labels are smaller. */
export const UNKNOWN: i32 = 1 << 29;

export const INSIDE: u8 = 1;
export const MARKER: u8 = 2;
/** For a while: the pixel waits in a queue, is listed already, or has several sources. */
export const QUEUED: u8 = 4;
/** The two highest bits tell the direction of the source, and not only, as for inlets, of the first one of several. */
export const ORDERED: u8 = 8;
/** At a root: the lake has several inlets, or one whose sources may differ. */
export const FORKED: u8 = 16;
/** At a root, besides FORKED: several inlets. */
export const MANY: u8 = 32;
export const DIRECTION: u8 = 6;

export let levels: usize = 0;
export let links: usize = 0;
export let marks: usize = 0;
export let stride: i32 = 0;
export let height: i32 = 0;
export let width: i32 = 0;

/** Where the planes of the coming calls lie; `down` and `across` are the image's size. */
export function layLakes(levelsAt: usize, linksAt: usize, marksAt: usize, down: i32, across: i32): void {
  levels = levelsAt;
  links = linksAt;
  marks = marksAt;
  height = down;
  width = across;
  stride = across + 2;
}

// @ts-ignore: decorator
@inline
export function levelOf(p: i32): i32 {
  return load<i32>(levels + ((<usize>p) << 2));
}

// @ts-ignore: decorator
@inline
export function linkOf(p: i32): i32 {
  return load<i32>(links + ((<usize>p) << 2));
}

// @ts-ignore: decorator
@inline
export function setLink(p: i32, link: i32): void {
  store<i32>(links + ((<usize>p) << 2), link);
}

// @ts-ignore: decorator
@inline
export function markOf(p: i32): u8 {
  return load<u8>(marks + <usize>p);
}

// @ts-ignore: decorator
@inline
export function setMark(p: i32, mark: u8): void {
  store<u8>(marks + <usize>p, mark);
}

/** Up, left, right, down: the order in which a flood looks at neighbours, which is that of their indices. */
// @ts-ignore: decorator
@inline
export function step(direction: i32): i32 {
  return direction == 0 ? -stride : direction == 1 ? -1 : direction == 2 ? 1 : stride;
}

// @ts-ignore: decorator
@inline
export function leastAround(p: i32): i32 {
  const at = levels + ((<usize>p) << 2);
  const row = (<usize>stride) << 2;
  return min(min(load<i32>(at - row), load<i32>(at - 4)), min(load<i32>(at + 4), load<i32>(at + row)));
}

/** The place of a bordered pixel in a plane without border. */
// @ts-ignore: decorator
@inline
export function placeOf(p: i32): i32 {
  return p - stride + 1 - 2 * <i32>(<u32>p / <u32>stride);
}

/** The root of a pixel's lake, or a pixel of it whose label is known. */
export function rootOf(p: i32): i32 {
  while (true) {
    const next = linkOf(p);
    if (next < 0 || next >= NAMED) return p;
    const after = linkOf(next);
    if (after < 0 || after >= NAMED) return next;
    setLink(p, after);
    p = after;
  }
}

/** Whether a neighbour can be a source of a pixel at `level` whose lowest neighbour stands at `least`. */
// @ts-ignore: decorator
@inline
export function isSource(neighbour: i32, level: i32, least: i32): bool {
  return levelOf(neighbour) == least && (least < level || (markOf(neighbour) & MARKER) != 0);
}

/** The first source of an inlet in the order of directions. */
// @ts-ignore: decorator
@inline
export function firstSource(inlet: i32): i32 {
  return inlet + step(markOf(inlet) >> DIRECTION);
}
