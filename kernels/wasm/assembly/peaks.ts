// Local maxima by comparison with the running maximum; what is a peak and in which order is told in kernels/peaks.ts.

/** Writes the smallest and the largest value (two f64) of a float64 plane to `to`; answers 1 if any value is NaN. */
export function doubleExtremes(at: usize, pixels: i32, to: usize): i32 {
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  let odd = i32x4.splat(0);
  const whole = (<usize>(pixels & ~1)) << 3;
  for (let i: usize = 0; i < whole; i += 16) {
    const v = v128.load(at + i);
    low = f64x2.pmin(low, v);
    high = f64x2.pmax(high, v);
    odd = v128.or(odd, f64x2.ne(v, v));
  }
  let smallest = min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
  let largest = max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
  let nan = v128.any_true(odd);
  if (pixels & 1) {
    const v = load<f64>(at + whole);
    if (v < smallest) smallest = v;
    if (v > largest) largest = v;
    if (v != v) nan = true;
  }
  store<f64>(to, smallest);
  store<f64>(to, largest, 8);
  return nan ? 1 : 0;
}

/**
 * Writes the flat indices (i32) of the pixels that equal `maxima` and exceed the threshold, `margin` pixels or more from the border.
 *
 * @param wide 1 for float64 planes, 0 for float32. @returns how many.
 */
export function collectPeaks(at: usize, maxima: usize, wide: i32, height: i32, width: i32, margin: i32, threshold: f64, to: usize): i32 {
  let end = to;
  for (let y = margin; y < height - margin; y++) {
    const first = y * width;
    if (wide) end = collectRow<f64>(at, maxima, first + margin, first + width - margin, threshold, end);
    else end = collectRow<f32>(at, maxima, first + margin, first + width - margin, threshold, end);
  }
  return <i32>((end - to) >> 2);
}

// @ts-ignore: decorator
@noInline
function collectRow<T>(at: usize, maxima: usize, from: i32, end: i32, threshold: f64, to: usize): usize {
  const limit = v128.splat<T>(<T>threshold);
  const lanes: i32 = 16 / sizeof<T>();
  let i = from;
  for (; i + lanes <= end; i += lanes) {
    const o = <usize>i * sizeof<T>();
    const v = v128.load(at + o);
    const peaks = v128.and(v128.eq<T>(v, v128.load(maxima + o)), v128.gt<T>(v, limit));
    let open = sizeof<T>() == 4 ? i32x4.bitmask(peaks) : i64x2.bitmask(peaks);
    while (open != 0) {
      store<i32>(to, i + ctz(open));
      to += 4;
      open &= open - 1;
    }
  }
  for (; i < end; i++) {
    const v = load<T>(at + <usize>i * sizeof<T>());
    if (v != load<T>(maxima + <usize>i * sizeof<T>()) || !(v > <T>threshold)) continue;
    store<i32>(to, i);
    to += 4;
  }
  return to;
}

/**
 * Sorts indices by descending value of their pixels, equal ones left in their order: a radix sort, one byte of the key a pass.
 *
 * @param records room for 32 bytes an index. @param counts room for 256 i32.
 */
export function sortPeaks(at: usize, wide: i32, indices: usize, count: i32, records: usize, counts: usize): void {
  let from = records;
  let to = records + ((<usize>count) << 4);
  let common: u64 = ~0;
  let any: u64 = 0;
  for (let k: usize = 0; k < <usize>count; k++) {
    const index = load<i32>(indices + (k << 2));
    const key = wide ? keyOf(load<f64>(at + ((<usize>index) << 3))) : keyOf(<f64>load<f32>(at + ((<usize>index) << 2)));
    store<u64>(from + (k << 4), key);
    store<i32>(from + (k << 4), index, 8);
    common &= key;
    any |= key;
  }
  for (let shift: u64 = 0; shift < 64; shift += 8) {
    // A byte that is the same in all keys sorts nothing.
    if ((((common ^ any) >> shift) & 255) == 0) continue;
    sortByByte(from, to, count, shift, counts);
    const used = from;
    from = to;
    to = used;
  }
  for (let k: usize = 0; k < <usize>count; k++) store<i32>(indices + (k << 2), load<i32>(from + (k << 4), 8));
}

/** Ascends as the value descends; -0 counts as 0. */
// @ts-ignore: decorator
@inline
function keyOf(value: f64): u64 {
  const bits = reinterpret<i64>(value + 0);
  return <u64>(bits < 0 ? bits : ~bits & i64.MAX_VALUE);
}

// @ts-ignore: decorator
@noInline
function sortByByte(from: usize, to: usize, count: i32, shift: u64, counts: usize): void {
  memory.fill(counts, 0, 1024);
  for (let at = from, end = from + ((<usize>count) << 4); at < end; at += 16) {
    const slot = counts + ((<usize>((load<u64>(at) >> shift) & 255)) << 2);
    store<i32>(slot, load<i32>(slot) + 1);
  }
  let sum = 0;
  for (let slot = counts, end = counts + 1024; slot < end; slot += 4) {
    const here = load<i32>(slot);
    store<i32>(slot, sum);
    sum += here;
  }
  for (let at = from, end = from + ((<usize>count) << 4); at < end; at += 16) {
    const slot = counts + ((<usize>((load<u64>(at) >> shift) & 255)) << 2);
    const place = load<i32>(slot);
    store<i32>(slot, place + 1);
    v128.store(to + ((<usize>place) << 4), v128.load(at));
  }
}

/**
 * Keeps, in order and in place, the peaks with no kept peak nearer than `distance` along both axes.
 *
 * @param cells i32, -1 everywhere: one per square of side `distance`, which holds one kept peak at most, and one more on each side.
 * @returns how many are kept.
 */
export function keepApart(indices: usize, count: i32, width: i32, distance: i32, cells: usize, columns: i32): i32 {
  let kept = indices;
  for (let k: usize = 0; k < <usize>count; k++) {
    const peak = load<i32>(indices + (k << 2));
    const y = <i32>(<u32>peak / <u32>width);
    const x = peak - y * width;
    const cell = (<i32>(<u32>y / <u32>distance) + 1) * columns + <i32>(<u32>x / <u32>distance) + 1;
    if (crowded(y, x, width, distance, cells + ((<usize>cell) << 2), (<usize>columns) << 2)) continue;
    store<i32>(cells + ((<usize>cell) << 2), peak);
    store<i32>(kept, peak);
    kept += 4;
  }
  return <i32>((kept - indices) >> 2);
}

// @ts-ignore: decorator
@inline
function crowded(y: i32, x: i32, width: i32, distance: i32, cell: usize, stride: usize): bool {
  for (let row = cell - stride; row <= cell + stride; row += stride) {
    for (let at = row - 4; at <= row + 4; at += 4) {
      const other = load<i32>(at);
      if (other < 0) continue;
      const otherY = <i32>(<u32>other / <u32>width);
      if (abs<i32>(y - otherY) < distance && abs<i32>(x - (other - otherY * width)) < distance) return true;
    }
  }
  return false;
}
