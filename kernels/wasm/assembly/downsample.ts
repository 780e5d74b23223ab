/**
 * One output row of 2×2 means of the rows `above` and `below`, `width` source pixels long; an odd last pixel counts twice. Integers
 * are rounded half to even, float32 is summed in float64 and rounded once.
 */
export function halveRowMeans(above: usize, below: usize, to: usize, width: i32, kind: i32): void {
  if (kind == 0) bytes<u8>(above, below, to, width);
  else if (kind == 1) bytes<i8>(above, below, to, width);
  else if (kind == 2) shorts<u16>(above, below, to, width);
  else if (kind == 3) shorts<i16>(above, below, to, width);
  else if (kind == 4) words<u32>(above, below, to, width);
  else if (kind == 5) words<i32>(above, below, to, width);
  else floats(above, below, to, width);
}

/** (s + 1 + (⌊s/4⌋ mod 2)) >> 2 is s/4 rounded half to even. */
// @ts-ignore: decorator
@inline
function tail<T>(above: usize, below: usize, to: usize, x: i32, width: i32): void {
  for (; x < width; x += 2) {
    const at = <usize>x * sizeof<T>();
    const right = x + 1 < width ? at + sizeof<T>() : at;
    const sum = <i64>load<T>(above + at) + <i64>load<T>(above + right) + <i64>load<T>(below + at) + <i64>load<T>(below + right);
    store<T>(to + ((<usize>x) >> 1) * sizeof<T>(), <T>((sum + 1 + ((sum >> 2) & 1)) >> 2));
  }
}

// @ts-ignore: decorator
@inline
function bytes<T>(above: usize, below: usize, to: usize, width: i32): void {
  let x = 0;
  for (; x + 32 <= width; x += 32) {
    const at = <usize>x;
    const low = quarterBytes<T>(v128.load(above + at), v128.load(below + at));
    const high = quarterBytes<T>(v128.load(above + at, 16), v128.load(below + at, 16));
    v128.store(to + (at >> 1), isSigned<T>() ? i8x16.narrow_i16x8_s(low, high) : i8x16.narrow_i16x8_u(low, high));
  }
  tail<T>(above, below, to, x, width);
}

// @ts-ignore: decorator
@inline
function quarterBytes<T>(above: v128, below: v128): v128 {
  const one = i16x8.splat(1);
  if (isSigned<T>()) {
    const sum = i16x8.add(i16x8.extadd_pairwise_i8x16_s(above), i16x8.extadd_pairwise_i8x16_s(below));
    return i16x8.shr_s(i16x8.add(i16x8.add(sum, one), v128.and(i16x8.shr_s(sum, 2), one)), 2);
  }
  const sum = i16x8.add(i16x8.extadd_pairwise_i8x16_u(above), i16x8.extadd_pairwise_i8x16_u(below));
  return i16x8.shr_u(i16x8.add(i16x8.add(sum, one), v128.and(i16x8.shr_u(sum, 2), one)), 2);
}

// @ts-ignore: decorator
@inline
function shorts<T>(above: usize, below: usize, to: usize, width: i32): void {
  let x = 0;
  for (; x + 16 <= width; x += 16) {
    const at = (<usize>x) << 1;
    const low = quarterShorts<T>(v128.load(above + at), v128.load(below + at));
    const high = quarterShorts<T>(v128.load(above + at, 16), v128.load(below + at, 16));
    v128.store(to + (at >> 1), isSigned<T>() ? i16x8.narrow_i32x4_s(low, high) : i16x8.narrow_i32x4_u(low, high));
  }
  tail<T>(above, below, to, x, width);
}

// @ts-ignore: decorator
@inline
function quarterShorts<T>(above: v128, below: v128): v128 {
  const one = i32x4.splat(1);
  const sum = isSigned<T>()
    ? i32x4.add(i32x4.extadd_pairwise_i16x8_s(above), i32x4.extadd_pairwise_i16x8_s(below))
    : i32x4.add(i32x4.extadd_pairwise_i16x8_u(above), i32x4.extadd_pairwise_i16x8_u(below));
  // Sums of uint16 stay below 2^18, so a signed shift serves both.
  return i32x4.shr_s(i32x4.add(i32x4.add(sum, one), v128.and(i32x4.shr_s(sum, 2), one)), 2);
}

