/**
 * Clears the pixels of int32 labels that have a neighbour (of eight) of another value, where they lie.
 *
 * @param rows i32, three rows with a border of one pixel: the one above, the current one and the one below as they were before.
 */
export function erodeEdgeLayer(labels: usize, height: i32, width: i32, rows: usize): void {
  const stride = (<usize>width) << 2;
  let above = rows;
  let here = rows + stride + 8;
  let below = here + stride + 8;
  if (height > 0) {
    keep(labels, here, width);
    memory.copy(above, here, stride + 8);
  }
  for (let y = 0; y < height; y++) {
    const row = labels + (<usize>y) * stride;
    if (y + 1 < height) keep(row + stride, below, width);
    else memory.copy(below, here, stride + 8);
    clearEdges(row, above + 4, here + 4, below + 4, width);
    const free = above;
    above = here;
    here = below;
    below = free;
  }
}

/** Keeps a row with its outer pixels repeated, so that nothing outside the image differs. */
// @ts-ignore: decorator
@inline
function keep(row: usize, to: usize, width: i32): void {
  const bytes = (<usize>width) << 2;
  memory.copy(to + 4, row, bytes);
  store<i32>(to, load<i32>(row));
  store<i32>(to + 4 + bytes, load<i32>(row + bytes - 4));
}

// @ts-ignore: decorator
@noInline
function clearEdges(row: usize, above: usize, here: usize, below: usize, width: i32): void {
  let x: usize = 0;
  for (const end = (<usize>(width & ~3)) << 2; x < end; x += 16) {
    const id = v128.load(here + x);
    let same = v128.and(i32x4.eq(id, v128.load(here + x - 4)), i32x4.eq(id, v128.load(here + x + 4)));
    same = v128.and(same, v128.and(i32x4.eq(id, v128.load(above + x - 4)), i32x4.eq(id, v128.load(above + x))));
    same = v128.and(same, v128.and(i32x4.eq(id, v128.load(above + x + 4)), i32x4.eq(id, v128.load(below + x - 4))));
    same = v128.and(same, v128.and(i32x4.eq(id, v128.load(below + x)), i32x4.eq(id, v128.load(below + x + 4))));
    v128.store(row + x, v128.and(id, same));
  }
  for (const end = (<usize>width) << 2; x < end; x += 4) {
    const id = load<i32>(here + x);
    if (load<i32>(here + x - 4) != id || load<i32>(here + x + 4) != id || differs(above + x, id) || differs(below + x, id)) {
      store<i32>(row + x, 0);
    }
  }
}

// @ts-ignore: decorator
@inline
function differs(at: usize, id: i32): bool {
  return load<i32>(at - 4) != id || load<i32>(at) != id || load<i32>(at + 4) != id;
}
