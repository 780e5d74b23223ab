import { invalidInput } from '../../core/errors.ts';
import type { ByteFile } from './byte-file.ts';
import { FIELD, FIELD_SIZE } from './tiff-tags.ts';

/** One tag: where its value is, and the value's bytes when they stand in the directory itself. */
interface Field {
  readonly type: number;
  readonly count: number;
  readonly offset: number;
  readonly inline: Buffer | null;
}

/** One image file directory of the top-level chain. SubIFDs (reduced levels) are not followed. */
export interface Directory {
  /** 1-based place in the chain. */
  readonly page: number;
  readonly fields: ReadonlyMap<number, Field>;
}

export interface TiffFile {
  readonly bytes: ByteFile;
  readonly littleEndian: boolean;
  readonly directories: readonly Directory[];
}

const MAX_DIRECTORIES = 100_000;
const MAX_ENTRIES = 4096;
/** Enough for the directory and small values of most files in one read. */
const FIRST_READ = 1024;

/** Integers of a TIFF in the file's byte order. */
export interface Numbers {
  uint16(bytes: Buffer, at: number): number;
  uint32(bytes: Buffer, at: number): number;
  /** Up to 2^53 - 1; larger values come back as Infinity, which no bound accepts. */
  uint64(bytes: Buffer, at: number): number;
}

const safe = (value: bigint) => (value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value));

const LITTLE: Numbers = {
  uint16: (bytes, at) => bytes.readUInt16LE(at),
  uint32: (bytes, at) => bytes.readUInt32LE(at),
  uint64: (bytes, at) => safe(bytes.readBigUInt64LE(at)),
};
const BIG: Numbers = {
  uint16: (bytes, at) => bytes.readUInt16BE(at),
  uint32: (bytes, at) => bytes.readUInt32BE(at),
  uint64: (bytes, at) => safe(bytes.readBigUInt64BE(at)),
};

/** The integer reader for a byte order. */
export const numbersOf = (littleEndian: boolean): Numbers => (littleEndian ? LITTLE : BIG);

interface Variant {
  readonly numbers: Numbers;
  readonly big: boolean;
  readonly first: number;
}

async function readHeader(bytes: ByteFile): Promise<Variant> {
  const { path } = bytes;
  const head = await bytes.read(0, Math.min(16, bytes.size), 'the header');
  const order = head.toString('latin1', 0, 2);
  const numbers = order === 'II' ? LITTLE : BIG;
  const magic = head.length < 8 || (order !== 'II' && order !== 'MM') ? 0 : numbers.uint16(head, 2);
  if (magic === 42) return { numbers, big: false, first: numbers.uint32(head, 4) };
  if (magic === 43 && head.length === 16 && numbers.uint16(head, 4) === 8)
    return { numbers, big: true, first: numbers.uint64(head, 8) };
  throw invalidInput(
    `${path} is not a TIFF (it starts with the bytes ${head.toString('hex', 0, 4)}); ` +
      'give an OME-TIFF, TIFF or PNG, or convert other microscope formats with bioformats2raw or bfconvert',
    { path },
  );
}

async function readDirectory(
  bytes: ByteFile,
  variant: Variant,
  offset: number,
  page: number,
): Promise<[Directory, number]> {
  const { numbers, big } = variant;
  const [countSize, entrySize, slot] = big ? [8, 20, 8] : [2, 12, 4];
  const what = `the directory of page ${page}`;
  const pointer = (buffer: Buffer, at: number) => (big ? numbers.uint64(buffer, at) : numbers.uint32(buffer, at));
  let table = await bytes.read(offset, Math.min(FIRST_READ, Math.max(countSize, bytes.size - offset)), what);
  const entries = big ? numbers.uint64(table, 0) : numbers.uint16(table, 0);
  if (entries === 0 || entries > MAX_ENTRIES)
    throw invalidInput(
      `${bytes.path}: ${what} claims ${entries} entries, expected 1 to ${MAX_ENTRIES}; the file is damaged, copy it again`,
      { path: bytes.path, page },
    );
  const length = countSize + entries * entrySize + slot;
  if (length > table.length) table = await bytes.read(offset, length, what);
  const fields = new Map<number, Field>();
  for (let i = 0; i < entries; i++) {
    const at = countSize + i * entrySize;
    const type = numbers.uint16(table, at + 2);
    const size = FIELD_SIZE.get(type);
    if (size === undefined) continue;
    const count = pointer(table, at + 4);
    const value = at + 4 + slot;
    const length = count * size;
    const inline = length <= slot ? table.subarray(value, value + length) : null;
    fields.set(numbers.uint16(table, at), { type, count, offset: inline ? 0 : pointer(table, value), inline });
  }
  return [{ page, fields }, pointer(table, length - slot)];
}

