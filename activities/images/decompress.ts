import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import Zstd from 'numcodecs/zstd';
import { unpackLzw } from './lzw.ts';
import { unpackBits } from './pack-bits.ts';
import { COMPRESSION } from './tiff-tags.ts';

const inflateBytes = promisify(inflate);
const zstd = Zstd.fromConfig({ id: 'zstd' });

/** The uncompressed size a zstd frame announces (RFC 8878 3.1.1.1), or null when it announces none. */
function announcedSize(frame: Uint8Array): number | null {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, Math.min(frame.byteLength, 18));
  if (bytes.length < 9 || bytes.readUInt32LE(0) !== 0xfd2fb528) return null;
  const descriptor = bytes.readUInt8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const at = 5 + (singleSegment ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const size = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  if (size === 0 || at + size > bytes.length) return null;
  if (size === 8) return Number(bytes.readBigUInt64LE(at));
  return bytes.readUIntLE(at, size) + (size === 2 ? 256 : 0);
}

/** One allocation for the usual tile instead of zlib's growing list of 16 KiB pieces. */
const PIECE = 2 ** 20;

function undeflate(packed: Uint8Array, limit: number): Promise<Uint8Array> {
  return inflateBytes(packed, { maxOutputLength: limit, chunkSize: Math.max(64, Math.min(limit, PIECE)) });
}

async function unzstd(packed: Uint8Array, limit: number): Promise<Uint8Array> {
  const announced = announcedSize(packed);
  if (announced !== null && announced > limit)
    throw new RangeError(`the zstd frame announces ${announced} bytes where ${limit} fit`);
  return zstd.decode(packed);
}

export type Decompressor = (packed: Uint8Array, limit: number) => Promise<Uint8Array> | Uint8Array;

/**
 * Compression code (tag 259) → the function that undoes it. Each yields at most `limit` bytes or throws; a result
 * shorter than expected is the caller's to refuse.
 */
export const DECOMPRESSORS: ReadonlyMap<number, Decompressor> = new Map<number, Decompressor>([
  [COMPRESSION.none, (packed, limit) => packed.subarray(0, limit)],
  [COMPRESSION.lzw, unpackLzw],
  [COMPRESSION.deflate, undeflate],
  [COMPRESSION.oldDeflate, undeflate],
  [COMPRESSION.packBits, unpackBits],
  [COMPRESSION.zstd, unzstd],
]);
