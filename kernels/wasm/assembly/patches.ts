import { fourFloats, oneFloat } from './plane-kind';

/**
 * Cuts a square patch of float32 around each of `count` cells out of a plane.
 *
 * @param plane the address that the plane's row 0 has or would have: only the rows that are named need to be there.
 * @param kind the plane's type, as plane-kind.ts numbers it.
 * @param sources per cell, i32: 1 if its columns are neighbours, then `size` rows, then `size` columns of the plane; -1 for `fill`.
 * @param masks per cell, `size`² float32 that the patch is multiplied by; 0 for none.
 * @param to `count` patches one behind the other.
 */
export function cutPatches(
  plane: usize, width: i32, kind: i32, sources: usize, count: i32, size: i32, fill: f32, masks: usize, to: usize,
): void {
  const step = (<usize>(2 * size + 1)) << 2;
  const bytes = ((<usize>size) * (<usize>size)) << 2;
  for (let n = 0; n < count; n++, sources += step, to += bytes) {
    if (kind == 0) cutPatch<u8>(plane, width, sources, size, fill, to);
    else if (kind == 1) cutPatch<i8>(plane, width, sources, size, fill, to);
    else if (kind == 2) cutPatch<u16>(plane, width, sources, size, fill, to);
    else if (kind == 3) cutPatch<i16>(plane, width, sources, size, fill, to);
    else if (kind == 4) cutPatch<u32>(plane, width, sources, size, fill, to);
    else if (kind == 5) cutPatch<i32>(plane, width, sources, size, fill, to);
    else cutPatch<f32>(plane, width, sources, size, fill, to);
    if (masks == 0) continue;
    multiply(to, masks, bytes);
    masks += bytes;
  }
}

// @ts-ignore: decorator
@noInline
function cutPatch<T>(plane: usize, width: i32, sources: usize, size: i32, fill: f32, to: usize): void {
  const neighbours = load<i32>(sources);
  const rows = sources + 4;
  const columns = rows + ((<usize>size) << 2);
  for (let i = 0; i < size; i++, to += (<usize>size) << 2) {
    const row = load<i32>(rows + ((<usize>i) << 2));
    if (row < 0) {
      for (let j = 0; j < size; j++) store<f32>(to + ((<usize>j) << 2), fill);
      continue;
    }
    const from = plane + (<usize>row * <usize>width) * sizeof<T>();
    if (!neighbours) {
      for (let j: usize = 0, end = (<usize>size) << 2; j < end; j += 4) {
        const column = load<i32>(columns + j);
        store<f32>(to + j, column < 0 ? fill : oneFloat<T>(from + <usize>column * sizeof<T>()));
      }
      continue;
    }
    let at = from + <usize>load<i32>(columns) * sizeof<T>();
    let out = to;
    let j = size;
    for (; j >= 8; j -= 8, at += 8 * sizeof<T>(), out += 32) {
      v128.store(out, fourFloats<T>(at));
      v128.store(out, fourFloats<T>(at + 4 * sizeof<T>()), 16);
    }
    for (; j > 0; j--, at += sizeof<T>(), out += 4) store<f32>(out, oneFloat<T>(at));
  }
}

// @ts-ignore: decorator
@noInline
function multiply(values: usize, masks: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(values + i, f32x4.mul(v128.load(values + i), v128.load(masks + i)));
  for (; i < bytes; i += 4) store<f32>(values + i, load<f32>(values + i) * load<f32>(masks + i));
}
