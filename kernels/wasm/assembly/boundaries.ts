import { copyRow, same4, sameCorners } from './erode-edges';

/** What `markBoundaries` marks. */
const INNER = 1;
const OUTER = 2;

/**
 * Marks (u8) the labels (i32) with a neighbour of another value; beyond the plane nothing counts.
 *
 * @param mode 0: all; 1: those that are not background; 2: background, and pixels of objects whose 3 × 3 square holds another object.
 * @param corners 1: the neighbours are 8, 0: 4. @param to may be written to up to 15 bytes past the plane's end.
 * @param ring three rows and 96 bytes.
 */
export function markBoundaries(
  labels: usize, to: usize, height: i32, width: i32, mode: i32, corners: i32, background: i32, ring: usize,
): void {
  const stride = (<usize>width) << 2;
  const room = stride + 32;
  let above = ring + 16;
  let here = above + room;
  let below = here + room;
  copyRow(labels, here, stride);
  copyRow(labels, above, stride);
  for (let y = 0; y < height; y++) {
    const row = labels + <usize>y * stride;
    copyRow(y + 1 < height ? row + stride : here, below, stride);
    markRow(above, here, below, to + <usize>y * <usize>width, stride, mode, corners, background);
    const free = above;
    above = here;
    here = below;
    below = free;
  }
}

// @ts-ignore: decorator
@noInline
function markRow(above: usize, here: usize, below: usize, to: usize, stride: usize, mode: i32, corners: i32, background: i32): void {
  for (let i: usize = 0; i < stride; i += 16) {
    const v = v128.load(here + i);
    let same = same4(above + i, here + i, below + i, v);
    if (corners) same = v128.and(same, sameCorners(above + i, below + i, v));
    let marked = v128.not(same);
    if (mode != 0 && v128.any_true(marked)) {
      const ground = i32x4.eq(v, i32x4.splat(background));
      if (mode == INNER) marked = v128.andnot(marked, ground);
      else if (mode == OUTER) marked = v128.and(marked, v128.or(ground, meetsOther(above + i, here + i, below + i, background)));
    }
    const bytes = i16x8.narrow_i32x4_s(marked, marked);
    v128.store32_lane(to + (i >> 2), v128.and(i8x16.narrow_i16x8_s(bytes, bytes), i8x16.splat(1)), 0);
  }
}

/** Where the largest value of the 3 × 3 square is not the smallest, background taken for the largest number in the latter. */
// @ts-ignore: decorator
@inline
function meetsOther(above: usize, here: usize, below: usize, background: i32): v128 {
  let high = i32x4.splat(i32.MIN_VALUE);
  let low = i32x4.splat(i32.MAX_VALUE);
  const ground = i32x4.splat(background);
  const none = i32x4.splat(i32.MAX_VALUE);
  for (let dx: usize = 0; dx < 12; dx += 4) {
    const a = v128.load(above + dx - 4);
    const b = v128.load(here + dx - 4);
    const c = v128.load(below + dx - 4);
    high = i32x4.max_s(high, i32x4.max_s(a, i32x4.max_s(b, c)));
    low = i32x4.min_s(low, v128.bitselect(none, a, i32x4.eq(a, ground)));
    low = i32x4.min_s(low, v128.bitselect(none, b, i32x4.eq(b, ground)));
    low = i32x4.min_s(low, v128.bitselect(none, c, i32x4.eq(c, ground)));
  }
  return i32x4.ne(high, low);
}
