// The nearest 0 of a mask by Maurer's two passes; the method, its ties and its paper are told in kernels/nearest-zero.ts.

/** What a pixel's nearest 0 is turned into. */
const INDEX = 0;
const DISTANCE = 1;

/** Writes 1 where a label (i32) is 0 and 0 elsewhere. */
export function markBackground(labels: usize, to: usize, pixels: i32): void {
  const zero = i32x4.splat(0);
  const whole = <usize>(pixels & ~15);
  for (let i: usize = 0; i < whole; i += 16) {
    const at = labels + (i << 2);
    const a = i16x8.narrow_i32x4_s(i32x4.eq(v128.load(at), zero), i32x4.eq(v128.load(at, 16), zero));
    const b = i16x8.narrow_i32x4_s(i32x4.eq(v128.load(at, 32), zero), i32x4.eq(v128.load(at, 48), zero));
    v128.store(to + i, v128.and(i8x16.narrow_i16x8_s(a, b), i8x16.splat(1)));
  }
  for (let i = whole; i < <usize>pixels; i++) store<u8>(to + i, load<i32>(labels + (i << 2)) == 0 ? 1 : 0);
}

/** For each pixel of a mask (u8) the row of the last 0 in its column above or at it, or -1, as i32. */
export function zerosAbove(mask: usize, to: usize, height: i32, width: i32): void {
  const stride = (<usize>width) << 2;
  for (let y = 0; y < height; y++) {
    const row = to + <usize>y * stride;
    zerosAboveRow(mask + <usize>y * <usize>width, y > 0 ? row - stride : 0, row, y, width);
  }
}

// @ts-ignore: decorator
@noInline
function zerosAboveRow(mask: usize, before: usize, to: usize, y: i32, width: i32): void {
  const here = i32x4.splat(y);
  const none = i32x4.splat(-1);
  const zero = i8x16.splat(0);
  let x: usize = 0;
  for (const whole = <usize>(width & ~15); x < whole; x += 16) {
    const zeros = i8x16.eq(v128.load(mask + x), zero);
    const low = i16x8.extend_low_i8x16_s(zeros);
    const high = i16x8.extend_high_i8x16_s(zeros);
    const o = x << 2;
    for (let q: usize = 0; q < 4; q++) {
      const part = q < 2 ? low : high;
      const wide = q & 1 ? i32x4.extend_high_i16x8_s(part) : i32x4.extend_low_i16x8_s(part);
      const last = before ? v128.load(before + o + (q << 4)) : none;
      v128.store(to + o + (q << 4), v128.bitselect(here, last, wide));
    }
  }
  for (; x < <usize>width; x++) {
    const o = x << 2;
    store<i32>(to + o, load<u8>(mask + x) == 0 ? y : before ? load<i32>(before + o) : -1);
  }
}

/**
 * The second pass over the rows from `last` - 1 up to `first`, a strip; the strips are passed from the bottom one on.
 *
 * In a row the 0s split the rest into runs that know nothing of each other: beyond a 0 nothing is nearer than that 0.
 *
 * @param rows i32, what `zerosAbove` wrote. @param below i32 per column, the first 0 under the strip or -1; goes with the strips.
 * @param line one row of i32. @param stack 16 bytes per column and 32 more.
 * @param mode 0: `out` gets i32 flat indices; 1: f64 distances; 2: i32 labels of the nearest 0s within `limit`, where now there is no label.
 * @param limit what lies further away in its own column is left out; for modes 0 and 1 infinite.
 * @param labels i32, the plane, for mode 2. @param out the strip.
 */
export function nearestInRows(
  rows: usize, width: i32, first: i32, last: i32, below: usize, line: usize, stack: usize, mode: i32, limit: f64, labels: usize, out: usize,
): void {
  const stride = (<usize>width) << 2;
  const outStride = mode == DISTANCE ? stride << 1 : stride;
  for (let y = last - 1; y >= first; y--) {
    nearestInColumns(rows + <usize>y * stride, below, line, y, width);
    nearestRow(line, y, width, stack, mode, limit, labels, out + <usize>(y - first) * outStride);
  }
}

/** Of the last 0 above and the first 0 below the nearer one, the upper one of two equally near. */
// @ts-ignore: decorator
@noInline
function nearestInColumns(row: usize, below: usize, line: usize, y: i32, width: i32): void {
  const here = i32x4.splat(y);
  const none = i32x4.splat(0);
  let x: usize = 0;
  for (const whole = (<usize>(width & ~3)) << 2; x < whole; x += 16) {
    const above = v128.load(row + x);
    const now = i32x4.eq(above, here);
    const under = v128.bitselect(here, v128.load(below + x), now);
    v128.store(below + x, under);
    const nearer = v128.or(i32x4.lt_s(above, none), i32x4.lt_s(i32x4.sub(under, here), i32x4.sub(here, above)));
    v128.store(line + x, v128.bitselect(under, above, v128.and(i32x4.ge_s(under, none), nearer)));
  }
  for (const end = (<usize>width) << 2; x < end; x += 4) {
    const above = load<i32>(row + x);
    const under = above == y ? y : load<i32>(below + x);
    store<i32>(below + x, under);
    store<i32>(line + x, under >= 0 && (above < 0 || under - y < y - above) ? under : above);
  }
}

