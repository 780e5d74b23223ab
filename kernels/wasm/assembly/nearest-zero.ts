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
 * Where everything in a row is within NEAR of its nearest 0, as in images of cells, the columns around are tried outwards, eight pixels at
 * a time; else the row is swept with a stack of Voronoi sites. Both give the same.
 *
 * @param rows i32, what `zerosAbove` wrote. @param below i32 per column, the first 0 under the strip or -1; goes with the strips.
 * @param line one row of i32 and 32 bytes. @param stack 16 bytes per column and 1024 more.
 * @param mode 0: `out` gets i32 flat indices; 1: f64 distances; 2: i32 labels of the nearest 0s within `limit`, where now there is no label.
 * @param limit what lies further away is left out; for modes 0 and 1 infinite. @param limitSquared the largest whole number whose root is
 *   at most that, or more than NEAR squared. @param roots f64, square roots of 0..NEAR squared, for mode 1.
 * @param labels i32, the plane, for mode 2. @param out the strip.
 */
export function nearestInRows(
  rows: usize, width: i32, first: i32, last: i32, below: usize, line: usize, stack: usize, mode: i32, limit: f64, limitSquared: i32,
  roots: usize, labels: usize, out: usize,
): void {
  const stride = (<usize>width) << 2;
  const outStride = mode == DISTANCE ? stride << 1 : stride;
  let far = 0;
  for (let y = last - 1; y >= first; y--) {
    nearestInColumns(rows + <usize>y * stride, below, line, y, width);
    const to = out + <usize>(y - first) * outStride;
    // Rows like the one below are not tried again at once.
    if (far > 0) far--;
    else if (searchRow(line, y, width, stack, mode, limitSquared)) {
      const found = stack + 2 * PAD + (<usize>width << 1);
      if (mode == DISTANCE) writeRoots(found, width, roots, to);
      else if (mode == INDEX) writeIndices(line, width, found, to);
      else writeLabels(line, y, width, found, limitSquared, labels, to);
      continue;
    } else far = 7;
    nearestRow(line, y, width, stack, mode, limit, labels, to);
  }
}

/** How far from a pixel the columns are tried. */
const NEAR = 64;
/** Bytes of so many u16 and a vector. */
const PAD: usize = 144;

/**
 * The squared distance (u16) to the nearest 0 for each pixel of a row and the offset (i16) of its column, in two lines behind that of the
 * squared distances within the columns. Offsets are written for modes 0 and 2 only.
 *
 * @returns 0 if some pixel's nearest 0 is beyond NEAR and within the limit; what is written is then of no use.
 */
