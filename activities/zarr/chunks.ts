import { join } from 'node:path';
import type { TypedArray } from '../../kernels/image.ts';

/** One chunk of an array, its place given on three axes: `offset` of its first element, `size` of the part in use. */
export interface Chunk {
  readonly path: string;
  readonly offset: readonly [number, number, number];
  readonly size: readonly [number, number, number];
}

export type Axes3 = readonly [number, number, number];

/** A shape of up to three axes as exactly three, leading ones added: `[7]` is `[1, 1, 7]`. */
export function threeAxes(sizes: readonly number[]): Axes3 {
  const padded = [...Array<number>(3 - sizes.length).fill(1), ...sizes];
  return [padded[0] ?? 1, padded[1] ?? 1, padded[2] ?? 1];
}

/**
 * Every chunk of the planes `[first, last)` along the first of three axes, in C order. `rank` is the array's own number
 * of axes, which is how many indices a chunk's path has; a scalar's only chunk is called `0`.
 */
export function* chunksOf(
  dir: string,
  shape: Axes3,
  chunks: Axes3,
  rank: number,
  separator: string,
  first: number,
  last: number,
): Generator<Chunk> {
  const [, height, width] = shape;
  const [cz, cy, cx] = chunks;
  for (let z = first; z < last; z += cz) {
    for (let y = 0; y < height; y += cy) {
      for (let x = 0; x < width; x += cx) {
        const indices = [z / cz, y / cy, x / cx].slice(3 - rank);
        yield {
          path: join(dir, indices.length === 0 ? '0' : indices.join(separator)),
          offset: [z, y, x],
          size: [Math.min(cz, last - z), Math.min(cy, height - y), Math.min(cx, width - x)],
        };
      }
    }
  }
}

/** Copies a box of `size` row by row between two C-ordered arrays; strides are `[plane, row]` in elements. */
export function copyBox(
  from: { data: TypedArray; start: number; strides: readonly [number, number] },
  to: { data: TypedArray; start: number; strides: readonly [number, number] },
  size: Axes3,
): void {
  const [depth, height, width] = size;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const at = from.start + z * from.strides[0] + y * from.strides[1];
      to.data.set(from.data.subarray(at, at + width), to.start + z * to.strides[0] + y * to.strides[1]);
    }
  }
}

/**
 * Visits chunks, `concurrency` at a time. When a visit fails, starts no further one, waits for those under way, so that
 * nothing is written after the failure is reported, and throws the first failure.
 */
export async function eachChunk(
  chunks: Iterable<Chunk>,
  concurrency: number,
  visit: (chunk: Chunk) => Promise<void>,
): Promise<void> {
  const queue = chunks[Symbol.iterator]();
  let failed = false;
  const drain = async (): Promise<void> => {
    for (let next = queue.next(); !failed && !next.done; next = queue.next()) {
      await visit(next.value).catch((err: unknown) => {
        failed = true;
        throw err;
      });
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: concurrency }, drain));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
