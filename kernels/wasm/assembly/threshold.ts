/** Marks with 1, in a u8 plane, the float32 values that are greater than `threshold`. */
export function markAbove(at: usize, to: usize, count: i32, threshold: f32): void {
  const limit = f32x4.splat(threshold);
  const one = i8x16.splat(1);
  let i: usize = 0;
  for (const end = (<usize>count) & ~15; i < end; i += 16) {
    const from = at + (i << 2);
    const a = i16x8.narrow_i32x4_s(f32x4.gt(v128.load(from), limit), f32x4.gt(v128.load(from, 16), limit));
    const b = i16x8.narrow_i32x4_s(f32x4.gt(v128.load(from, 32), limit), f32x4.gt(v128.load(from, 48), limit));
    v128.store(to + i, v128.and(i8x16.narrow_i16x8_s(a, b), one));
  }
  for (; i < <usize>count; i++) store<u8>(to + i, load<f32>(at + (i << 2)) > threshold ? 1 : 0);
}
