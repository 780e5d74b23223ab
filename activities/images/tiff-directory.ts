import { endianness } from 'node:os';
import { FIELD, FIELD_SIZE } from './tiff-tags.ts';

export interface DirectoryEntry {
  readonly tag: number;
  readonly type: number;
  /** Numbers of the type; a rational takes two per value. Text and raw bytes come as bytes. */
  readonly values: readonly number[] | Uint8Array;
}

const LITTLE = endianness() === 'LE';

/** Text as a TIFF ASCII field: UTF-8 (as OME-TIFF wants) with the closing NUL. */
export function asciiField(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'utf8');
}

/** A positive number as unsigned 32-bit numerator and denominator, with as many digits as fit. */
export function rational(value: number): [number, number] {
  const digits = Math.min(9, Math.max(0, Math.floor(Math.log10(0xffffffff / value))));
  return [Math.round(value * 10 ** digits), 10 ** digits];
}

function fieldBytes(entry: DirectoryEntry): Buffer {
  if (entry.values instanceof Uint8Array) return Buffer.from(entry.values);
  const size = entry.type === FIELD.rational ? 4 : (FIELD_SIZE.get(entry.type) ?? 1);
  const bytes = Buffer.alloc(entry.values.length * size);
  entry.values.forEach((value, i) => {
    if (size === 8) putUint64(bytes, value, i * 8);
    else if (size === 4) putUint32(bytes, value, i * 4);
    else if (size === 2) putUint16(bytes, value, i * 2);
    else bytes[i] = value;
  });
  return bytes;
}

const putUint16 = (bytes: Buffer, value: number, at: number) =>
  LITTLE ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
const putUint32 = (bytes: Buffer, value: number, at: number) =>
  LITTLE ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
const putUint64 = (bytes: Buffer, value: number, at: number) =>
  LITTLE ? bytes.writeBigUInt64LE(BigInt(value), at) : bytes.writeBigUInt64BE(BigInt(value), at);

/** The file header: 8 bytes (classic) or 16 (BigTIFF), naming the first directory; host byte order throughout. */
export function encodeHeader(big: boolean, firstDirectory: number): Buffer {
  const bytes = Buffer.alloc(big ? 16 : 8);
  bytes.write(LITTLE ? 'II' : 'MM', 0, 'latin1');
  putUint16(bytes, big ? 43 : 42, 2);
  if (big) {
    putUint16(bytes, 8, 4);
    putUint64(bytes, firstDirectory, 8);
  } else putUint32(bytes, firstDirectory, 4);
  return bytes;
}

/**
 * One image file directory placed at file offset `at` (even), its out-of-line values right behind it.
 * `hasNext` chains it to a directory that follows directly; otherwise the chain ends here.
 */
export function encodeDirectory(
  entries: readonly DirectoryEntry[],
  at: number,
  big: boolean,
  hasNext: boolean,
): Buffer {
  const sorted = [...entries].sort((a, b) => a.tag - b.tag);
  const [countSize, entrySize, slot, pointerSize] = big ? [8, 20, 8, 8] : [2, 12, 4, 4];
  const fields = sorted.map(fieldBytes);
  const tableSize = countSize + sorted.length * entrySize + pointerSize;
  const spill = fields.reduce((sum, { length }) => sum + (length > slot ? length + (length & 1) : 0), 0);
  const bytes = Buffer.alloc(tableSize + spill);
  const putPointer = big ? putUint64 : putUint32;
  if (big) putUint64(bytes, sorted.length, 0);
  else putUint16(bytes, sorted.length, 0);
  let free = tableSize;
  sorted.forEach(({ tag, type }, i) => {
    const field = fields[i] ?? Buffer.alloc(0);
    const entry = countSize + i * entrySize;
    putUint16(bytes, tag, entry);
    putUint16(bytes, type, entry + 2);
    putPointer(bytes, field.length / (FIELD_SIZE.get(type) ?? 1), entry + 4);
    const inline = entry + 4 + pointerSize;
    if (field.length <= slot) field.copy(bytes, inline);
    else {
      putPointer(bytes, at + free, inline);
      field.copy(bytes, free);
      free += field.length + (field.length & 1);
    }
  });
  if (hasNext) putPointer(bytes, at + bytes.length, tableSize - pointerSize);
  return bytes;
}
