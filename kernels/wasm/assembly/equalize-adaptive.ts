// CLAHE: bins of pixels, histograms of blocks, blending of four maps; kernels/equalize-adaptive.ts describes it.

/** The bin of each float32 value in -1..1: rounded to 16 bits (half to even), then looked up (u8 of 65,536). */
export function binPixels(plane: usize, bins: usize, count: i32, table: usize): void {
  const scale = f32x4.splat(65535);
  const zero = f32x4.splat(0);
  let i: usize = 0;
  for (const end = (<usize>count) & ~3; i < end; i += 4) {
    const v = i32x4.trunc_sat_f32x4_s(f32x4.max(zero, f32x4.nearest(f32x4.mul(v128.load(plane + (i << 2)), scale))));
    const a = <u32>load<u8>(table + <usize>i32x4.extract_lane(v, 0));
    const b = <u32>load<u8>(table + <usize>i32x4.extract_lane(v, 1));
    const c = <u32>load<u8>(table + <usize>i32x4.extract_lane(v, 2));
    const d = <u32>load<u8>(table + <usize>i32x4.extract_lane(v, 3));
    store<u32>(bins + i, a | (b << 8) | (c << 16) | (d << 24));
  }
  for (; i < <usize>count; i++) {
    const level = max<f32>(0, nearest<f32>(load<f32>(plane + (i << 2)) * 65535));
    store<u8>(bins + i, load<u8>(table + <usize><i32>level));
  }
}

/**
 * The histogram of a block.
 *
 * @param rows, columns i32, the pixels of the image at each place of the block; consecutive if `inside` is not 0.
 * @param counts four tables of 256 i32; the first one is the result.
 */
export function countBlock(
  bins: usize, width: i32, rows: usize, columns: usize, sideY: i32, sideX: i32, inside: i32, counts: usize,
): void {
  memory.fill(counts, 0, 4096);
  for (let y = 0; y < sideY; y++) {
    const row = bins + (<usize>load<i32>(rows + ((<usize>y) << 2))) * <usize>width;
    if (inside != 0) countRow(row + <usize>load<i32>(columns), sideX, counts);
    else countFolded(row, columns, sideX, counts);
  }
  for (let at = counts; at < counts + 1024; at += 16) {
    const left = i32x4.add(v128.load(at), v128.load(at, 1024));
    v128.store(at, i32x4.add(left, i32x4.add(v128.load(at, 2048), v128.load(at, 3072))));
  }
}

// @ts-ignore: decorator
@noInline
function countRow(at: usize, count: i32, counts: usize): void {
  const end = at + <usize>count;
  for (; at + 8 <= end; at += 8) {
    const v = load<u64>(at);
    add(counts, <u32>v & 255);
    add(counts + 1024, (<u32>v >> 8) & 255);
    add(counts + 2048, (<u32>v >> 16) & 255);
    add(counts + 3072, <u32>v >> 24);
    const w = <u32>(v >> 32);
    add(counts, w & 255);
    add(counts + 1024, (w >> 8) & 255);
    add(counts + 2048, (w >> 16) & 255);
    add(counts + 3072, w >> 24);
  }
  for (; at < end; at++) add(counts, <u32>load<u8>(at));
}

// @ts-ignore: decorator
@noInline
function countFolded(row: usize, columns: usize, count: i32, counts: usize): void {
  for (let x = 0; x < count; x++) add(counts, <u32>load<u8>(row + <usize>load<i32>(columns + ((<usize>x) << 2))));
}

// @ts-ignore: decorator
@inline
function add(counts: usize, bin: u32): void {
  const at = counts + ((<usize>bin) << 2);
  store<i32>(at, load<i32>(at) + 1);
}

/**
 * Blends four maps over a rectangle between the middles of blocks.
 *
 * @param block i32: top, bottom, left, right (half open), place of its first pixel along y and x, sides of blocks along y and x.
 * @param maps per bin, four float32: upper left, upper right, lower left, lower right.
 * @param weights f64, place / side along x.
 * @param exact 1 when products of weights and of maps with them may be taken in float32.
 */
