import * as zlib from 'node:zlib';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import Zstd from 'numcodecs/zstd';

/** Compression level of every chunk Fovea writes: level 3 costs over twice the CPU for a tenth less disk. */
export const ZSTD_LEVEL = 1;

type Transform = (data: Uint8Array, options: object) => Promise<Uint8Array>;

/** zlib's own zstd arrived in Node 22.15; it needs less CPU than the WebAssembly build and runs on libuv's threads. */
const native = zlib as unknown as {
  readonly zstdCompress?: (...args: unknown[]) => void;
  readonly zstdDecompress?: (...args: unknown[]) => void;
  readonly constants: { readonly ZSTD_c_compressionLevel?: number };
};

const nativeCompress = native.zstdCompress && (promisify(native.zstdCompress) as unknown as Transform);
const nativeDecompress = native.zstdDecompress && (promisify(native.zstdDecompress) as unknown as Transform);
const wasm = Zstd.fromConfig({ id: 'zstd', level: ZSTD_LEVEL });

/** How many chunks are worth having in the codec at once: WebAssembly runs on the calling thread, one at a time. */
export const codecConcurrency = nativeCompress ? Math.min(4, availableParallelism()) : 1;

/** One zstd frame holding `data`, its content size in the header. Do not change `data` until the promise settles. */
export async function compress(data: Uint8Array): Promise<Uint8Array> {
  if (!nativeCompress) return await wasm.encode(data);
  const params = { [native.constants.ZSTD_c_compressionLevel ?? 100]: ZSTD_LEVEL };
  return await nativeCompress(data, { params, pledgedSrcSize: data.byteLength });
}

/**
 * Decompresses one zstd frame of exactly `size` bytes, aligned to 8 bytes.
 * Throws RangeError before allocating when the frame's header claims another size, Error when the frame is damaged.
 */
export async function decompress(frame: Uint8Array, size: number): Promise<Uint8Array> {
  const claimed = contentSize(frame);
  if (claimed !== null && claimed !== size) throw new RangeError(`holds ${claimed} bytes where ${size} were expected`);
  const bytes = nativeDecompress
    ? await nativeDecompress(frame, { maxOutputLength: Math.max(1, size) })
    : await wasm.decode(frame);
  if (bytes.byteLength !== size) {
    throw new RangeError(`holds ${bytes.byteLength} bytes where ${size} were expected`);
  }
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
}

/**
 * The decompressed size a zstd frame claims in its header (RFC 8878, 3.1.1.1), null when the header leaves it out.
 * Throws RangeError when `frame` is no zstd frame.
 */
export function contentSize(frame: Uint8Array): number | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.byteLength < 6 || view.getUint32(0, true) !== 0xfd2fb528) throw new RangeError('is not a zstd frame');
  const descriptor = view.getUint8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const flag = descriptor >> 6;
  const width = flag === 0 ? (singleSegment ? 1 : 0) : 1 << flag;
  if (width === 0) return null;
  const dictionaryIdWidth = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + (singleSegment ? 0 : 1) + dictionaryIdWidth;
  if (at + width > frame.byteLength) throw new RangeError('ends inside its header');
  if (width === 1) return view.getUint8(at);
  if (width === 2) return view.getUint16(at, true) + 256;
  if (width === 4) return view.getUint32(at, true);
  return Number(view.getBigUint64(at, true));
}