// @ts-ignore: decorator
@inline
function words<T>(above: usize, below: usize, to: usize, width: i32): void {
  const quarter = f64x2.splat(0.25);
  let x = 0;
  for (; x + 4 <= width; x += 4) {
    const at = (<usize>x) << 2;
    const a = v128.load(above + at);
    const b = v128.load(below + at);
    // Even pixels to the low lanes, odd ones to the other vector's: float64 holds sums of four exactly.
    const sum = f64x2.add(
      f64x2.add(wide<T>(v128.shuffle<i32>(a, a, 0, 2, 0, 2)), wide<T>(v128.shuffle<i32>(a, a, 1, 3, 1, 3))),
      f64x2.add(wide<T>(v128.shuffle<i32>(b, b, 0, 2, 0, 2)), wide<T>(v128.shuffle<i32>(b, b, 1, 3, 1, 3)))
    );
    const mean = f64x2.nearest(f64x2.mul(sum, quarter));
    v128.store64_lane(
      to + (at >> 1),
      isSigned<T>() ? i32x4.trunc_sat_f64x2_s_zero(mean) : i32x4.trunc_sat_f64x2_u_zero(mean),
      0
    );
  }
  tail<T>(above, below, to, x, width);
}

// @ts-ignore: decorator
@inline
function wide<T>(v: v128): v128 {
  return isSigned<T>() ? f64x2.convert_low_i32x4_s(v) : f64x2.convert_low_i32x4_u(v);
}

function floats(above: usize, below: usize, to: usize, width: i32): void {
  const quarter = f64x2.splat(0.25);
  let x = 0;
  for (; x + 8 <= width; x += 8) {
    const at = (<usize>x) << 2;
    const low = floatSums(v128.load(above + at), v128.load(below + at));
    const high = floatSums(v128.load(above + at, 16), v128.load(below + at, 16));
    const a = f32x4.demote_f64x2_zero(f64x2.mul(low, quarter));
    const b = f32x4.demote_f64x2_zero(f64x2.mul(high, quarter));
    v128.store(to + (at >> 1), v128.shuffle<f32>(a, b, 0, 1, 4, 5));
  }
  for (; x < width; x += 2) {
    const at = (<usize>x) << 2;
    const right = x + 1 < width ? at + 4 : at;
    const sum = <f64>load<f32>(above + at) + <f64>load<f32>(above + right) + (<f64>load<f32>(below + at) + <f64>load<f32>(below + right));
    store<f32>(to + (at >> 1), <f32>(sum / 4));
  }
}

/** Two sums of four float32 in float64: each row's pair first, then the rows. */
// @ts-ignore: decorator
@inline
function floatSums(a: v128, b: v128): v128 {
  return f64x2.add(
    f64x2.add(f64x2.promote_low_f32x4(v128.shuffle<f32>(a, a, 0, 2, 0, 2)), f64x2.promote_low_f32x4(v128.shuffle<f32>(a, a, 1, 3, 1, 3))),
    f64x2.add(f64x2.promote_low_f32x4(v128.shuffle<f32>(b, b, 0, 2, 0, 2)), f64x2.promote_low_f32x4(v128.shuffle<f32>(b, b, 1, 3, 1, 3)))
  );
}

/** Every other pixel of a row of `width` pixels of 1, 2 or 4 bytes. */
export function halveRowFirst(from: usize, to: usize, width: i32, bytes: i32): void {
  if (bytes == 1) everyOther<u8>(from, to, width);
  else if (bytes == 2) everyOther<u16>(from, to, width);
  else everyOther<u32>(from, to, width);
}

// @ts-ignore: decorator
@inline
function everyOther<T>(from: usize, to: usize, width: i32): void {
  const lanes = 32 / <i32>sizeof<T>();
  let x = 0;
  for (; x + lanes <= width; x += lanes) {
    const at = from + <usize>x * sizeof<T>();
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const out = to + ((<usize>x * sizeof<T>()) >> 1);
    if (sizeof<T>() == 4) v128.store(out, v128.shuffle<i32>(a, b, 0, 2, 4, 6));
    else if (sizeof<T>() == 2) v128.store(out, v128.shuffle<i16>(a, b, 0, 2, 4, 6, 8, 10, 12, 14));
    else v128.store(out, v128.shuffle<i8>(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
  }
  for (; x < width; x += 2) store<T>(to + ((<usize>x) >> 1) * sizeof<T>(), load<T>(from + <usize>x * sizeof<T>()));
}
