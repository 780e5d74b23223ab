/** Encoders for odd test TIFFs, written from TIFF 6.0 and apart from the reader they test. */

/** LZW as TIFF 6.0 section 13 has it: most significant bit first, width raised one code early, Clear at 4094 entries. */
export function packLzw(data: Uint8Array): Buffer {
  const out: number[] = [];
  let pending = 0;
  let bits = 0;
  let table = new Map<string, number>();
  let next = 258;
  let width = 9;
  const put = (code: number) => {
    pending = pending * 2 ** width + code;
    bits += width;
    while (bits >= 8) {
      const unit = 2 ** (bits - 8);
      out.push(Math.floor(pending / unit));
      pending %= unit;
      bits -= 8;
    }
  };
  const codeOf = (key: string) => (key.length === 1 ? key.charCodeAt(0) : (table.get(key) ?? -1));
  put(256);
  let current = '';
  for (const byte of data) {
    const longer = current + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) {
      current = longer;
      continue;
    }
    put(codeOf(current));
    table.set(longer, next++);
    if (next === 2 ** width) width++;
    if (next === 4094) {
      put(256);
      table = new Map();
      next = 258;
      width = 9;
    }
    current = String.fromCharCode(byte);
  }
  if (current !== '') put(codeOf(current));
  next++;
  if (next === 2 ** width) width++;
  put(257);
  if (bits > 0) out.push((pending * 2 ** (8 - bits)) & 255);
  return Buffer.from(out);
}

/** PackBits with repeats of 3 and more as runs. */
export function packBits(data: Uint8Array): Buffer {
  const out: number[] = [];
  for (let at = 0; at < data.length;) {
    let run = 1;
    while (run < 128 && at + run < data.length && data[at + run] === data[at]) run++;
    if (run >= 3) {
      out.push(257 - run, data[at] ?? 0);
      at += run;
      continue;
    }
    const start = at;
    const repeats = (i: number) => data[i] === data[i + 1] && data[i] === data[i + 2] && i + 2 < data.length;
    while (at < data.length && at - start < 128 && !repeats(at)) at++;
    out.push(at - start - 1, ...data.subarray(start, at));
  }
  return Buffer.from(out);
}
