// Scaled values on cells' own pixels, zeros elsewhere in their windows.
import { fourFloats, oneFloat } from './plane-kind';

/**
 * Lists a window's own pixels as stretches of rows: three i32 each, the first pixel's index in the plane, its index in the window, and how many.
 *
 * @param own `size`² float32, other than 0 on own pixels. @param sources as for `writeContext`, neighbouring columns throughout.
 * @returns the number of stretches.
 */
export function listOwn(own: usize, width: i32, sources: usize, size: i32, to: usize): i32 {
  const columns = sources + 4 + ((<usize>size) << 2);
  const start = to;
  for (let y = 0; y < size; y++) {
    const row = load<i32>(sources + 4 + ((<usize>y) << 2));
    if (row < 0) continue;
    const at = own + ((<usize>(y * size)) << 2);
    let x = 0;
    while (x < size) {
      if (load<f32>(at + ((<usize>x) << 2)) == 0) {
        x++;
        continue;
      }
      const first = x++;
      while (x < size && load<f32>(at + ((<usize>x) << 2)) != 0) x++;
      store<i32>(to, row * width + load<i32>(columns + ((<usize>first) << 2)));
      store<i32>(to, y * size + first, 4);
      store<i32>(to, x - first, 8);
      to += 12;
    }
  }
  return <i32>((to - start) / 12);
}

/**
 * Writes the windows of one channel for `count` cells: (min(value, limit) - low) / range as float32 on own pixels, 0 elsewhere.
 *
 * @param plane the address that the plane's row 0 has or would have. @param kind its type, as plane-kind.ts numbers it.
 * @param stretches of all cells, as `listOwn` gives them. @param cells per cell two i32: how many stretches, and its window's address.
 * @param bytes of a window. @param past what is added to every address.
 */
export function scaleOwn(
  plane: usize, kind: i32, stretches: usize, cells: usize, count: i32, bytes: usize, past: usize,
  limit: f32, low: f32, range: f32,
): void {
  for (let n = 0; n < count; n++, cells += 8) {
    const number = load<i32>(cells);
    const to = <usize>load<u32>(cells, 4) + past;
    memory.fill(to, 0, bytes);
    if (kind == 0) scaleAll<u8>(plane, stretches, number, to, limit, low, range);
    else if (kind == 1) scaleAll<i8>(plane, stretches, number, to, limit, low, range);
    else if (kind == 2) scaleAll<u16>(plane, stretches, number, to, limit, low, range);
    else if (kind == 3) scaleAll<i16>(plane, stretches, number, to, limit, low, range);
    else if (kind == 4) scaleAll<u32>(plane, stretches, number, to, limit, low, range);
    else if (kind == 5) scaleAll<i32>(plane, stretches, number, to, limit, low, range);
    else scaleAll<f32>(plane, stretches, number, to, limit, low, range);
    stretches += 12 * <usize>number;
  }
}

// @ts-ignore: decorator
@noInline
function scaleAll<T>(plane: usize, stretches: usize, number: i32, to: usize, limit: f32, low: f32, range: f32): void {
  const cut = f32x4.splat(limit);
  const from = f32x4.splat(low);
  const by = f32x4.splat(range);
  for (let k = 0; k < number; k++, stretches += 12) {
    let at = plane + <usize>load<i32>(stretches) * sizeof<T>();
    let out = to + ((<usize>load<i32>(stretches, 4)) << 2);
    let left = load<i32>(stretches, 8);
    if (left < 4) {
      for (; left > 0; left--, at += sizeof<T>(), out += 4) {
        const v = oneFloat<T>(at);
        store<f32>(out, ((v < limit ? v : limit) - low) / range);
      }
      continue;
    }
    for (; left >= 4; left -= 4, at += 4 * sizeof<T>(), out += 16) {
      v128.store(out, f32x4.div(f32x4.sub(f32x4.pmin(fourFloats<T>(at), cut), from), by));
    }
    if (left == 0) continue;
    // The last four once more, some of which are written already.
    at -= <usize>(4 - left) * sizeof<T>();
    out -= <usize>(4 - left) << 2;
    v128.store(out, f32x4.div(f32x4.sub(f32x4.pmin(fourFloats<T>(at), cut), from), by));
  }
}
