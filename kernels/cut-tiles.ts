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
  const rows = plan.rows.starts.map((start) => axisSources(plan.rows, start, plan.height, tile));
  for (let from = first; from < first + count;) {
    // The tiles of one row of tiles share their lines of pixels.
    const row = Math.floor(from / across);
    const end = Math.min(first + count, (row + 1) * across);
    cutRow(planes, plan, rows[row]!, { from: from % across, end: end - row * across }, layout, out, from - first);
    from = end;
  }
  return out;
}

/** @throws RangeError for another layout. */
export function checkLayout(name: string, layout: TileLayout): void {
  if (layout !== 'NCHW' && layout !== 'NHWC') {
    throw new RangeError(`${name}: layout is '${String(layout)}'; pass NCHW or NHWC`);
  }
}

/** Source indices of `length` pixels of an axis from `start` on, -1 for zero. */
function axisSources({ padding }: TileAxis, start: number, n: number, length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => {
    const at = start + i;
    if (at >= 0 && at < n) return at;
    return padding === 'reflect' ? mirror(at, n) : -1;
  });
}

/** Cuts the tiles `from`…`end` of one row of tiles: each line is padded and converted once, then its pieces are copied. */
function cutRow(
  planes: readonly Plane[],
  { width, tile, columns }: TilePlan,
  rows: Int32Array,
  { from, end }: { readonly from: number; readonly end: number },
  layout: TileLayout,
  out: Float32Array,
  tilesBefore: number,
): void {
  const origin = columns.starts[from]!;
  const sources = axisSources(columns, origin, width, columns.starts[end - 1]! + tile - origin);
  // Channels last: one line of all planes. Channels first: one line a plane, in its own part of the tile.
  const groups = layout === 'NHWC' ? [planes] : planes.map((plane) => [plane]);
  const perGroup = groups[0]!.length * tile;
  const line = new Float32Array(sources.length * groups[0]!.length);
  for (let i = 0; i < tile; i++) {
    for (const [g, group] of groups.entries()) {
      for (const [c, plane] of group.entries())
        fillLine(plane, rows[i]!, width, sources, origin, line, c, group.length);
      for (let t = from; t < end; t++) {
        const piece = (columns.starts[t]! - origin) * group.length;
        const to = (tilesBefore + t - from) * planes.length * tile * tile + (g * tile + i) * perGroup;
        out.set(line.subarray(piece, piece + perGroup), to);
      }
    }
  }
}

/** Writes a row of a plane, padded, to every `step`-th place of the line from `first` on. */
function fillLine(
  plane: Plane,
  row: number,
  width: number,
  sources: Int32Array,
  origin: number,
  line: Float32Array,
  first: number,
  step: number,
): void {
  const from = row * width;
  const inside = Math.max(0, -origin);
  const end = Math.min(sources.length, width - origin);
  const padded = (i: number): void => {
    line[first + i * step] = row < 0 || sources[i]! < 0 ? 0 : plane[from + sources[i]!]!;
  };
  for (let i = 0; i < inside; i++) padded(i);
  for (let i = end; i < sources.length; i++) padded(i);
  if (row < 0) for (let i = inside; i < end; i++) padded(i);
  else if (step === 1) line.set(plane.subarray(from + origin + inside, from + origin + end), inside);
  else for (let i = inside, at = from + origin + inside; i < end; i++, at++) line[first + i * step] = plane[at]!;
}
