/** Undoes PackBits (TIFF 6.0 section 9), at most `limit` bytes. Input that ends early gives fewer. */
export function unpackBits(packed: Uint8Array, limit: number): Uint8Array {
  const out = new Uint8Array(limit);
  let filled = 0;
  let at = 0;
  while (at + 1 < packed.length && filled < limit) {
    const header = ((packed[at++] as number) << 24) >> 24;
    if (header === -128) continue;
    if (header >= 0) {
      const end = Math.min(at + header + 1, packed.length, at + limit - filled);
      out.set(packed.subarray(at, end), filled);
      filled += end - at;
      at += header + 1;
    } else {
      const end = Math.min(filled + 1 - header, limit);
      out.fill(packed[at++] as number, filled, end);
      filled = end;
    }
  }
  return out.subarray(0, filled);
}
