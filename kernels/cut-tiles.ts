import { mirror } from './border.ts';
import { checkSize, checkWhole } from './check-size.ts';
import type { Plane } from './image.ts';
import type { TileAxis, TilePlan } from './tile-plan.ts';

/** The order of a batch's axes: N tiles, C channels, Y, X; or N, Y, X, C. */
export type TileLayout = 'NCHW' | 'NHWC';

export interface CutTilesOptions {
  /** `NCHW` unless given. */
  readonly layout?: TileLayout;
  /** The first tile and how many; all unless given. */
  readonly first?: number;
  readonly count?: number;
  /** A batch to be overwritten and returned: `count · channels · tile²` values; a new one unless given. */
  readonly batch?: Float32Array;
}

/**
 * Cuts (Y, X) planes of one image, its channels, into the tiles of a plan: one float32 batch as models take it. Beyond the image it is
 * padded as the plan says. In TypeScript only: rows are copied whole, and most of the time goes into writing the batch.
 *
 * @throws RangeError for no plane, a plane of another size than the plan's, tiles that the plan has not, an unknown layout or a batch
 *   of another length.
 */
export function cutTiles(
  planes: readonly Plane[],
  plan: TilePlan,
  { layout = 'NCHW', first = 0, count = plan.count - first, batch }: CutTilesOptions = {},
): Float32Array {
  if (planes.length === 0) throw new RangeError('cutTiles: no planes; pass the channels of an image');
  for (const plane of planes) checkSize('cutTiles: plane', plane.length, plan.height, plan.width);
  checkWhole('cutTiles: first', first, 0);
  checkWhole('cutTiles: count', count, 0);
  if (first + count > plan.count) {
    throw new RangeError(
      `cutTiles: tiles ${first} to ${first + count - 1} of ${plan.count}; ask for tiles of the plan`,
    );
  }
  checkLayout('cutTiles', layout);
  const { tile } = plan;
  const needed = count * planes.length * tile * tile;
  if (batch !== undefined && batch.length !== needed) {
    throw new RangeError(`cutTiles: the batch has ${batch.length} values, but ${count} tiles need ${needed}`);
  }
  const out = batch ?? new Float32Array(needed);
  const across = plan.columns.starts.length;
  const rows = plan.rows.starts.map((start) => sources(plan.rows, start, tile, plan.height));
  const columns = plan.columns.starts.map((start) => sources(plan.columns, start, tile, plan.width));
  const [pixelStep, channelStep] = layout === 'NCHW' ? [1, tile * tile] : [planes.length, 1];
  for (let n = 0; n < count; n++) {
    const index = first + n;
    const tileRows = rows[Math.floor(index / across)]!;
    const tileColumns = columns[index % across]!;
    for (const [c, plane] of planes.entries()) {
      const at = n * planes.length * tile * tile + c * channelStep;
      cut(plane, plan.width, tileRows, tileColumns, out, at, pixelStep);
    }
  }
  return out;
}

/** @throws RangeError for another layout. */
export function checkLayout(name: string, layout: TileLayout): void {
  if (layout !== 'NCHW' && layout !== 'NHWC') {
    throw new RangeError(`${name}: layout is '${String(layout)}'; pass NCHW or NHWC`);
  }
}

/** The pixels of one axis of a tile: source indices, -1 for zero, of which `inside`…`end` are neighbours. */
interface Sources {
  readonly index: Int32Array;
  readonly inside: number;
  readonly end: number;
}

function sources({ padding }: TileAxis, start: number, tile: number, n: number): Sources {
  const index = Int32Array.from({ length: tile }, (_, i) => {
    const at = start + i;
    if (at >= 0 && at < n) return at;
    return padding === 'reflect' ? mirror(at, n) : -1;
  });
  return { index, inside: Math.max(0, -start), end: Math.min(tile, n - start) };
}

function cut(
  plane: Plane,
  width: number,
  rows: Sources,
  columns: Sources,
  out: Float32Array,
  at: number,
  step: number,
): void {
  const tile = columns.index.length;
  const { index, inside, end } = columns;
  for (let i = 0; i < tile; i++) {
    const to = at + i * tile * step;
    const row = rows.index[i]!;
    if (row < 0) {
      if (step === 1) out.fill(0, to, to + tile);
      else for (let j = 0; j < tile; j++) out[to + j * step] = 0;
      continue;
    }
    const from = row * width;
    if (step === 1) out.set(plane.subarray(from + index[inside]!, from + index[inside]! + end - inside), to + inside);
    else for (let j = inside, p = to + inside * step; j < end; j++, p += step) out[p] = plane[from + index[j]!]!;
    for (let j = 0; j < inside; j++) out[to + j * step] = index[j]! < 0 ? 0 : plane[from + index[j]!]!;
    for (let j = end; j < tile; j++) out[to + j * step] = index[j]! < 0 ? 0 : plane[from + index[j]!]!;
  }
}
