/** Interleaves four rows as float32: pixel x of row r goes to lane r of vector x. Writes whole fours of pixels. */
export function interleaveFour(r0: usize, r1: usize, r2: usize, r3: usize, to: usize, width: i32, kind: i32): void {
  if (kind == 0) interleave<u8>(r0, r1, r2, r3, to, width);
  else if (kind == 1) interleave<i8>(r0, r1, r2, r3, to, width);
  else if (kind == 2) interleave<u16>(r0, r1, r2, r3, to, width);
  else if (kind == 3) interleave<i16>(r0, r1, r2, r3, to, width);
  else interleave<f32>(r0, r1, r2, r3, to, width);
}

// @ts-ignore: decorator
@inline
function interleave<T>(r0: usize, r1: usize, r2: usize, r3: usize, to: usize, width: i32): void {
  for (const end = to + ((<usize>width) << 4); to < end; to += 64) {
    storeTransposed(fourFloats<T>(r0), fourFloats<T>(r1), fourFloats<T>(r2), fourFloats<T>(r3), to, 16);
    r0 += 4 * sizeof<T>();
    r1 += 4 * sizeof<T>();
    r2 += 4 * sizeof<T>();
    r3 += 4 * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function fourFloats<T>(at: usize): v128 {
  if (isFloat<T>()) return v128.load(at);
  if (sizeof<T>() == 2) return f32x4.convert_i32x4_s(v128.load_ext<T>(at));
  const v = v128.load32_zero(at);
  if (isSigned<T>()) return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v)));
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v)));
}

/** Stores the 4×4 transpose of four vectors, one every `stride` bytes. */
// @ts-ignore: decorator
@inline
function storeTransposed(a: v128, b: v128, c: v128, d: v128, to: usize, stride: usize): void {
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(ab0, cd0, 0, 2));
  v128.store(to + stride, v128.shuffle<f64>(ab0, cd0, 1, 3));
  v128.store(to + 2 * stride, v128.shuffle<f64>(ab1, cd1, 0, 2));
  v128.store(to + 3 * stride, v128.shuffle<f64>(ab1, cd1, 1, 3));
}

/**
 * Mixes the columns of four interleaved rows and writes four rows `stride` bytes apart, in whole fours of outputs.
 *
 * @param first u32 column at which an output's taps begin.
 * @param start u32, outputs + 1: where an output's float32 weights begin; an output may have none beyond `width`.
 */
export function mixColumns(block: usize, to: usize, stride: usize, first: usize, start: usize, weights: usize, width: i32, fused: i32): void {
  for (const end = to + ((<usize>width) << 2); to < end; to += 16, first += 16, start += 16) {
    const a = mixed(block, first, start, weights, fused);
    const b = mixed(block, first + 4, start + 4, weights, fused);
    const c = mixed(block, first + 8, start + 8, weights, fused);
    const d = mixed(block, first + 12, start + 12, weights, fused);
    storeTransposed(a, b, c, d, to, stride);
  }
}

// @ts-ignore: decorator
@inline
function mixed(block: usize, first: usize, start: usize, weights: usize, fused: i32): v128 {
  let t = weights + ((<usize>load<u32>(start)) << 2);
  const end = weights + ((<usize>load<u32>(start, 4)) << 2);
  let at = block + ((<usize>load<u32>(first)) << 4);
  if (t == end) return f32x4.splat(0);
  let sum = f32x4.mul(v128.load(at), v128.load32_splat(t));
  const rest = end - t - 4;
  const plain = fused ? end - (rest & 15) : end;
  for (t += 4, at += 16; t < plain; t += 4, at += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(at), v128.load32_splat(t)));
  if (t == end) return sum;
  return fuse(sum, at, 16, t, end);
}

/** Adds the products of the up to three taps t…end, `step` bytes apart from `at` on, with one rounding each. */
// @ts-ignore: decorator
@inline
function fuse(sum: v128, at: usize, step: usize, t: usize, end: usize): v128 {
  let low = sum;
  let high = v128.shuffle<f32>(sum, sum, 2, 3, 2, 3);
  for (; t < end; t += 4, at += step) {
    const w = f64x2.splat(<f64>load<f32>(t));
    const v = v128.load(at);
    low = f32x4.demote_f64x2_zero(f64x2.add(f64x2.promote_low_f32x4(low), f64x2.mul(f64x2.promote_low_f32x4(v), w)));
    const u = v128.shuffle<f32>(v, v, 2, 3, 2, 3);
    high = f32x4.demote_f64x2_zero(f64x2.add(f64x2.promote_low_f32x4(high), f64x2.mul(f64x2.promote_low_f32x4(u), w)));
  }
  return v128.shuffle<f32>(low, high, 0, 1, 4, 5);
}

/** Mixes float32 rows of `width` values, given by their addresses (u32), each padded to whole fours; writes whole fours. */
export function mixRows(rows: usize, weights: usize, count: i32, to: usize, width: i32, fused: i32): void {
  const first = <usize>load<u32>(rows);
  const w0 = v128.load32_splat(weights);
  const plain = fused ? count - ((count - 1) & 3) : count;
  for (let x: usize = 0, end = (<usize>width) << 2; x < end; x += 16) {
    let sum = f32x4.mul(v128.load(first + x), w0);
    for (let k = 1; k < plain; k++) {
      const row = <usize>load<u32>(rows + ((<usize>k) << 2));
      sum = f32x4.add(sum, f32x4.mul(v128.load(row + x), v128.load32_splat(weights + ((<usize>k) << 2))));
    }
    for (let k = plain; k < count; k++) {
      const row = <usize>load<u32>(rows + ((<usize>k) << 2));
      sum = fuse(sum, row + x, 0, weights + ((<usize>k) << 2), weights + ((<usize>k) << 2) + 4);
    }
    v128.store(to + x, sum);
  }
}

/** Rounds float32 values half to even to uint8, uint16 or int16, whose range they are within; writes whole fours. */
export function roundRow(from: usize, to: usize, width: i32, kind: i32): void {
  for (const end = from + ((<usize>width) << 2); from < end; from += 16) {
    const v = i32x4.trunc_sat_f32x4_s(f32x4.nearest(v128.load(from)));
    if (kind == 0) {
      const two = i16x8.narrow_i32x4_s(v, v);
      v128.store32_lane(to, i8x16.narrow_i16x8_u(two, two), 0);
      to += 4;
    } else {
      v128.store64_lane(to, kind == 2 ? i16x8.narrow_i32x4_u(v, v) : i16x8.narrow_i32x4_s(v, v), 0);
      to += 8;
    }
  }
}
