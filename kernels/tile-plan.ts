import { checkSize, checkWhole } from './check-size.ts';

/** How the padded margin of an axis is filled: with zeros, or with the mirror image without the edge pixel twice (numpy `reflect`). */
export type TilePadding = 'constant' | 'reflect';

/** One axis of a plan. Tile i covers image pixels `starts[i]` up to `starts[i] + sizes[i]`, which may reach beyond the image. */
export interface TileAxis {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  /** Pixels two neighbouring tiles share. */
  readonly overlap: number;
  readonly padding: TilePadding;
}

/** Overlapping square tiles that cover a plane; tile `r * columns.starts.length + c` is the one in row r and column c. */
export interface TilePlan {
  readonly height: number;
  readonly width: number;
  readonly tile: number;
  /** Number of tiles. */
  readonly count: number;
  readonly rows: TileAxis;
  readonly columns: TileAxis;
  readonly rule: TileRule;
}

/** `compat`: as DeepCell's Mesmer does it; `fixed`: without its slips. */
export type TileRule = 'compat' | 'fixed';

export interface TileOptions {
  /** Side of a tile in pixels. */
  readonly tile: number;
  /** Pixels from one tile to the next, or instead of it the pixels neighbours share; 3/4 of a tile, rounded up to even, unless given. */
  readonly stride?: number;
  readonly overlap?: number;
  /** How an axis of several tiles is padded to whole tiles; `constant` unless given. An axis shorter than a tile is always mirrored. */
  readonly padding?: TilePadding;
  /** `fixed` unless given. */
  readonly rule?: TileRule;
}

/**
 * Lays overlapping tiles over a plane of `height` × `width` pixels, as deepcell-toolbox e8c1277 (`tile_image`) does for Mesmer, where a
 * tile is 256 and the stride 192 pixels.
 *
 * Per axis: one tile more than strides fit into what the first leaves over, rounded up; the total is padded to whole tiles,
 * the odd pixel before. If a side is shorter than a tile it is mirrored up to one, the odd pixel after. With the rule `fixed` each side
 * goes its own way; `compat` then mirrors both sides, as the application does, and refuses a plane that is longer than a tile along the
 * other side, where the application fails. The rule also decides how `blendTiles` joins what comes back.
 *
 * @throws RangeError for an empty plane, a tile below 1, a stride not from 1 to the tile, a stride and an overlap together or an unknown
 *   padding or rule.
 */
export function planTiles(height: number, width: number, options: TileOptions): TilePlan {
  const { tile, padding = 'constant', rule = 'fixed' } = options;
  checkSize('planTiles: plane', height * width, height, width);
  if (height * width === 0)
    throw new RangeError(`planTiles: the plane is ${height}×${width}; there is nothing to tile`);
  checkWhole('planTiles: tile', tile, 1);
  const stride = strideOf(options);
  if (!['constant', 'reflect'].includes(padding)) {
    throw new RangeError(`planTiles: padding is '${padding}'; pass constant or reflect`);
  }
  if (!['compat', 'fixed'].includes(rule)) throw new RangeError(`planTiles: rule is '${rule}'; pass compat or fixed`);
  const small = Math.min(height, width) < tile;
  if (rule === 'compat' && small && Math.max(height, width) > tile) {
    throw new RangeError(
      `planTiles: ${height}×${width} is shorter than a tile of ${tile} along one side and longer along the other, which the rule compat ` +
        'does not define; pass rule fixed',
    );
  }
  const axis = (n: number): TileAxis => (n < tile ? oneTile(n, tile) : manyTiles(n, tile, stride, padding));
  const [rows, columns] = [axis(height), axis(width)];
  return { height, width, tile, count: rows.starts.length * columns.starts.length, rows, columns, rule };
}

function strideOf({ tile, stride, overlap }: TileOptions): number {
  if (stride !== undefined && overlap !== undefined) {
    throw new RangeError('planTiles: both a stride and an overlap are given; pass one of them');
  }
  const chosen = stride ?? (overlap === undefined ? Math.min(tile, 2 * Math.ceil((0.75 * tile) / 2)) : tile - overlap);
  if (!Number.isInteger(chosen) || chosen < 1 || chosen > tile) {
    const given = overlap === undefined ? `stride is ${stride}` : `overlap is ${overlap}`;
    throw new RangeError(
      `planTiles: ${given} with tiles of ${tile}; pass a whole number so that tiles neither leave gaps nor stand still`,
    );
  }
  return chosen;
}

function oneTile(n: number, tile: number): TileAxis {
  const before = Math.floor((tile - n) / 2);
  return { starts: [before === 0 ? 0 : -before], sizes: [tile], overlap: 0, padding: 'reflect' };
}

function manyTiles(n: number, tile: number, stride: number, padding: TilePadding): TileAxis {
  const count = Math.ceil((n - tile) / stride) + 1;
  const before = Math.ceil((tile + stride * (count - 1) - n) / 2);
  const starts = Array.from({ length: count }, (_, i) => i * stride - before);
  return { starts, sizes: starts.map(() => tile), overlap: tile - stride, padding };
}
