// Plane types by number, as ../plane-kind.ts numbers them.

/** Copies `count` values of a plane to float64. */
export function widenPlane(from: usize, to: usize, count: i32, kind: i32): void {
  if (kind == 0) widen<u8>(from, to, count);
  else if (kind == 1) widen<i8>(from, to, count);
  else if (kind == 2) widen<u16>(from, to, count);
  else if (kind == 3) widen<i16>(from, to, count);
  else if (kind == 4) widen<u32>(from, to, count);
  else if (kind == 5) widen<i32>(from, to, count);
  else widen<f32>(from, to, count);
}

// @ts-ignore: decorator
@inline
function widen<T>(from: usize, to: usize, count: i32): void {
  let x = 0;
  for (; x + 4 <= count; x += 4) {
    const at = from + <usize>x * sizeof<T>();
    const out = to + ((<usize>x) << 3);
    if (isFloat<T>()) {
      const v = v128.load(at);
      v128.store(out, f64x2.promote_low_f32x4(v));
      v128.store(out, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)), 16);
    } else {
      const v = fourIntegers<T>(at);
      const w = v128.shuffle<i32>(v, v, 2, 3, 2, 3);
      // Only uint32 reaches beyond int32.
      if (sizeof<T>() == 4 && !isSigned<T>()) {
        v128.store(out, f64x2.convert_low_i32x4_u(v));
        v128.store(out, f64x2.convert_low_i32x4_u(w), 16);
      } else {
        v128.store(out, f64x2.convert_low_i32x4_s(v));
        v128.store(out, f64x2.convert_low_i32x4_s(w), 16);
      }
    }
  }
  for (; x < count; x++) store<f64>(to + ((<usize>x) << 3), <f64>load<T>(from + <usize>x * sizeof<T>()));
}

/** Four integers of at most 32 bits as four lanes. */
// @ts-ignore: decorator
@inline
function fourIntegers<T>(at: usize): v128 {
  if (sizeof<T>() == 4) return v128.load(at);
  if (sizeof<T>() == 2) return v128.load_ext<T>(at);
  const v = v128.load32_zero(at);
  return isSigned<T>()
    ? i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v))
    : i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v));
}

/** Four values of any plane type as float32. */
// @ts-ignore: decorator
@inline
export function fourFloats<T>(at: usize): v128 {
  if (isFloat<T>()) return v128.load(at);
  const v = fourIntegers<T>(at);
  return sizeof<T>() == 4 && !isSigned<T>() ? f32x4.convert_i32x4_u(v) : f32x4.convert_i32x4_s(v);
}

/** One value of any plane type as float32. */
// @ts-ignore: decorator
@inline
export function oneFloat<T>(at: usize): f32 {
  return <f32>load<T>(at);
}
