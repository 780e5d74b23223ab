/**
 * Sets to 0, in place, every label (i32) that has a neighbour of another value; beyond the plane nothing counts.
 *
 * @param corners 1: the neighbours are 8, 0: the 4 that share a side. @param ring three rows and 96 bytes.
 */
export function erodeLabels(labels: usize, height: i32, width: i32, corners: i32, ring: usize): void {
  const stride = (<usize>width) << 2;
  const room = stride + 32;
  // Rows as they were, in turn: above, here, below. Where there is none, the row here stands for it and differs from nothing.
  let above = ring + 16;
  let here = above + room;
  let below = here + room;
  copyRow(labels, here, stride);
  copyRow(labels, above, stride);
  for (let y = 0; y < height; y++) {
    const row = labels + <usize>y * stride;
    copyRow(y + 1 < height ? row + stride : here, below, stride);
    if (corners) erodeRow8(above, here, below, row, stride);
    else erodeRow4(above, here, below, row, stride);
    const free = above;
    above = here;
    here = below;
    below = free;
  }
}

/** Copies a row and repeats its first and last value beside it. */
// @ts-ignore: decorator
@inline
export function copyRow(from: usize, to: usize, stride: usize): void {
  memory.copy(to, from, stride);
  store<i32>(to - 4, load<i32>(to));
  store<i32>(to + stride, load<i32>(to + stride - 4));
}

// @ts-ignore: decorator
@inline
export function same4(above: usize, here: usize, below: usize, v: v128): v128 {
  const column = v128.and(i32x4.eq(v128.load(above), v), i32x4.eq(v128.load(below), v));
  return v128.and(column, v128.and(i32x4.eq(v128.load(here - 4), v), i32x4.eq(v128.load(here, 4), v)));
}

// @ts-ignore: decorator
@inline
export function sameCorners(above: usize, below: usize, v: v128): v128 {
  const left = v128.and(i32x4.eq(v128.load(above - 4), v), i32x4.eq(v128.load(below - 4), v));
  return v128.and(left, v128.and(i32x4.eq(v128.load(above, 4), v), i32x4.eq(v128.load(below, 4), v)));
}

// @ts-ignore: decorator
@inline
function same1(above: usize, here: usize, below: usize, v: i32): bool {
  return load<i32>(above) == v && load<i32>(below) == v && load<i32>(here - 4) == v && load<i32>(here, 4) == v;
}

// @ts-ignore: decorator
@noInline
function erodeRow4(above: usize, here: usize, below: usize, to: usize, stride: usize): void {
  if (stride < 16) {
    for (let i: usize = 0; i < stride; i += 4) {
      const v = load<i32>(here + i);
      store<i32>(to + i, same1(above + i, here + i, below + i, v) ? v : 0);
    }
    return;
  }
  for (let i: usize = 0; i < stride; i += 16) {
    const o = min(i, stride - 16);
    const v = v128.load(here + o);
    v128.store(to + o, v128.and(v, same4(above + o, here + o, below + o, v)));
  }
}

// @ts-ignore: decorator
@noInline
function erodeRow8(above: usize, here: usize, below: usize, to: usize, stride: usize): void {
  if (stride < 16) {
    for (let i: usize = 0; i < stride; i += 4) {
      const v = load<i32>(here + i);
      const all = same1(above + i, here + i, below + i, v) && load<i32>(above + i - 4) == v && load<i32>(above + i, 4) == v &&
        load<i32>(below + i - 4) == v && load<i32>(below + i, 4) == v;
      store<i32>(to + i, all ? v : 0);
    }
    return;
  }
  for (let i: usize = 0; i < stride; i += 16) {
    const o = min(i, stride - 16);
    const v = v128.load(here + o);
    const all = v128.and(same4(above + o, here + o, below + o, v), sameCorners(above + o, below + o, v));
    v128.store(to + o, v128.and(v, all));
  }
}
