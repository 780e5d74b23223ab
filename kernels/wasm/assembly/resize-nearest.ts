/**
 * Picks pixels for a strip of output rows, as bytes, so that one function serves every pixel type.
 *
 * The row is cut into blocks of 16 output bytes. As long as a block's sources lie within 16 or 32 bytes (scales up to about 2), the block
 * is one or two loads, each with a byte swizzle. Rows are written in whole blocks: up to 15 bytes beyond a row are overwritten by the
 * next, and the host leaves room after the last.
 *
 * @param rows per output row, the address of its source row (u32); equal neighbours are copied.
 * @param table per block: window start in the source row (u32 bytes, in `starts`) and one or two masks of 16 bytes (in `masks`).
 * @param windows 16-byte windows a block is read from, 1 or 2.
 */
export function pickBlocks(rows: usize, count: i32, to: usize, rowBytes: usize, starts: usize, masks: usize, blocks: i32, windows: i32): void {
  for (let y = 0; y < count; y++) {
    const from = <usize>load<u32>(rows + ((<usize>y) << 2));
    if (y > 0 && from == <usize>load<u32>(rows + ((<usize>y - 1) << 2))) memory.copy(to, to - rowBytes, rowBytes);
    else if (windows == 1) pickFromOne(from, to, starts, masks, blocks);
    else pickFromTwo(from, to, starts, masks, blocks);
    to += rowBytes;
  }
}

// @ts-ignore: decorator
@noInline
function pickFromOne(from: usize, to: usize, starts: usize, masks: usize, blocks: i32): void {
  const end = to + ((<usize>blocks) << 4);
  for (; to < end; to += 16, starts += 4, masks += 16) {
    v128.store(to, i8x16.swizzle(v128.load(from + <usize>load<u32>(starts)), v128.load(masks)));
  }
}

// @ts-ignore: decorator
@noInline
function pickFromTwo(from: usize, to: usize, starts: usize, masks: usize, blocks: i32): void {
  const end = to + ((<usize>blocks) << 4);
  for (; to < end; to += 16, starts += 4, masks += 32) {
    const at = from + <usize>load<u32>(starts);
    const left = i8x16.swizzle(v128.load(at), v128.load(masks));
    const right = i8x16.swizzle(v128.load(at, 16), v128.load(masks, 16));
    v128.store(to, v128.or(left, right));
  }
}

/** The same for any scale, pixel by pixel. @param columns per output pixel, its byte offset in the source row (u32). */
export function pickPixels(rows: usize, count: i32, to: usize, rowBytes: usize, columns: usize, width: i32, pixelBytes: i32): void {
  for (let y = 0; y < count; y++) {
    const from = <usize>load<u32>(rows + ((<usize>y) << 2));
    if (y > 0 && from == <usize>load<u32>(rows + ((<usize>y - 1) << 2))) memory.copy(to, to - rowBytes, rowBytes);
    else if (pixelBytes == 1) pickRow<u8>(from, to, columns, width);
    else if (pixelBytes == 2) pickRow<u16>(from, to, columns, width);
    else pickRow<u32>(from, to, columns, width);
    to += rowBytes;
  }
}

// @ts-ignore: decorator
@noInline
function pickRow<T>(from: usize, to: usize, columns: usize, width: i32): void {
  const end = to + <usize>width * sizeof<T>();
  for (; to < end; to += sizeof<T>(), columns += 4) store<T>(to, load<T>(from + <usize>load<u32>(columns)));
}
