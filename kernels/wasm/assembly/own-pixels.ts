// Scaled values on cells' own pixels, zeros elsewhere in their windows.
import { fourFloats } from './plane-kind';

/**
 * Finds the box around a window's own pixels, as many columns wide as whole vectors are: its first row and column, how many rows (0 without own
 * pixels) and how many vectors of four columns, four i32.
 *
 * @param own `size`² float32, other than 0 on own pixels; `size` is a multiple of 4.
 */
export function findBox(own: usize, size: i32, to: usize): void {
  const zero = f32x4.splat(0);
  let y0 = size;
  let y1 = -1;
  let x0 = size;
  let x1 = -1;
  for (let y = 0, at = own; y < size; y++) {
    for (let x = 0; x < size; x += 4, at += 16) {
      const bits = i32x4.bitmask(f32x4.ne(v128.load(at), zero));
      if (bits == 0) continue;
      y0 = min(y0, y);
      y1 = y;
      x0 = min(x0, x + ctz(bits));
      x1 = max(x1, x + 31 - clz(bits));
    }
  }
  const vectors = x1 < 0 ? 0 : (x1 - x0 + 4) >> 2;
  store<i32>(to, y0);
  store<i32>(to, min(x0, size - 4 * vectors), 4);
  store<i32>(to, y1 < 0 ? 0 : y1 - y0 + 1, 8);
  store<i32>(to, vectors, 12);
}

/**
 * Writes the windows of one channel for `count` cells: (min(value, limit) - low) / range as float32 on own pixels, 0 elsewhere.
 *
 * Boxes are read whole, since no processor foresees ragged outlines; so up to three values before and behind the plane's rows are read, too.
 *
 * @param plane the address that the plane's row 0 has or would have. @param kind its type, as plane-kind.ts numbers it.
 * @param cells per cell eight i32: its box as `findBox` gives it; row and column of its window in the plane; the addresses of its window and of its own pixels.
 * @param past what is added to the windows' addresses.
 */
export function scaleOwn(
  plane: usize, width: i32, kind: i32, size: i32, cells: usize, count: i32, past: usize,
  limit: f32, low: f32, range: f32,
): void {
  const bytes = (<usize>(size * size)) << 2;
  for (let n = 0; n < count; n++, cells += 32) {
    const to = <usize>load<u32>(cells, 24) + past;
    memory.fill(to, 0, bytes);
    if (kind == 0) scaleBox<u8>(plane, width, size, cells, to, limit, low, range);
    else if (kind == 1) scaleBox<i8>(plane, width, size, cells, to, limit, low, range);
    else if (kind == 2) scaleBox<u16>(plane, width, size, cells, to, limit, low, range);
    else if (kind == 3) scaleBox<i16>(plane, width, size, cells, to, limit, low, range);
    else if (kind == 4) scaleBox<u32>(plane, width, size, cells, to, limit, low, range);
    else if (kind == 5) scaleBox<i32>(plane, width, size, cells, to, limit, low, range);
    else scaleBox<f32>(plane, width, size, cells, to, limit, low, range);
  }
}

// @ts-ignore: decorator
@noInline
function scaleBox<T>(
  plane: usize, width: i32, size: i32, cell: usize, to: usize, limit: f32, low: f32, range: f32,
): void {
  const cut = f32x4.splat(limit);
  const from = f32x4.splat(low);
  const by = f32x4.splat(range);
  const zero = f32x4.splat(0);
  const y = load<i32>(cell);
  const x = load<i32>(cell, 4);
  const columns = (<usize>load<i32>(cell, 12)) << 4;
  const inside = (<usize>(y * size + x)) << 2;
  let own = <usize>load<u32>(cell, 28) + inside;
  let at = plane + <usize>((load<i32>(cell, 16) + y) * width + load<i32>(cell, 20) + x) * sizeof<T>();
  to += inside;
  const step = (<usize>size) << 2;
  for (let rows = load<i32>(cell, 8); rows > 0; rows--, at += <usize>width * sizeof<T>(), own += step, to += step) {
    let pixel = at;
    for (let column: usize = 0; column < columns; column += 16, pixel += 4 * sizeof<T>()) {
      const value = f32x4.div(f32x4.sub(f32x4.pmin(fourFloats<T>(pixel), cut), from), by);
      v128.store(to + column, v128.and(value, f32x4.ne(v128.load(own + column), zero)));
    }
  }
}
