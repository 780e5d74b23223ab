/**
 * One pass of a separable symmetric filter along axis 0 of a float32 plane, in scipy's order of operations: float64 sums that begin
 * with the centre tap and go on with the outermost pair of taps inward, one rounding to float32 at the end.
 *
 * The host passes, for every output row, the addresses of its 2·radius + 1 source rows (the border is folded there).
 *
 * @param rows per output row, 2·radius + 1 addresses (u32): above R…above 1, centre, below 1…below R.
 * @param weights float64, taps 0..radius.
 */
export function smoothColumns(rows: usize, to: usize, width: i32, firstRow: i32, lastRow: i32, weights: usize, radius: i32): void {
  const entries = 2 * radius + 1;
  for (let y = firstRow; y < lastRow; y++) {
    smoothRowOfColumns(rows + ((<usize>(y * entries)) << 2), to + ((<usize>y * width) << 2), width, weights, radius);
  }
}

// Not inlined, so that it is entered once per row and the engine's optimised code is taken up within the first plane.
// @ts-ignore: decorator
@noInline
function smoothRowOfColumns(rows: usize, to: usize, width: i32, weights: usize, radius: i32): void {
  const centre = <usize>load<u32>(rows + ((<usize>radius) << 2));
  const w0 = f64x2.splat(load<f64>(weights));
  const whole = width & ~15;
  let x: usize = 0;
  const wholeBytes = (<usize>whole) << 2;
  for (; x < wholeBytes; x += 64) {
    const c0 = v128.load(centre + x);
    const c1 = v128.load(centre + x, 16);
    const c2 = v128.load(centre + x, 32);
    const c3 = v128.load(centre + x, 48);
    let s0 = f64x2.mul(low(c0), w0);
    let s1 = f64x2.mul(high(c0), w0);
    let s2 = f64x2.mul(low(c1), w0);
    let s3 = f64x2.mul(high(c1), w0);
    let s4 = f64x2.mul(low(c2), w0);
    let s5 = f64x2.mul(high(c2), w0);
    let s6 = f64x2.mul(low(c3), w0);
    let s7 = f64x2.mul(high(c3), w0);
    for (let k = radius; k > 0; k--) {
      const above = <usize>load<u32>(rows + ((<usize>(radius - k)) << 2)) + x;
      const below = <usize>load<u32>(rows + ((<usize>(radius + k)) << 2)) + x;
      const w = v128.load64_splat(weights + ((<usize>k) << 3));
      const a0 = v128.load(above);
      const b0 = v128.load(below);
      s0 = f64x2.add(s0, f64x2.mul(f64x2.add(low(a0), low(b0)), w));
      s1 = f64x2.add(s1, f64x2.mul(f64x2.add(high(a0), high(b0)), w));
      const a1 = v128.load(above, 16);
      const b1 = v128.load(below, 16);
      s2 = f64x2.add(s2, f64x2.mul(f64x2.add(low(a1), low(b1)), w));
      s3 = f64x2.add(s3, f64x2.mul(f64x2.add(high(a1), high(b1)), w));
      const a2 = v128.load(above, 32);
      const b2 = v128.load(below, 32);
      s4 = f64x2.add(s4, f64x2.mul(f64x2.add(low(a2), low(b2)), w));
      s5 = f64x2.add(s5, f64x2.mul(f64x2.add(high(a2), high(b2)), w));
      const a3 = v128.load(above, 48);
      const b3 = v128.load(below, 48);
      s6 = f64x2.add(s6, f64x2.mul(f64x2.add(low(a3), low(b3)), w));
      s7 = f64x2.add(s7, f64x2.mul(f64x2.add(high(a3), high(b3)), w));
    }
    v128.store(to + x, narrow(s0, s1));
    v128.store(to + x, narrow(s2, s3), 16);
    v128.store(to + x, narrow(s4, s5), 32);
    v128.store(to + x, narrow(s6, s7), 48);
  }
  for (const end = (<usize>width) << 2; x < end; x += 4) {
    let sum = <f64>load<f32>(centre + x) * load<f64>(weights);
    for (let k = radius; k > 0; k--) {
      const above = <usize>load<u32>(rows + ((<usize>(radius - k)) << 2)) + x;
      const below = <usize>load<u32>(rows + ((<usize>(radius + k)) << 2)) + x;
      sum += (<f64>load<f32>(above) + <f64>load<f32>(below)) * load<f64>(weights + ((<usize>k) << 3));
    }
    store<f32>(to + x, <f32>sum);
  }
}