// @ts-ignore: decorator
@noInline
function nearestRow(line: usize, y: i32, width: i32, stack: usize, mode: i32, limit: f64, labels: usize, to: usize): void {
  let x = 0;
  while (x < width) {
    if (load<i32>(line + ((<usize>x) << 2)) == y) {
      if (mode == INDEX) store<i32>(to + ((<usize>x) << 2), y * width + x);
      else if (mode == DISTANCE) store<f64>(to + ((<usize>x) << 3), 0);
      else store<i32>(to + ((<usize>x) << 2), load<i32>(labels + ((<usize>(y * width + x)) << 2)));
      x++;
      continue;
    }
    let end = x + 1;
    while (end < width && load<i32>(line + ((<usize>end) << 2)) != y) end++;
    const top = collectSites(line, y, x > 0 ? x - 1 : x, end < width ? end + 1 : end, stack, limit);
    if (mode == INDEX) takeIndices(line, x, end, width, stack, top, to);
    else if (mode == DISTANCE) takeDistances(x, end, stack, top, to);
    else takeLabels(line, x, end, width, stack, top, limit, labels, to);
    x = end;
  }
}

/** Leaves the sites of columns from..end whose Voronoi cells in this row are not empty: squared distance in the column, column (two f64). */
// @ts-ignore: decorator
@inline
function collectSites(line: usize, y: i32, from: i32, end: i32, stack: usize, limit: f64): usize {
  let top = stack - 16;
  for (let x = from; x < end; x++) {
    const site = load<i32>(line + ((<usize>x) << 2));
    if (site < 0) continue;
    const dy = <f64>(site - y);
    if (abs<f64>(dy) > limit) continue;
    const w = dy * dy;
    const column = <f64>x;
    while (top > stack) {
      const mid = load<f64>(top, 8);
      const a = mid - load<f64>(top - 8);
      const b = column - mid;
      const c = a + b;
      if (c * load<f64>(top) - b * load<f64>(top - 16) - a * w - a * b * c <= 0) break;
      top -= 16;
    }
    top += 16;
    store<f64>(top, w);
    store<f64>(top, column, 8);
  }
  return top;
}

// @ts-ignore: decorator
@inline
function squaredTo(site: usize, x: f64): f64 {
  const dx = load<f64>(site, 8) - x;
  return load<f64>(site) + dx * dx;
}

/** Moves on from `site` as long as the next one is nearer to column x. */
// @ts-ignore: decorator
@inline
function nearestSite(site: usize, top: usize, x: f64): usize {
  let distance = squaredTo(site, x);
  while (site < top) {
    const next = squaredTo(site + 16, x);
    if (distance <= next) break;
    distance = next;
    site += 16;
  }
  return site;
}

// @ts-ignore: decorator
@inline
function indexOf(site: usize, line: usize, width: i32): i32 {
  const column = <i32>load<f64>(site, 8);
  return load<i32>(line + ((<usize>column) << 2)) * width + column;
}

// @ts-ignore: decorator
@noInline
function takeIndices(line: usize, from: i32, end: i32, width: i32, site: usize, top: usize, to: usize): void {
  for (let x = from; x < end; x++) {
    site = nearestSite(site, top, <f64>x);
    store<i32>(to + ((<usize>x) << 2), indexOf(site, line, width));
  }
}

// @ts-ignore: decorator
@noInline
function takeDistances(from: i32, end: i32, site: usize, top: usize, to: usize): void {
  for (let x = from; x < end; x++) {
    site = nearestSite(site, top, <f64>x);
    store<f64>(to + ((<usize>x) << 3), sqrt<f64>(squaredTo(site, <f64>x)));
  }
}

// @ts-ignore: decorator
@noInline
function takeLabels(
  line: usize, from: i32, end: i32, width: i32, site: usize, top: usize, limit: f64, labels: usize, to: usize,
): void {
  for (let x = from; x < end; x++) {
    let id = 0;
    if (site <= top) {
      site = nearestSite(site, top, <f64>x);
      if (sqrt<f64>(squaredTo(site, <f64>x)) <= limit) id = load<i32>(labels + ((<usize>indexOf(site, line, width)) << 2));
    }
    store<i32>(to + ((<usize>x) << 2), id);
  }
}
