/**
 * Encodes `rows` rows of int32 labels as runs: records of (flat index of the first pixel, pixels, id), 12 bytes each, in raster order.
 *
 * @param first flat index of the first pixel.
 * @param to room for a record per pixel.
 * @returns the address after the last record.
 */
export function encodeRunRows(labels: usize, rows: i32, width: i32, first: i32, to: usize): usize {
  for (let y = 0; y < rows; y++) to = encodeRunRow(labels + ((<usize>y * <usize>width) << 2), width, first + y * width, to);
  return to;
}

/** Sixteen pixels at a time are compared with their left neighbours; only where they differ does anything happen. */
// @ts-ignore: decorator
@noInline
function encodeRunRow(row: usize, width: i32, first: i32, to: usize): usize {
  if (width == 0) return to;
  let id = load<i32>(row);
  let start = 0;
  let x = 1;
  for (; x + 16 <= width; x += 16) {
    const at = row + ((<usize>x) << 2);
    const a = i32x4.ne(v128.load(at), v128.load(at - 4));
    const b = i32x4.ne(v128.load(at, 16), v128.load(at - 4, 16));
    const c = i32x4.ne(v128.load(at, 32), v128.load(at - 4, 32));
    const d = i32x4.ne(v128.load(at, 48), v128.load(at - 4, 48));
    let changes = i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
    while (changes != 0) {
      const next = x + ctz(changes);
      changes &= changes - 1;
      if (id != 0) {
        store<i32>(to, first + start);
        store<i32>(to, next - start, 4);
        store<i32>(to, id, 8);
        to += 12;
      }
      start = next;
      id = load<i32>(row + ((<usize>next) << 2));
    }
  }
  for (; x <= width; x++) {
    const here = x < width ? load<i32>(row + ((<usize>x) << 2)) : 0;
    if (x < width && here == id) continue;
    if (id != 0) {
      store<i32>(to, first + start);
      store<i32>(to, x - start, 4);
      store<i32>(to, id, 8);
      to += 12;
    }
    start = x;
    id = here;
  }
  return to;
}

/**
 * Writes a stretch of a plane from its runs: `pixels` int32 from the plane's pixel `first` on, 0 between runs.
 *
 * @param to the stretch, with room for 16 bytes behind it.
 * @param ends 1 for records of (first pixel, pixel after the last, id), 0 for (first pixel, pixels, id). Runs end where the stretch ends.
 * @returns the address of the first run behind the stretch.
 */
export function paintStretch(run: usize, end: usize, ends: i32, first: i32, pixels: i32, to: usize): usize {
  const origin = to - ((<usize>first) << 2);
  let done = to;
  for (; run < end; run += 12) {
    const from = load<i32>(run);
    if (from >= first + pixels) break;
    const last = load<i32>(run, 4) + (ends != 0 ? 0 : from);
    const at = origin + ((<usize>from) << 2);
    const after = origin + ((<usize>last) << 2);
    fillOver(done, at, 0);
    fillOver(at, after, load<i32>(run, 8));
    done = after;
  }
  fillOver(done, to + ((<usize>pixels) << 2), 0);
  return run;
}

/** Fills int32 from one address to another, and up to 15 bytes beyond, which the next fill overwrites. */
// @ts-ignore: decorator
@inline
function fillOver(at: usize, end: usize, value: i32): void {
  const vector = i32x4.splat(value);
  for (; at < end; at += 16) v128.store(at, vector);
}
