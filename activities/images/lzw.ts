const CLEAR = 256;
const END = 257;
const FIRST = 258;
const TABLE = 4096;

/**
 * Undoes TIFF LZW (TIFF 6.0 section 13: most significant bit first, codes of 9 to 12 bits, width raised one code early).
 * Returns at most `limit` bytes. A table that is full stays as it is until the next Clear code, as libtiff does.
 * Throws RangeError on a code that cannot occur and on the bit-reversed LZW of before TIFF 6.0.
 */
export function unpackLzw(packed: Uint8Array, limit: number): Uint8Array {
  if (packed.length >= 2 && packed[0] === 0 && ((packed[1] ?? 0) & 1) === 1)
    throw new RangeError('pre-1992 bit-reversed LZW');
  const prefix = new Uint16Array(TABLE);
  const suffix = new Uint8Array(TABLE);
  const lengths = new Uint16Array(TABLE);
  for (let i = 0; i < 256; i++) {
    suffix[i] = i;
    lengths[i] = 1;
  }
  const out = new Uint8Array(limit);
  let filled = 0;
  let next = FIRST;
  let width = 9;
  let previous = -1;
  let bits = 0;
  let available = 0;
  let at = 0;
  while (filled < limit) {
    while (available < width && at < packed.length) {
      bits = ((bits << 8) | (packed[at++] as number)) & 0xffffff;
      available += 8;
    }
    if (available < width) break;
    available -= width;
    const code = (bits >>> available) & ((1 << width) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      next = FIRST;
      width = 9;
      previous = -1;
      continue;
    }
    const fresh = code === next && previous >= 0 && next < TABLE;
    if (code >= next && !fresh) throw new RangeError(`LZW code ${code} before it was defined`);
    if (previous < 0 && code > 255) throw new RangeError(`LZW code ${code} directly after a Clear code`);
    // The string of `code`, written from its last byte to its first; a fresh code is the previous string + its own first byte.
    const known = fresh ? previous : code;
    const length = lengths[known] as number;
    let walk = known;
    for (let i = filled + length - 1; i >= filled; i--) {
      if (i < limit) out[i] = suffix[walk] as number;
      walk = prefix[walk] as number;
    }
    const head = out[filled] as number;
    if (fresh && filled + length < limit) out[filled + length] = head;
    filled += length + (fresh ? 1 : 0);
    if (previous >= 0 && next < TABLE) {
      prefix[next] = previous;
      suffix[next] = head;
      lengths[next] = (lengths[previous] as number) + 1;
      next++;
      if (next >= (1 << width) - 1 && width < 12) width++;
    }
    previous = code;
  }
  return filled >= limit ? out : out.subarray(0, filled);
}
