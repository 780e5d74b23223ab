import { dtypeOf, littleEndianBytes } from '../../core/dtype.ts';
import type { DType, TypedArray } from '../../kernels/image.ts';
import { chunksOf, copyBox, eachChunk, threeAxes } from './chunks.ts';
import type { Axes3, Chunk } from './chunks.ts';
import { newArray, zarrName } from './dtypes.ts';
import { writeBytes } from './files.ts';
import { arrayMetadata, fitChunks, writeArrayMetadata } from './metadata.ts';
import type { Attributes } from './metadata.ts';
import { codecConcurrency, compress } from './zstd.ts';

export interface ArraySpec {
  /** Up to three axes; none for a scalar. An axis may be empty. */
  readonly shape: readonly number[];
  /** One size per axis; larger than the array means the whole axis. */
  readonly chunks: readonly number[];
  readonly dtype: DType;
  /** What fills the unused part of edge chunks; 0 by default. */
  readonly fillValue?: number;
}

export interface ArrayWriter {
  /** Writes the whole array or, with `index`, the index-th [Y, X] plane of a [C, Y, X] array chunked by planes. */
  write(data: TypedArray, index?: number): Promise<void>;
}

/**
 * Creates a zarr v2 array in `dir`: little-endian, C order, zstd level 1, `/` between chunk indices. Every chunk is
 * written, those that hold only the fill value too, so that a missing file is always damage and never zeros.
 * At most one chunk per codec thread is held beside the caller's data. Planes may be written in any order.
 * Throws RangeError or TypeError when spec or data do not fit together, DISK_FULL or STORE when writing fails.
 */
export async function createArray(dir: string, spec: ArraySpec, attributes: Attributes = {}): Promise<ArrayWriter> {
  const { shape, dtype, fillValue = 0 } = spec;
  const rank = shape.length;
  if (rank > 3) throw new RangeError(`${dir}: ${rank} axes are too many; an array has at most three`);
  if (spec.chunks.length !== rank)
    throw new RangeError(`${dir}: ${rank} axes need ${rank} chunk sizes, not ${spec.chunks.length}`);
  if (![...shape].every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new RangeError(`${dir}: shape [${shape.join(', ')}] must be whole numbers from 0`);
  }
  if (![...spec.chunks].every((size) => Number.isSafeInteger(size) && size >= 1)) {
    throw new RangeError(`${dir}: chunks [${spec.chunks.join(', ')}] must be whole numbers from 1`);
  }
  const chunks = fitChunks(shape, spec.chunks);
  const axes = threeAxes(shape);
  const chunkAxes = threeAxes(chunks);
  await writeArrayMetadata(dir, arrayMetadata(shape, chunks, zarrName(dtype), fillValue), attributes);

  async function write(data: TypedArray, index?: number): Promise<void> {
    if (dtypeOf(data) !== dtype) throw new TypeError(`${dir}: the array holds ${dtype}, the data is ${dtypeOf(data)}`);
    const [first, last] = planes(dir, rank, axes, chunkAxes, index);
    const wanted = (last - first) * axes[1] * axes[2];
    if (data.length !== wanted) throw new RangeError(`${dir}: ${wanted} values expected, ${data.length} given`);
    await eachChunk(chunksOf(dir, axes, chunkAxes, rank, '/', first, last), codecConcurrency, async (chunk) => {
      const values = cut(data, axes, chunkAxes, chunk, first, dtype, fillValue);
      await writeBytes(chunk.path, await compress(littleEndianBytes(values)));
    });
  }
  return { write };
}

/** The range of the first axis that one `write` or `read` covers. */
export function planes(
  dir: string,
  rank: number,
  axes: Axes3,
  chunks: Axes3,
  index: number | undefined,
): readonly [number, number] {
  if (index === undefined) return [0, axes[0]];
  if (rank !== 3) throw new RangeError(`${dir}: only a [C, Y, X] array has planes, this one has ${rank} axes`);
  if (!Number.isInteger(index) || index < 0 || index >= axes[0]) {
    throw new RangeError(`${dir}: no plane ${index}; the array has ${axes[0]}`);
  }
  if (chunks[0] !== 1) throw new RangeError(`${dir}: chunks span ${chunks[0]} planes; planes need chunks of one`);
  return [index, index + 1];
}

/** The values of one chunk, in the chunk's full size; a view of `data` when the chunk is a run of whole rows. */
function cut(
  data: TypedArray,
  axes: Axes3,
  chunks: Axes3,
  chunk: Chunk,
  first: number,
  dtype: DType,
  fillValue: number,
): TypedArray {
  const [, height, width] = axes;
  const [depth, rows, columns] = chunk.size;
  const start = (chunk.offset[0] - first) * height * width + chunk.offset[1] * width + chunk.offset[2];
  const whole = depth === chunks[0] && rows === chunks[1] && columns === chunks[2];
  if (whole && columns === width && (depth === 1 || rows === height)) {
    return data.subarray(start, start + depth * rows * columns);
  }
  const out = newArray(dtype, chunks[0] * chunks[1] * chunks[2]);
  if (!whole && fillValue !== 0) out.fill(fillValue);
  copyBox(
    { data, start, strides: [height * width, width] },
    { data: out, start: 0, strides: [chunks[1] * chunks[2], chunks[2]] },
    chunk.size,
  );
  return out;
}
