/** Counts values of 1 or 2 bytes, as unsigned, into two tables in turn (u32, zeroed by the caller); their sum is the histogram. */
export function countIntegers(at: usize, pixels: i32, bytes: i32, table: usize, other: usize): void {
  const count = <usize>pixels;
  if (bytes == 1) {
    for (let i: usize = 0; i < count; i++) {
      const slot = (i & 1 ? other : table) + ((<usize>load<u8>(at + i)) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
    }
    return;
  }
  let i: usize = 0;
  for (; i + 2 <= count; i += 2) {
    const a = table + ((<usize>load<u16>(at + (i << 1))) << 2);
    const b = other + ((<usize>load<u16>(at + (i << 1), 2)) << 2);
    store<u32>(a, load<u32>(a) + 1);
    store<u32>(b, load<u32>(b) + 1);
  }
  if (i < count) {
    const a = table + ((<usize>load<u16>(at + (i << 1))) << 2);
    store<u32>(a, load<u32>(a) + 1);
  }
}

/**
 * numpy's histogram of float32 values: the bin computed in float32, then corrected by the edges.
 *
 * @param edges f32, one more than bins. @param counts u32, zeroed by the caller.
 */
export function countFloats(at: usize, pixels: i32, low: f32, range: f32, bins: i32, edges: usize, counts: usize): void {
  const first = f32x4.splat(low);
  const span = f32x4.splat(range);
  const number = f32x4.splat(<f32>bins);
  const last = i32x4.splat(bins - 1);
  let i: usize = 0;
  for (const whole = (<usize>(pixels & ~3)) << 2; i < whole; i += 16) {
    const v = v128.load(at + i);
    const share = f32x4.div(f32x4.sub(v, first), span);
    const bin = i32x4.min_s(i32x4.trunc_sat_f32x4_s(f32x4.mul(share, number)), last);
    countOne(f32x4.extract_lane(v, 0), i32x4.extract_lane(bin, 0), bins, edges, counts);
    countOne(f32x4.extract_lane(v, 1), i32x4.extract_lane(bin, 1), bins, edges, counts);
    countOne(f32x4.extract_lane(v, 2), i32x4.extract_lane(bin, 2), bins, edges, counts);
    countOne(f32x4.extract_lane(v, 3), i32x4.extract_lane(bin, 3), bins, edges, counts);
  }
  for (const end = (<usize>pixels) << 2; i < end; i += 4) {
    const v = load<f32>(at + i);
    const bin = min<i32>(<i32>(((v - low) / range) * <f32>bins), bins - 1);
    countOne(v, bin, bins, edges, counts);
  }
}

// @ts-ignore: decorator
@inline
function countOne(value: f32, bin: i32, bins: i32, edges: usize, counts: usize): void {
  const edge = edges + ((<usize>bin) << 2);
  if (value < load<f32>(edge)) bin--;
  else if (value >= load<f32>(edge, 4) && bin != bins - 1) bin++;
  const slot = counts + ((<usize>bin) << 2);
  store<u32>(slot, load<u32>(slot) + 1);
}
