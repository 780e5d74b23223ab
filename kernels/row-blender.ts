import { blendTiles } from './blend-tiles.ts';
import type { TilePlan } from './tile-plan.ts';

/** Joins tiles to a plane as they come, a row of tiles at a time. */
export interface RowBlender {
  /** One channel of the next row of tiles: `columns · tile²` values, tile after tile. The array may be used again. */
  addRow(tiles: Float32Array): void;
  /** The plane, `height * width` values; throws a RangeError before all rows have come. */
  plane(): Float32Array;
}

/**
 * As `blendTiles` on all tiles at once, equal bit for bit, but holding two rows of tiles only: of a plan of R × C tiles 2·C of them instead
 * of R·C. Lines of the image are final once both rows of tiles that cover them are there.
 *
 * @throws RangeError for a plan whose rows share more than half of a tile; for a row of another length or more rows than the plan has.
 */
export function createRowBlender(plan: TilePlan): RowBlender {
  const { height, width, tile, rows, columns } = plan;
  const length = columns.starts.length * tile * tile;
  const count = rows.starts.length;
  const out = new Float32Array(height * width);
  const pair = new Float32Array((count > 1 ? 2 : 1) * length);
  let added = 0;
  if (count > 1 && 2 * rows.overlap > tile) {
    throw new RangeError(
      `createRowBlender: rows of ${tile} pixels share ${rows.overlap}; at most half of a tile may be shared`,
    );
  }

  /** The lines that rows `first` and the one after it decide: those above belong to the row before as well, those below to the one after. */
  const finish = (first: number, together: number): void => {
    const from = first === 0 ? 0 : Math.min(height, rows.starts[first - 1]! + tile);
    const to = first + together === count ? height : Math.min(height, rows.starts[first + together]!);
    const part: TilePlan = {
      ...plan,
      height: to - from,
      count: together * columns.starts.length,
      rows: {
        ...rows,
        starts: rows.starts.slice(first, first + together).map((start) => start - from),
        sizes: rows.sizes.slice(first, first + together),
      },
    };
    const [blended] = blendTiles(pair.subarray(0, together * length), part);
    out.set(blended!, from * width);
  };

  return {
    addRow(tiles) {
      if (tiles.length !== length) {
        throw new RangeError(
          `addRow: ${tiles.length} values, but a row of tiles has ${length}; pass one channel of it`,
        );
      }
      if (added === count) throw new RangeError(`addRow: all ${count} rows of tiles are there; make a new blender`);
      if (added > 1) pair.copyWithin(0, length);
      pair.set(tiles, Math.min(added, 1) * length);
      added++;
      if (count === 1) finish(0, 1);
      else if (added > 1) finish(added - 2, 2);
    },
    plane() {
      if (added < count)
        throw new RangeError(`plane: ${added} of ${count} rows of tiles are there; add the rest first`);
      return out;
    },
  };
}
