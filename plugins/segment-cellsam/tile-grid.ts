import { invalidInput } from '../../core/errors.ts';
import { mirror } from '../../kernels/border.ts';
import type { TileGrid, TileSpans } from '../../kernels/tiles.ts';

/** Where the tiles lie, and what they show beyond the image: its mirror image or, `wrap`, its opposite side. */
export interface CellGrid extends TileGrid {
  readonly border: 'mirror' | 'wrap';
}

export interface GridOptions {
  readonly mode: 'fixed' | 'compat';
  readonly whole: boolean;
  readonly blockSize: number;
  readonly overlap: number;
}

/**
 * Lays tiles over an image.
 *
 * - `whole`: one tile, the image.
 * - `fixed`: square tiles of one size, blockSize + 2·overlap. An axis that is no longer than a tile has one, in whose middle it lies. A
 *   longer one is extended by the overlap at both ends; tiles follow each other by blockSize, the last is moved back to end with it.
 * - `compat`: as CellSAM's program (35bc6e0, dask): blocks of blockSize, the last one shorter; one shorter than the overlap takes what it
 *   lacks from the block before or, where too little would be left of that, is joined to it. Every block is extended by the overlap on
 *   all sides, so tiles differ in size.
 *
 * @throws INVALID_INPUT for `compat` and a side shorter than the overlap, which the program refuses as well.
 */
export function layTiles(height: number, width: number, options: GridOptions): CellGrid {
  const { mode, whole, blockSize, overlap } = options;
  const border = mode === 'fixed' ? 'mirror' : 'wrap';
  if (whole) return { height, width, border, rows: oneSpan(height), columns: oneSpan(width) };
  if (mode === 'fixed') {
    const tile = blockSize + 2 * overlap;
    const axis = (n: number): TileSpans => equalTiles(n, tile, overlap);
    return { height, width, border, rows: axis(height), columns: axis(width) };
  }
  if (Math.min(height, width) < overlap) {
    throw invalidInput(
      `image is ${height}×${width} pixels and a side is shorter than the overlap of ${overlap}, which mode compat cannot tile; ` +
        'use mode fixed, or a smaller overlap',
      { port: 'image', found: [height, width], wanted: overlap },
    );
  }
  const axis = (n: number): TileSpans => extendedBlocks(n, blockSize, overlap);
  return { height, width, border, rows: axis(height), columns: axis(width) };
}

function oneSpan(n: number): TileSpans {
  return { starts: [0], sizes: [n] };
}

function equalTiles(n: number, tile: number, overlap: number): TileSpans {
  if (n <= tile) return { starts: [0 - Math.floor((tile - n) / 2)], sizes: [tile] };
  const stride = tile - 2 * overlap;
  const count = Math.ceil((n + 2 * overlap - tile) / stride) + 1;
  const last = n + overlap - tile;
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * stride - overlap, last));
  return { starts, sizes: starts.map(() => tile) };
}

function extendedBlocks(n: number, blockSize: number, overlap: number): TileSpans {
  const blocks: number[] = [];
  for (let left = n; left > 0; left -= blockSize) blocks.push(Math.min(blockSize, left));
  const last = blocks.at(-1)!;
  const before = blocks.at(-2);
  if (last < overlap && before !== undefined) {
    const lacking = overlap - last;
    blocks.splice(-2, 2, ...(before > overlap + lacking ? [before - lacking, overlap] : [before + last]));
  }
  let end = 0;
  const starts = blocks.map((block) => (end += block) - block - overlap);
  return { starts, sizes: blocks.map((block) => block + 2 * overlap) };
}

/** Cuts one tile out of a plane of the grid's size, with what the grid shows beyond the border. */
export function cutTile(plane: Float32Array, grid: CellGrid, row: number, column: number): Float32Array {
  const ys = sources(grid.rows, row, grid.height, grid.border);
  const xs = sources(grid.columns, column, grid.width, grid.border);
  const out = new Float32Array(ys.length * xs.length);
  let i = 0;
  for (const y of ys) for (const x of xs) out[i++] = plane[y * grid.width + x]!;
  return out;
}

function sources({ starts, sizes }: TileSpans, index: number, n: number, border: CellGrid['border']): Int32Array {
  const fold = border === 'mirror' ? mirror : (i: number) => ((i % n) + n) % n;
  return Int32Array.from({ length: sizes[index]! }, (_, i) => fold(starts[index]! + i, n));
}
