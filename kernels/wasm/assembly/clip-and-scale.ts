// Clipping and scaling to 0..1 in float32, for planes of every type (numbered as in ./plane-kind).
import { fourFloats, oneFloat } from './plane-kind';

/** The least and largest value clipped at `limit`, into the two float32 at `range`. @returns 1 if a value is not finite, else 0. */
export function clippedRange(at: usize, count: i32, kind: i32, limit: f32, range: usize): i32 {
  if (kind == 0) return rangeOf<u8>(at, count, limit, range);
  if (kind == 1) return rangeOf<i8>(at, count, limit, range);
  if (kind == 2) return rangeOf<u16>(at, count, limit, range);
  if (kind == 3) return rangeOf<i16>(at, count, limit, range);
  if (kind == 4) return rangeOf<u32>(at, count, limit, range);
  if (kind == 5) return rangeOf<i32>(at, count, limit, range);
  return rangeOf<f32>(at, count, limit, range);
}

// @ts-ignore: decorator
@inline
function rangeOf<T>(at: usize, count: i32, limit: f32, range: usize): i32 {
  const cut = f32x4.splat(limit);
  const zero = f32x4.splat(0);
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  let odd = i32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const v = fourFloats<T>(at + <usize>i * sizeof<T>());
    if (isFloat<T>()) odd = v128.or(odd, f32x4.ne(f32x4.sub(v, v), zero));
    const clipped = f32x4.pmin(v, cut);
    low = f32x4.pmin(low, clipped);
    high = f32x4.pmax(high, clipped);
  }
  let least = min(min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)), min(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3)));
  let most = max(max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)), max(f32x4.extract_lane(high, 2), f32x4.extract_lane(high, 3)));
  let faults = v128.any_true(odd);
  for (; i < count; i++) {
    const v = oneFloat<T>(at + <usize>i * sizeof<T>());
    if (v - v != 0) faults = true;
    const clipped = v < limit ? v : limit;
    if (clipped < least) least = clipped;
    if (clipped > most) most = clipped;
  }
  store<f32>(range, least);
  store<f32>(range, most, 4);
  return faults ? 1 : 0;
}

/** Writes (min(value, limit) - low) / range as float32. */
export function clipToUnit(at: usize, count: i32, kind: i32, to: usize, limit: f32, low: f32, range: f32): void {
  if (kind == 0) scale<u8>(at, count, to, limit, low, range);
  else if (kind == 1) scale<i8>(at, count, to, limit, low, range);
  else if (kind == 2) scale<u16>(at, count, to, limit, low, range);
  else if (kind == 3) scale<i16>(at, count, to, limit, low, range);
  else if (kind == 4) scale<u32>(at, count, to, limit, low, range);
  else if (kind == 5) scale<i32>(at, count, to, limit, low, range);
  else scale<f32>(at, count, to, limit, low, range);
}

// @ts-ignore: decorator
@inline
function scale<T>(at: usize, count: i32, to: usize, limit: f32, low: f32, range: f32): void {
  const cut = f32x4.splat(limit);
  const from = f32x4.splat(low);
  const by = f32x4.splat(range);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const v = f32x4.pmin(fourFloats<T>(at + <usize>i * sizeof<T>()), cut);
    v128.store(to + ((<usize>i) << 2), f32x4.div(f32x4.sub(v, from), by));
  }
  for (; i < count; i++) {
    const v = oneFloat<T>(at + <usize>i * sizeof<T>());
    store<f32>(to + ((<usize>i) << 2), ((v < limit ? v : limit) - low) / range);
  }
}
