import { relabelSequential } from '../../kernels/relabel.ts';
import { stitchLabels } from '../../kernels/stitch-labels.ts';
import type { TileSpans } from '../../kernels/tiles.ts';
import type { CellGrid } from './tile-grid.ts';

export interface StitchOptions {
  readonly mode: 'fixed' | 'compat';
  readonly whole: boolean;
  readonly overlap: number;
  readonly stitchIou: number;
}

/**
 * Joins the tiles' objects by their IoU in the overlaps to one plane of ids 1…n.
 *
 * `fixed`: an object that some tile sees whole is taken from there; only objects that every tile cuts are put together. `compat`: all that
 * match are joined and every pixel is taken from its own block, so that objects without a match are cut straight; the margins beyond the
 * image, which show its other side, have their say in the IoU, as in the published program.
 */
export function stitchTiles(tiles: readonly Int32Array[], grid: CellGrid, options: StitchOptions): Int32Array {
  const { mode, whole, overlap, stitchIou } = options;
  if (mode === 'fixed' || whole) return stitchLabels(tiles, grid, { rule: 'whole', iou: stitchIou }).labels;
  const { height, width } = grid;
  const wide = {
    ...{ height: height + 2 * overlap, width: width + 2 * overlap },
    ...{ rows: shifted(grid.rows, overlap), columns: shifted(grid.columns, overlap) },
  };
  const { labels } = stitchLabels(tiles, wide, { rule: 'cellsam', iou: stitchIou });
  const inner = new Int32Array(height * width);
  for (let y = 0; y < height; y++) {
    const from = (y + overlap) * wide.width + overlap;
    inner.set(labels.subarray(from, from + width), y * width);
  }
  return relabelSequential(inner).labels;
}

function shifted({ starts, sizes }: TileSpans, by: number): TileSpans {
  return { starts: starts.map((start) => start + by), sizes };
}
