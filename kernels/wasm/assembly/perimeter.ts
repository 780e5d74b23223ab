/**
 * Marks the contours of a stretch of padded rows of int32 ids: where a pixel has a 4-neighbour of another id, its id, else 0. Rows are
 * `stride` bytes apart; the columns before and after each row, and the rows before and after the stretch, can be read.
 */
export function markContours(labels: usize, contours: usize, rows: i32, width: i32, stride: usize): void {
  for (let y = 0; y < rows; y++) {
    const offset = <usize>y * stride;
    markContourRow(labels + offset, contours + offset, width, stride);
  }
}

// @ts-ignore: decorator
@noInline
function markContourRow(row: usize, to: usize, width: i32, stride: usize): void {
  for (let x: usize = 0, end = (<usize>width) << 2; x < end; x += 16) {
    const at = row + x;
    const id = v128.load(at);
    const beside = v128.and(i32x4.eq(id, v128.load(at - 4)), i32x4.eq(id, v128.load(at, 4)));
    const along = v128.and(i32x4.eq(id, v128.load(at - stride)), i32x4.eq(id, v128.load(at + stride)));
    v128.store(to + x, v128.andnot(id, v128.and(beside, along)));
  }
}

/**
 * Counts contour pixels by class over the runs from..to-1, which begin in row `firstRow` or later.
 *
 * @param contours row `firstRow`, as written by `markContours`; the rows before and after it can be read.
 * @param classes per code 10·(diagonal neighbours) + 2·(orthogonal neighbours) + 1, a class 0..3.
 * @param counts four int32 per object.
 */
export function countContours(
  contours: usize, firstRow: i32, width: i32, stride: usize, start: usize, length: usize, object: usize, from: i32, to: i32,
  classes: usize, counts: usize,
): void {
  let first = firstRow * width;
  for (let r: usize = <usize>from << 2, end = <usize>to << 2; r < end; r += 4) {
    const begin = load<i32>(start + r);
    while (begin - first >= width) {
      first += width;
      contours += stride;
    }
    const at = contours + ((<usize>(begin - first)) << 2);
    countContoursOfRun(at, load<i32>(length + r), stride, classes, counts + ((<usize>load<i32>(object + r)) << 4));
  }
}

// @ts-ignore: decorator
@noInline
function countContoursOfRun(at: usize, pixels: i32, stride: usize, classes: usize, counts: usize): void {
  for (let x = 0; x < pixels; x += 4, at += 16) {
    let found = i32x4.bitmask(i32x4.ne(v128.load(at), i32x4.splat(0)));
    if (pixels - x < 4) found &= (1 << (pixels - x)) - 1;
    while (found != 0) {
      const p = at + ((<usize>ctz(found)) << 2);
      found &= found - 1;
      const id = load<i32>(p);
      const above = p - stride;
      const below = p + stride;
      const straight =
        i32(load<i32>(p - 4) == id) + i32(load<i32>(p, 4) == id) + i32(load<i32>(above) == id) + i32(load<i32>(below) == id);
      const diagonal =
        i32(load<i32>(above - 4) == id) + i32(load<i32>(above, 4) == id) + i32(load<i32>(below - 4) == id) + i32(load<i32>(below, 4) == id);
      const count = counts + ((<usize>load<u8>(classes + <usize>(10 * diagonal + 2 * straight + 1))) << 2);
      store<i32>(count, load<i32>(count) + 1);
    }
  }
}
