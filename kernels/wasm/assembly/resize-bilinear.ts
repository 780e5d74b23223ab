/**
 * One output row's source rows, weighted and summed in float64 in the order given.
 *
 * @param rows addresses (u32) of `count` float64 rows of `width` values, `count` ≥ 0.
 * @param weights float64, one a row.
 */
export function sumRows(rows: usize, weights: usize, count: i32, to: usize, width: i32): void {
  if (count == 0) {
    memory.fill(to, 0, (<usize>width) << 3);
    return;
  }
  const bytes = (<usize>width) << 3;
  const whole = bytes & ~63;
  const first = <usize>load<u32>(rows);
  const w0 = v128.load64_splat(weights);
  let x: usize = 0;
  if (count == 2) {
    const second = <usize>load<u32>(rows, 4);
    const w1 = v128.load64_splat(weights, 8);
    for (; x < whole; x += 64) {
      const a = first + x;
      const b = second + x;
      const out = to + x;
      v128.store(out, f64x2.add(f64x2.mul(v128.load(a), w0), f64x2.mul(v128.load(b), w1)));
      v128.store(out, f64x2.add(f64x2.mul(v128.load(a, 16), w0), f64x2.mul(v128.load(b, 16), w1)), 16);
      v128.store(out, f64x2.add(f64x2.mul(v128.load(a, 32), w0), f64x2.mul(v128.load(b, 32), w1)), 32);
      v128.store(out, f64x2.add(f64x2.mul(v128.load(a, 48), w0), f64x2.mul(v128.load(b, 48), w1)), 48);
    }
  }
  for (; x < whole; x += 64) {
    const a = first + x;
    let s0 = f64x2.mul(v128.load(a), w0);
    let s1 = f64x2.mul(v128.load(a, 16), w0);
    let s2 = f64x2.mul(v128.load(a, 32), w0);
    let s3 = f64x2.mul(v128.load(a, 48), w0);
    for (let k = 1; k < count; k++) {
      const b = <usize>load<u32>(rows + ((<usize>k) << 2)) + x;
      const w = v128.load64_splat(weights + ((<usize>k) << 3));
      s0 = f64x2.add(s0, f64x2.mul(v128.load(b), w));
      s1 = f64x2.add(s1, f64x2.mul(v128.load(b, 16), w));
      s2 = f64x2.add(s2, f64x2.mul(v128.load(b, 32), w));
      s3 = f64x2.add(s3, f64x2.mul(v128.load(b, 48), w));
    }
    v128.store(to + x, s0);
    v128.store(to + x, s1, 16);
    v128.store(to + x, s2, 32);
    v128.store(to + x, s3, 48);
  }
  for (; x < bytes; x += 8) {
    let sum = load<f64>(first + x) * load<f64>(weights);
    for (let k = 1; k < count; k++) {
      sum += load<f64>(<usize>load<u32>(rows + ((<usize>k) << 2)) + x) * load<f64>(weights + ((<usize>k) << 3));
    }
    store<f64>(to + x, sum);
  }
}

/** Copies float64 values of a line to other places of it: `count` pairs (u32 bytes to, u32 bytes from). */
export function repeatEnds(line: usize, pairs: usize, count: i32): void {
  for (const end = pairs + ((<usize>count) << 3); pairs < end; pairs += 8) {
    store<f64>(line + <usize>load<u32>(pairs), load<f64>(line + <usize>load<u32>(pairs, 4)));
  }
}

/**
 * Output pixels of one row, four at a time, from a float64 line: sums of `taps` (even) neighbours, kept within low…high, as float32.
 *
 * @param starts per output, u32 bytes into the line; a multiple of four outputs.
 * @param weights per two outputs and tap, their two float64 weights.
 */
export function sumColumns(line: usize, to: usize, starts: usize, weights: usize, taps: i32, width: i32, low: f64, high: f64): void {
  const least = f64x2.splat(low);
  const most = f64x2.splat(high);
  const end = to + ((<usize>width) << 2);
  const perPair = (<usize>taps) << 4;
  if (taps == 2) {
    for (; to < end; to += 16, starts += 16, weights += 64) {
      const left = twoOfTwo(line, starts, weights);
      const right = twoOfTwo(line, starts + 8, weights + 32);
      v128.store(to, narrow(clamp(left, least, most), clamp(right, least, most)));
    }
    return;
  }
  for (; to < end; to += 16, starts += 16, weights += perPair << 1) {
    const left = twoOutputs(line, starts, weights, perPair);
    const right = twoOutputs(line, starts + 8, weights + perPair, perPair);
    v128.store(to, narrow(clamp(left, least, most), clamp(right, least, most)));
  }
}

// @ts-ignore: decorator
@inline
function twoOfTwo(line: usize, starts: usize, weights: usize): v128 {
  const a = v128.load(line + <usize>load<u32>(starts));
  const b = v128.load(line + <usize>load<u32>(starts, 4));
  const sum = f64x2.add(f64x2.splat(0), f64x2.mul(v128.shuffle<f64>(a, b, 0, 2), v128.load(weights)));
  return f64x2.add(sum, f64x2.mul(v128.shuffle<f64>(a, b, 1, 3), v128.load(weights, 16)));
}

// @ts-ignore: decorator
@inline
function twoOutputs(line: usize, starts: usize, weights: usize, bytes: usize): v128 {
  let a = line + <usize>load<u32>(starts);
  let b = line + <usize>load<u32>(starts, 4);
  let sum = f64x2.splat(0);
  for (const end = weights + bytes; weights < end; weights += 32, a += 16, b += 16) {
    const va = v128.load(a);
    const vb = v128.load(b);
    sum = f64x2.add(sum, f64x2.mul(v128.shuffle<f64>(va, vb, 0, 2), v128.load(weights)));
    sum = f64x2.add(sum, f64x2.mul(v128.shuffle<f64>(va, vb, 1, 3), v128.load(weights, 16)));
  }
  return sum;
}

/** v < low ? low : v > high ? high : v, so that NaN stays. */
// @ts-ignore: decorator
@inline
function clamp(v: v128, low: v128, high: v128): v128 {
  return f64x2.pmin(f64x2.pmax(v, low), high);
}

// @ts-ignore: decorator
@inline
function narrow(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
}
