// What windows show of a label image: own pixels, other objects, and distances to the outline.

/** Further than any pixel of a window; its square and what is added to it are int32. */
const FAR: i32 = 1 << 14;

/**
 * Writes one cell's context.
 *
 * @param labels the address that the label image's row 0 has or would have: only the rows that are named need to be there.
 * @param sources i32: 1 if the window's columns are neighbours, then `size` rows, then `size` columns of the image; -1 beyond it.
 * @param scratch `size`² i32.
 * @param to 3 · `size`² float32: own pixels, pixels of others, distances divided by their largest.
 */
export function writeContext(labels: usize, width: i32, sources: usize, id: i32, size: i32, scratch: usize, to: usize): void {
  const area = (<usize>size * <usize>size) << 2;
  let y0 = size;
  let y1 = -1;
  let x0 = size;
  let x1 = -1;
  for (let y = 0, at = to; y < size; y++, at += (<usize>size) << 2) {
    const bits = writeMaskRow(labels, width, sources, y, id, size, at, at + area);
    if (bits == 0) continue;
    if (y < y0) y0 = y;
    y1 = y;
    x0 = min(x0, <i32>(bits & 0xffff));
    x1 = max(x1, <i32>(bits >> 16) - 1);
  }
  const distances = to + 2 * area;
  memory.fill(distances, 0, area);
  if (y1 < 0) return;
  const last = size - 1;
  y0 = max(0, y0 - 1);
  y1 = min(last, y1 + 1);
  x0 = max(0, x0 - 1);
  x1 = min(last, x1 + 1);
  const whole = !reachColumns(to, size, y0, y1, x0, x1, scratch);
  writeDistances(to, size, y0, y1, x0, x1, scratch, whole, distances);
}

/** Writes a row of both masks. @returns 0 without own pixels, else the first one's column and, in the high half, one more than the last's. */
// @ts-ignore: decorator
@noInline
function writeMaskRow(
  labels: usize, width: i32, sources: usize, y: i32, id: i32, size: i32, own: usize, other: usize,
): u32 {
  const bytes = (<usize>size) << 2;
  const row = load<i32>(sources + 4 + ((<usize>y) << 2));
  if (row < 0) {
    memory.fill(own, 0, bytes);
    memory.fill(other, 0, bytes);
    return 0;
  }
  const columns = sources + 4 + bytes;
  const from = labels + ((<usize>row * <usize>width) << 2);
  let first = size;
  let end = 0;
  let j = 0;
  if (load<i32>(sources)) {
    const at = from + ((<usize>load<i32>(columns)) << 2);
    const mine = i32x4.splat(id);
    const zero = i32x4.splat(0);
    const one = f32x4.splat(1);
    for (; j + 4 <= size; j += 4) {
      const found = v128.load(at + ((<usize>j) << 2));
      const same = i32x4.eq(found, mine);
      const set = v128.and(same, one);
      v128.store(own + ((<usize>j) << 2), set);
      v128.store(other + ((<usize>j) << 2), f32x4.sub(v128.and(i32x4.ne(found, zero), one), set));
      const bits = i32x4.bitmask(same);
      if (bits == 0) continue;
      first = min(first, j + ctz(bits));
      end = j + 32 - clz(bits);
    }
  }
  for (; j < size; j++) {
    const column = load<i32>(columns + ((<usize>j) << 2));
    const found = column < 0 ? 0 : load<i32>(from + ((<usize>column) << 2));
    const same = found == id;
    store<f32>(own + ((<usize>j) << 2), same ? 1 : 0);
    store<f32>(other + ((<usize>j) << 2), found != 0 && !same ? 1 : 0);
    if (!same) continue;
    first = min(first, j);
    end = j + 1;
  }
  return end == 0 ? 0 : <u32>first | ((<u32>end) << 16);
}

/** For the pixels of a box, how far the nearest pixel of the column is that is not the cell's. @returns whether there is one at all. */
// @ts-ignore: decorator
@noInline
function reachColumns(mask: usize, size: i32, y0: i32, y1: i32, x0: i32, x1: i32, columns: usize): bool {
  let gaps = false;
  const step = (<usize>size) << 2;
  for (let x = x0; x <= x1; x++) {
    let reach = FAR;
    let at = (<usize>(y0 * size + x)) << 2;
    for (let y = y0; y <= y1; y++, at += step) {
      reach = load<f32>(mask + at) == 0 ? 0 : min(FAR, reach + 1);
      if (reach == 0) gaps = true;
      store<i32>(columns + at, reach);
    }
    reach = FAR;
    at = (<usize>(y1 * size + x)) << 2;
    for (let y = y1; y >= y0; y--, at -= step) {
      reach = min(load<i32>(columns + at), min(FAR, reach + 1));
      store<i32>(columns + at, reach);
    }
  }
  return gaps;
}

/** Per row, each pixel looks left and right for as long as a column further away could be nearer. `columns` gets the squares. */
// @ts-ignore: decorator
@noInline
function writeDistances(
  mask: usize, size: i32, y0: i32, y1: i32, x0: i32, x1: i32, columns: usize, whole: bool, to: usize,
): void {
  let largest = 0;
  for (let y = y0; y <= y1; y++) {
    const row = (<usize>(y * size)) << 2;
    for (let x = x0; x <= x1; x++) {
      const at = row + ((<usize>x) << 2);
      let best = 0;
      if (whole) best = (y + 1) * (y + 1) + x * x;
      else {
        const down = load<i32>(columns + at);
        best = down * down;
        for (let step = 1; step * step < best && step < size; step++) {
          const left = x - step >= x0 ? load<i32>(columns + at - ((<usize>step) << 2)) : FAR;
          const right = x + step <= x1 ? load<i32>(columns + at + ((<usize>step) << 2)) : FAR;
          const nearest = min(left, right);
          best = min(best, nearest * nearest + step * step);
        }
      }
      store<i32>(to + at, best);
      if (best > largest) largest = best;
    }
  }
  const root = f64x2.splat(sqrt(<f64>largest));
  for (let y = y0; y <= y1; y++) {
    let at = to + ((<usize>(y * size + x0)) << 2);
    let left = x1 - x0 + 1;
    // Two distances at a time, the last one of an odd row alone.
    for (; left >= 2; left -= 2, at += 8) {
      const squares = f64x2.convert_low_i32x4_s(v128.load64_zero(at));
      v128.store64_lane(at, f32x4.demote_f64x2_zero(f64x2.div(f64x2.sqrt(squares), root)), 0);
    }
    if (left == 0) continue;
    store<f32>(at, <f32>(sqrt(<f64>load<i32>(at)) / f64x2.extract_lane(root, 0)));
  }
}