/** The pass along axis 1: `line` is one row widened to float64 with `radius` folded values on either side. */
export function smoothRows(from: usize, to: usize, width: i32, height: i32, weights: usize, radius: i32, line: usize, folded: usize): void {
  for (let y = 0; y < height; y++) {
    const row = <usize>y * ((<usize>width) << 2);
    widenRow(from + row, line, width, radius, folded);
    smoothLine(line, to + row, width, weights, radius);
  }
}

/** @param folded i32 columns for the `radius` places before and the `radius` places after the row. */
// @ts-ignore: decorator
@noInline
function widenRow(from: usize, line: usize, width: i32, radius: i32, folded: usize): void {
  for (let k = 0; k < radius; k++) {
    const before = load<i32>(folded + ((<usize>k) << 2));
    const after = load<i32>(folded + ((<usize>(radius + k)) << 2));
    store<f64>(line + ((<usize>k) << 3), <f64>load<f32>(from + ((<usize>before) << 2)));
    store<f64>(line + ((<usize>(radius + width + k)) << 3), <f64>load<f32>(from + ((<usize>after) << 2)));
  }
  const to = line + ((<usize>radius) << 3);
  let x = 0;
  for (; x + 4 <= width; x += 4) {
    const v = v128.load(from + ((<usize>x) << 2));
    v128.store(to + ((<usize>x) << 3), low(v));
    v128.store(to + ((<usize>x) << 3), high(v), 16);
  }
  for (; x < width; x++) store<f64>(to + ((<usize>x) << 3), <f64>load<f32>(from + ((<usize>x) << 2)));
}

// @ts-ignore: decorator
@noInline
function smoothLine(line: usize, to: usize, width: i32, weights: usize, radius: i32): void {
  const centre = line + ((<usize>radius) << 3);
  const w0 = f64x2.splat(load<f64>(weights));
  let x = 0;
  for (; x + 8 <= width; x += 8) {
    const at = centre + ((<usize>x) << 3);
    let s0 = f64x2.mul(v128.load(at), w0);
    let s1 = f64x2.mul(v128.load(at, 16), w0);
    let s2 = f64x2.mul(v128.load(at, 32), w0);
    let s3 = f64x2.mul(v128.load(at, 48), w0);
    let left = at - ((<usize>radius) << 3);
    let right = at + ((<usize>radius) << 3);
    for (let k = (<usize>radius) << 3; k > 0; k -= 8) {
      const w = v128.load64_splat(weights + k);
      s0 = f64x2.add(s0, f64x2.mul(f64x2.add(v128.load(left), v128.load(right)), w));
      s1 = f64x2.add(s1, f64x2.mul(f64x2.add(v128.load(left, 16), v128.load(right, 16)), w));
      s2 = f64x2.add(s2, f64x2.mul(f64x2.add(v128.load(left, 32), v128.load(right, 32)), w));
      s3 = f64x2.add(s3, f64x2.mul(f64x2.add(v128.load(left, 48), v128.load(right, 48)), w));
      left += 8;
      right -= 8;
    }
    const out = to + ((<usize>x) << 2);
    v128.store(out, narrow(s0, s1));
    v128.store(out, narrow(s2, s3), 16);
  }
  for (; x < width; x++) {
    const at = centre + ((<usize>x) << 3);
    let sum = load<f64>(at) * load<f64>(weights);
    for (let k = (<usize>radius) << 3; k > 0; k -= 8) sum += (load<f64>(at - k) + load<f64>(at + k)) * load<f64>(weights + k);
    store<f32>(to + ((<usize>x) << 2), <f32>sum);
  }
}

// @ts-ignore: decorator
@inline
function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
}

/** Four float64 in two vectors, rounded to one vector of float32. */
// @ts-ignore: decorator
@inline
function narrow(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
}
