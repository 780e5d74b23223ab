import { join } from 'node:path';
import { littleEndianBytes } from '../../core/dtype.ts';
import { corrupt, readBytes, writeBytes } from './files.ts';
import { arrayMetadata, readArrayMetadata, writeArrayMetadata } from './metadata.ts';
import type { Attributes } from './metadata.ts';
import { compress, contentSize, decompress } from './zstd.ts';

/** Upper bound on the decoded bytes of a string array, against a damaged header. */
const MAX_STRING_BYTES = 2 ** 31 - 1;

/** Writes a one-dimensional array of strings (dtype `|O`, filter vlen-utf8, one chunk) into `dir`. */
export async function writeStrings(dir: string, values: readonly string[], attributes: Attributes = {}): Promise<void> {
  const chunks = [Math.max(1, values.length)];
  await writeArrayMetadata(dir, arrayMetadata([values.length], chunks, '|O', ''), attributes);
  if (values.length > 0) await writeBytes(join(dir, '0'), await compress(encodeStrings(values)));
}

/** Reads what `writeStrings` wrote. Throws STORE_CORRUPT naming the file when it is missing or damaged. */
export async function readStrings(dir: string): Promise<string[]> {
  const { shape, dtype } = await readArrayMetadata(dir);
  const [length] = shape;
  if (dtype !== '|O' || length === undefined || shape.length !== 1) {
    throw corrupt(join(dir, '.zarray'), `is not a list of strings (dtype ${dtype}, ${shape.length} axes)`);
  }
  if (length === 0) return [];
  const path = join(dir, '0');
  const frame = await readBytes(path);
  if (frame === null) throw corrupt(path, 'is missing');
  try {
    const size = contentSize(frame);
    if (size === null || size > MAX_STRING_BYTES) throw new RangeError(`claims ${size} bytes`);
    return decodeStrings(await decompress(frame, size), length);
  } catch (err) {
    throw corrupt(path, `is damaged: it ${err instanceof RangeError ? err.message : 'does not decode'}`, err);
  }
}

/** Writes a scalar (no axes) into `dir`: a string, or a number as float64. */
export async function writeScalar(dir: string, value: string | number, attributes: Attributes = {}): Promise<void> {
  const text = typeof value === 'string';
  await writeArrayMetadata(dir, arrayMetadata([], [], text ? '|O' : '<f8', text ? '' : 0), attributes);
  const bytes = text ? encodeStrings([value]) : littleEndianBytes(Float64Array.of(value));
  await writeBytes(join(dir, '0'), await compress(bytes));
}

/** vlen-utf8 as numcodecs lays it out: uint32 count, then per item uint32 byte length and UTF-8, all little-endian. */
function encodeStrings(values: readonly string[]): Uint8Array {
  let size = 4;
  for (const value of values) size += 4 + Buffer.byteLength(value, 'utf8');
  const out = Buffer.alloc(size);
  let at = out.writeUInt32LE(values.length, 0);
  for (const value of values) {
    const length = out.write(value, at + 4, 'utf8');
    out.writeUInt32LE(length, at);
    at += 4 + length;
  }
  return out;
}

function decodeStrings(bytes: Uint8Array, wanted: number): string[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.readUInt32LE(0);
  if (count !== wanted) throw new RangeError(`holds ${count} strings where ${wanted} were expected`);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const values: string[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    const end = at + 4 + view.readUInt32LE(at);
    if (end > view.length) throw new RangeError(`ends inside string ${i}`);
    values.push(utf8.decode(view.subarray(at + 4, end)));
    at = end;
  }
  return values;
}
