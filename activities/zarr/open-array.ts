import { join } from 'node:path';
import type { DType, TypedArray } from '../../kernels/image.ts';
import { chunksOf, copyBox, eachChunk, threeAxes } from './chunks.ts';
import { planes } from './create-array.ts';
import { bytesPerElement, dtypeOfZarrName, newArray, viewAs } from './dtypes.ts';
import { corrupt, readBytes } from './files.ts';
import { readArrayMetadata, readAttributes } from './metadata.ts';
import { codecConcurrency, decompress } from './zstd.ts';

export interface ArrayReader {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Reads the whole array or, with `index`, the index-th [Y, X] plane of a [C, Y, X] array chunked by planes. */
  read(index?: number): Promise<TypedArray>;
}

/**
 * Opens a numeric zarr v2 array written by `createArray`. Reading checks that every chunk is there, is a zstd frame and
 * has the right size; that no bit flipped is for the caller's content digest to tell.
 * Throws STORE_CORRUPT naming the file when one is missing, truncated or damaged.
 */
export async function openArray(dir: string): Promise<ArrayReader> {
  const metadata = await readArrayMetadata(dir);
  const dtype = dtypeOfZarrName(metadata.dtype);
  if (dtype === null) throw corrupt(join(dir, '.zarray'), `has dtype ${metadata.dtype}, which is no dtype of Fovea`);
  const { shape } = metadata;
  const rank = shape.length;
  const axes = threeAxes(shape);
  const chunks = threeAxes(metadata.chunks);
  const chunkBytes = chunks[0] * chunks[1] * chunks[2] * bytesPerElement(dtype);

  async function readChunk(path: string): Promise<TypedArray> {
    const stored = await readBytes(path);
    if (stored === null) throw corrupt(path, 'is missing');
    try {
      if (metadata.compressor !== null) return viewAs(dtype as DType, await decompress(stored, chunkBytes));
      if (stored.byteLength === chunkBytes) return viewAs(dtype as DType, stored.slice());
    } catch (err) {
      throw corrupt(path, `is damaged: it ${err instanceof RangeError ? err.message : 'does not decompress'}`, err);
    }
    throw corrupt(path, `is damaged: it holds ${stored.byteLength} bytes where ${chunkBytes} were expected`);
  }

  async function read(index?: number): Promise<TypedArray> {
    const [first, last] = planes(dir, rank, axes, chunks, index);
    const [, height, width] = axes;
    const elements = (last - first) * height * width;
    const queue = chunksOf(dir, axes, chunks, rank, metadata.dimension_separator, first, last);
    if (elements > 0 && elements * bytesPerElement(dtype as DType) === chunkBytes) {
      const { value: only } = queue.next();
      if (only && only.size.every((size: number, axis: number) => size === chunks[axis]))
        return await readChunk(only.path);
    }
    const out = newArray(dtype as DType, elements);
    await eachChunk(queue, codecConcurrency, async ({ path, offset, size }) => {
      const data = await readChunk(path);
      const start = (offset[0] - first) * height * width + offset[1] * width + offset[2];
      const from = { data, start: 0, strides: [chunks[1] * chunks[2], chunks[2]] } as const;
      copyBox(from, { data: out, start, strides: [height * width, width] }, size);
    });
    return out;
  }
  return { shape, dtype, attributes: await readAttributes(dir), read };
}