// @ts-ignore: decorator
@noInline
function searchRow(line: usize, y: i32, width: i32, scratch: usize, mode: i32, limitSquared: i32): bool {
  const bytes = <usize>width << 1;
  const squares = scratch + PAD;
  const found = squares + bytes + PAD;
  const far = i16x8.splat(-1);
  for (let i: usize = 0; i < PAD; i += 16) v128.store(scratch + i, far);
  squareColumns(line, squares, y, bytes);
  for (let i: usize = 0; i < PAD; i += 16) v128.store(squares + bytes + i, far);
  let most = 0;
  while (most < NEAR && (most + 1) * (most + 1) <= limitSquared) most++;
  const bounded = limitSquared < NEAR * NEAR;
  if (mode == DISTANCE) {
    for (let x: usize = 0; x < bytes; x += 16) if (!searchDistances(squares + x, found + x)) return false;
  } else {
    const offsets = found + bytes + PAD;
    for (let x: usize = 0; x < bytes; x += 16) if (!searchColumns(squares + x, found + x, offsets + x, most) && !bounded) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function squareColumns(line: usize, to: usize, y: i32, bytes: usize): void {
  const here = i32x4.splat(y);
  const most = i32x4.splat(255);
  const none = i32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const a = v128.load(line + (i << 1));
    const b = v128.load(line + (i << 1), 16);
    const near = i32x4.min_s(i32x4.abs(i32x4.sub(a, here)), most);
    const alsoNear = i32x4.min_s(i32x4.abs(i32x4.sub(b, here)), most);
    const first = v128.bitselect(most, near, i32x4.lt_s(a, none));
    const second = v128.bitselect(most, alsoNear, i32x4.lt_s(b, none));
    const d = i16x8.narrow_i32x4_s(first, second);
    v128.store(to + i, i16x8.mul(d, d));
  }
}

// @ts-ignore: decorator
@inline
function searchDistances(at: usize, to: usize): bool {
  let best = v128.load(at);
  let side: usize = 2;
  for (let k = 1; k <= NEAR; k++, side += 2) {
    const squared = i16x8.splat(<i16>(k * k));
    if (!v128.any_true(i16x8.gt_u(best, squared))) break;
    best = i16x8.min_u(best, i16x8.add_sat_u(i16x8.min_u(v128.load(at - side), v128.load(at + side)), squared));
  }
  v128.store(to, best);
  return !v128.any_true(i16x8.gt_u(best, i16x8.splat(<i16>(NEAR * NEAR))));
}

// @ts-ignore: decorator
@inline
function searchColumns(at: usize, to: usize, offsets: usize, most: i32): bool {
  let best = v128.load(at);
  let offset = i16x8.splat(0);
  let side: usize = 2;
  for (let k = 1; k <= most; k++, side += 2) {
    const squared = i16x8.splat(<i16>(k * k));
    if (!v128.any_true(i16x8.ge_u(best, squared))) break;
    // The column to the left is the leftmost so far and wins where it is as near; the one to the right has to be nearer.
    const left = i16x8.add_sat_u(v128.load(at - side), squared);
    offset = v128.bitselect(i16x8.splat(<i16>-k), offset, i16x8.le_u(left, best));
    best = i16x8.min_u(best, left);
    const right = i16x8.add_sat_u(v128.load(at + side), squared);
    offset = v128.bitselect(i16x8.splat(<i16>k), offset, i16x8.lt_u(right, best));
    best = i16x8.min_u(best, right);
  }
  v128.store(to, best);
  v128.store(offsets, offset);
  return !v128.any_true(i16x8.gt_u(best, i16x8.splat(<i16>(NEAR * NEAR))));
}

// @ts-ignore: decorator
@noInline
function writeRoots(found: usize, width: i32, roots: usize, to: usize): void {
  let x = 0;
  const zero = i64x2.splat(0);
  for (; x + 8 <= width; x += 8) {
    const at = found + ((<usize>x) << 1);
    const out = to + ((<usize>x) << 3);
    if (!v128.any_true(v128.load(at))) {
      v128.store(out, zero);
      v128.store(out, zero, 16);
      v128.store(out, zero, 32);
      v128.store(out, zero, 48);
      continue;
    }
    for (let q: usize = 0; q < 8; q++) store<f64>(out + (q << 3), load<f64>(roots + ((<usize>load<u16>(at + (q << 1))) << 3)));
  }
  for (; x < width; x++) {
    store<f64>(to + ((<usize>x) << 3), load<f64>(roots + ((<usize>load<u16>(found + ((<usize>x) << 1))) << 3)));
  }
}

// @ts-ignore: decorator
@noInline
function writeIndices(line: usize, width: i32, found: usize, to: usize): void {
  const offsets = found + (<usize>width << 1) + PAD;
  for (let x = 0; x < width; x++) {
    const column = x + <i32>load<i16>(offsets + ((<usize>x) << 1));
    store<i32>(to + ((<usize>x) << 2), load<i32>(line + ((<usize>column) << 2)) * width + column);
  }
}

// @ts-ignore: decorator
@noInline
function writeLabels(line: usize, y: i32, width: i32, found: usize, limitSquared: i32, labels: usize, to: usize): void {
  const offsets = found + (<usize>width << 1) + PAD;
  const limits = i16x8.splat(<i16>min(limitSquared, NEAR * NEAR));
  const zero = i32x4.splat(0);
  for (let x = 0; x < width; x++) {
    if (x + 8 <= width && (x & 7) == 0) {
      const best = v128.load(found + ((<usize>x) << 1));
      const o = (<usize>x) << 2;
      const own = !v128.any_true(best);
      if (own || !v128.any_true(i16x8.le_u(best, limits))) {
        const at = labels + ((<usize>(y * width)) << 2) + o;
        v128.store(to + o, own ? v128.load(at) : zero);
        v128.store(to + o, own ? v128.load(at, 16) : zero, 16);
        x += 7;
        continue;
      }
    }
    const column = x + <i32>load<i16>(offsets + ((<usize>x) << 1));
    const near = <i32>load<u16>(found + ((<usize>x) << 1)) <= limitSquared;
    const index = near ? load<i32>(line + ((<usize>column) << 2)) * width + column : 0;
    store<i32>(to + ((<usize>x) << 2), near ? load<i32>(labels + ((<usize>index) << 2)) : 0);
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
  // In a row the 0s split the rest into runs that know nothing of each other: beyond a 0 nothing is nearer than that 0.
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
  // The last site and the one before it, as they are on the stack.
  let mid: f64 = 0;
  let midSquared: f64 = 0;
  let left: f64 = 0;
  let leftSquared: f64 = 0;
  for (let x = from; x < end; x++) {
    const site = load<i32>(line + ((<usize>x) << 2));
    if (site < 0) continue;
    const dy = <f64>(site - y);
    if (abs<f64>(dy) > limit) continue;
    const w = dy * dy;
    const column = <f64>x;
    while (top > stack) {
      const a = mid - left;
      const b = column - mid;
      const c = a + b;
      if (c * midSquared - b * leftSquared - a * w - a * b * c <= 0) break;
      top -= 16;
      mid = left;
      midSquared = leftSquared;
      if (top > stack) {
        leftSquared = load<f64>(top - 16);
        left = load<f64>(top - 8);
      }
    }
    top += 16;
    store<f64>(top, w);
    store<f64>(top, column, 8);
    left = mid;
    leftSquared = midSquared;
    mid = column;
    midSquared = w;
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
