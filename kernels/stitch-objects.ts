import { relabelSequential } from './relabel.ts';

/** One axis of a grid of tiles: tile i covers image pixels `starts[i]` up to `starts[i] + sizes[i]`, which may reach beyond the image. */
export interface TileSpans {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
}

/** A grid of overlapping tiles over an image of `height` × `width` pixels; what `planTiles` returns is one. */
export interface TileGrid {
  readonly height: number;
  readonly width: number;
  readonly rows: TileSpans;
  readonly columns: TileSpans;
}

/** A label tile with its objects numbered 1, 2, … and the part of it that lies in the image. */
export interface LabelTile {
  readonly row: number;
  readonly column: number;
  readonly labels: Int32Array;
  /** Image coordinates of the tile's first pixel, and its width. */
  readonly y: number;
  readonly x: number;
  readonly stride: number;
  /** The part in the image, in image coordinates: rows `top`…`bottom`, columns `left`…`right`, the ends not included. */
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  /** Object o of this tile is object `offset + o` of all, from 0 on: `offset` is one less than the tile's first. */
  readonly offset: number;
}

/** What is known of every object of every tile. Boxes are in image coordinates, `bottom` and `right` not included. */
export interface TileObjects {
  readonly tiles: readonly LabelTile[];
  readonly count: number;
  /** The tile an object is in. */
  readonly tile: Int32Array;
  readonly top: Int32Array;
  readonly bottom: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Pixels between the object and the nearest edge of its tile that is not an edge of the image; 0 if it is cut there. */
  readonly margin: Float64Array;
}

/** @throws RangeError for a negative id. */
export function findObjects(tiles: readonly Int32Array[], grid: TileGrid): TileObjects {
  const across = grid.columns.starts.length;
  let count = 0;
  const found = tiles.map((values, index): LabelTile => {
    const [row, column] = [Math.floor(index / across), index % across];
    const [y, x] = [grid.rows.starts[row]!, grid.columns.starts[column]!];
    const [height, stride] = [grid.rows.sizes[row]!, grid.columns.sizes[column]!];
    const numbered = relabelSequential(values);
    const offset = count - 1;
    count += numbered.count;
    const [top, bottom] = [Math.max(0, y), Math.min(grid.height, y + height)];
    const [left, right] = [Math.max(0, x), Math.min(grid.width, x + stride)];
    return { row, column, labels: numbered.labels, y, x, stride, top, bottom, left, right, offset };
  });
  const objects = {
    tiles: found,
    count,
    tile: new Int32Array(count),
    top: new Int32Array(count).fill(grid.height),
    bottom: new Int32Array(count),
    left: new Int32Array(count).fill(grid.width),
    right: new Int32Array(count),
    margin: new Float64Array(count),
  };
  for (const [index, tile] of found.entries()) {
    objects.tile.fill(index, tile.offset + 1, found[index + 1] === undefined ? count : found[index + 1]!.offset + 1);
    findBoxes(tile, objects);
  }
  for (let o = 0; o < count; o++) objects.margin[o] = marginOf(o, objects, grid);
  return objects;
}

/** Row by row over runs of one label. */
function findBoxes(tile: LabelTile, { top, bottom, left, right }: TileObjects): void {
  const { labels } = tile;
  for (let y = tile.top; y < tile.bottom; y++) {
    const row = (y - tile.y) * tile.stride - tile.x;
    for (let x = tile.left; x < tile.right;) {
      const label = labels[row + x]!;
      const from = x;
      do x++;
      while (x < tile.right && labels[row + x] === label);
      if (label === 0) continue;
      const o = tile.offset + label;
      if (y < top[o]!) top[o] = y;
      bottom[o] = y + 1;
      if (from < left[o]!) left[o] = from;
      if (x > right[o]!) right[o] = x;
    }
  }
}

function marginOf(o: number, { tiles, tile, top, bottom, left, right }: TileObjects, grid: TileGrid): number {
  const within = tiles[tile[o]!]!;
  let margin = Infinity;
  if (within.top > 0) margin = Math.min(margin, top[o]! - within.top);
  if (within.bottom < grid.height) margin = Math.min(margin, within.bottom - bottom[o]!);
  if (within.left > 0) margin = Math.min(margin, left[o]! - within.left);
  if (within.right < grid.width) margin = Math.min(margin, within.right - right[o]!);
  return margin;
}