export function blendBlock(bins: usize, out: usize, width: i32, block: usize, maps: usize, weights: usize, exact: i32): void {
  const bottom = load<i32>(block, 4);
  const left = load<i32>(block, 8);
  const count = load<i32>(block, 12) - left;
  const first = load<i32>(block);
  const along = weights + ((<usize>load<i32>(block, 20)) << 3);
  for (let y = first; y < bottom; y++) {
    const down = <f64>(load<i32>(block, 16) + y - first) / <f64>load<i32>(block, 24);
    const at = <usize>y * <usize>width + <usize>left;
    if (exact != 0) blendRow(bins + at, out + (at << 2), count, maps, along, <f32>down);
    else blendRowRounded(bins + at, out + (at << 2), count, maps, along, down);
  }
}

// @ts-ignore: decorator
@noInline
function blendRow(bins: usize, out: usize, count: i32, maps: usize, along: usize, down: f32): void {
  const one = f32x4.splat(1);
  const lower = f32x4.splat(down);
  const upper = f32x4.sub(one, lower);
  let x: usize = 0;
  for (const end = (<usize>count) & ~3; x < end; x += 4) {
    const ids = load<u32>(bins + x);
    const a = v128.load(maps + ((<usize>(ids & 255)) << 4));
    const b = v128.load(maps + ((<usize>((ids >> 8) & 255)) << 4));
    const c = v128.load(maps + ((<usize>((ids >> 16) & 255)) << 4));
    const d = v128.load(maps + ((<usize>(ids >> 24)) << 4));
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const upperLeft = v128.shuffle<f64>(ab, cd, 0, 2);
    const upperRight = v128.shuffle<f64>(ab, cd, 1, 3);
    const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const lowerLeft = v128.shuffle<f64>(ab2, cd2, 0, 2);
    const lowerRight = v128.shuffle<f64>(ab2, cd2, 1, 3);
    const from = along + (x << 3);
    const right = v128.shuffle<f64>(
      f32x4.demote_f64x2_zero(v128.load(from)), f32x4.demote_f64x2_zero(v128.load(from, 16)), 0, 2,
    );
    const left = f32x4.sub(one, right);
    let grey = f32x4.mul(upperLeft, f32x4.mul(left, upper));
    grey = f32x4.add(grey, f32x4.mul(upperRight, f32x4.mul(right, upper)));
    grey = f32x4.add(grey, f32x4.mul(lowerLeft, f32x4.mul(left, lower)));
    grey = f32x4.add(grey, f32x4.mul(lowerRight, f32x4.mul(right, lower)));
    v128.store(out + (x << 2), f32x4.trunc(grey));
  }
  for (; x < <usize>count; x++) blendPixel(bins, out, x, maps, along, <f64>down);
}

// @ts-ignore: decorator
@noInline
function blendRowRounded(bins: usize, out: usize, count: i32, maps: usize, along: usize, down: f64): void {
  for (let x: usize = 0; x < <usize>count; x++) blendPixel(bins, out, x, maps, along, down);
}

// @ts-ignore: decorator
@inline
function blendPixel(bins: usize, out: usize, x: usize, maps: usize, along: usize, down: f64): void {
  const map = maps + ((<usize>load<u8>(bins + x)) << 4);
  const right = load<f64>(along + (x << 3));
  const columns = f64x2.replace_lane(f64x2.splat(1 - right), 1, right);
  const four = v128.load(map);
  const upper = f32x4.demote_f64x2_zero(
    f64x2.mul(f64x2.promote_low_f32x4(four), f64x2.mul(columns, f64x2.splat(1 - down))),
  );
  const lower = f32x4.demote_f64x2_zero(
    f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f64>(four, four, 1, 1)), f64x2.mul(columns, f64x2.splat(down))),
  );
  let grey = f32x4.extract_lane(upper, 0) + f32x4.extract_lane(upper, 1);
  grey += f32x4.extract_lane(lower, 0);
  grey += f32x4.extract_lane(lower, 1);
  store<f32>(out + (x << 2), trunc<f32>(grey));
}

/** Stretches `low`..`high` to 0..1; a constant plane is cut at 1. */
export function stretchPlane(plane: usize, count: i32, low: f32, high: f32): void {
  const from = f32x4.splat(low);
  const range = f32x4.splat(high - low);
  const one = f32x4.splat(1);
  const end = plane + ((<usize>count) << 2);
  let at = plane;
  for (; at + 16 <= end; at += 16) {
    const v = v128.load(at);
    v128.store(at, high > low ? f32x4.div(f32x4.sub(v, from), range) : f32x4.min(one, v));
  }
  for (; at < end; at += 4) {
    const value = load<f32>(at);
    store<f32>(at, high > low ? (value - low) / (high - low) : min<f32>(1, value));
  }
}