/**
 * Reads the chain of directories of a TIFF (classic or BigTIFF, either byte order) by position, never the whole file.
 * Bounded: at most 100,000 pages, 4,096 entries each, no cycles, nothing outside the file.
 * Throws INVALID_INPUT naming file and page.
 */
export async function readTiff(bytes: ByteFile): Promise<TiffFile> {
  const { path } = bytes;
  const variant = await readHeader(bytes);
  const directories: Directory[] = [];
  const seen = new Set<number>();
  for (let offset = variant.first; offset !== 0;) {
    const page = directories.length + 1;
    if (seen.has(offset))
      throw invalidInput(
        `${path}: the directory of page ${page} points back to an earlier one (byte ${offset}); the file is damaged, export it again`,
        { path, page },
      );
    if (page > MAX_DIRECTORIES)
      throw invalidInput(`${path} has more than ${MAX_DIRECTORIES} pages; split it into one file per field of view`, {
        path,
      });
    seen.add(offset);
    const [directory, next] = await readDirectory(bytes, variant, offset, page);
    directories.push(directory);
    offset = next;
  }
  if (directories.length === 0)
    throw invalidInput(`${path} is a TIFF without pages; the export was cut short, write it again`, { path });
  return { bytes, littleEndian: variant.numbers === LITTLE, directories };
}

async function readField(
  tiff: TiffFile,
  directory: Directory,
  tag: number,
  limit: number,
): Promise<[Field, Buffer] | null> {
  const field = directory.fields.get(tag);
  if (field === undefined) return null;
  const length = field.count * (FIELD_SIZE.get(field.type) ?? 1);
  if (length > limit)
    throw invalidInput(
      `${tiff.bytes.path}: tag ${tag} of page ${directory.page} claims ${length} bytes, at most ${limit} are read; the file is damaged, export it again`,
      { path: tiff.bytes.path, page: directory.page },
    );
  if (field.inline !== null) return [field, field.inline];
  return [field, await tiff.bytes.read(field.offset, length, `tag ${tag} of page ${directory.page}`)];
}

/** All values of an unsigned integer or rational tag (a rational as quotient, x/0 as NaN), or null when absent. */
export async function readNumbers(tiff: TiffFile, directory: Directory, tag: number): Promise<number[] | null> {
  const found = await readField(tiff, directory, tag, 2 ** 28);
  if (found === null) return null;
  const [{ type, count }, bytes] = found;
  const numbers = numbersOf(tiff.littleEndian);
  const one = (i: number): number => {
    switch (type) {
      case FIELD.byte:
      case FIELD.undefined:
        return bytes.readUInt8(i);
      case FIELD.short:
        return numbers.uint16(bytes, i * 2);
      case FIELD.long:
      case FIELD.ifd:
        return numbers.uint32(bytes, i * 4);
      case FIELD.long8:
      case FIELD.ifd8:
        return numbers.uint64(bytes, i * 8);
      case FIELD.rational: {
        const denominator = numbers.uint32(bytes, i * 8 + 4);
        return denominator === 0 ? NaN : numbers.uint32(bytes, i * 8) / denominator;
      }
      default:
        return NaN;
    }
  };
  return Array.from({ length: count }, (_, i) => one(i));
}

/** A tag's bytes as they are, or null when absent or longer than `limit`'s refusal allows (throws then). */
export async function readBytes(
  tiff: TiffFile,
  directory: Directory,
  tag: number,
  limit: number,
): Promise<Buffer | null> {
  return (await readField(tiff, directory, tag, limit))?.[1] ?? null;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** A text tag up to its first NUL: UTF-8, or Latin-1 where the bytes are not UTF-8. Null when absent. */
export async function readText(tiff: TiffFile, directory: Directory, tag: number): Promise<string | null> {
  const bytes = await readBytes(tiff, directory, tag, 2 ** 25);
  if (bytes === null) return null;
  const end = bytes.indexOf(0);
  const text = end < 0 ? bytes : bytes.subarray(0, end);
  try {
    return UTF8.decode(text);
  } catch {
    return text.toString('latin1');
  }
}
