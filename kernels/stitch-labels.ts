import { checkSize } from './check-size.ts';
import { findLinks, joinLinks, joinLinksApart } from './stitch-links.ts';
import { findObjects, type TileGrid, type TileObjects, type TileSpans } from './stitch-objects.ts';

export interface StitchOptions {
  /** `whole` unless given; see {@link stitchLabels}. */
  readonly rule?: 'whole' | 'cellsam';
  /** The least intersection over union, in the overlap of two tiles, of parts of one object: above 0, at most 1; 0.5 unless given. */
  readonly iou?: number;
}

/**
 * Joins the label images of overlapping tiles, each with ids of its own, to one of ids 1…count in raster order of their first pixel.
 *
 * Two objects of different tiles that cover the same pixels of the overlap, to an IoU of `iou`, are one. Then, by rule:
 * - `whole`: an object that some tile sees whole, touching no edge within the image, is taken from that tile as it is, from where it is
 *   farthest from such an edge if there are several; its cut parts are dropped. Objects that every tile cuts are the union of their
 *   parts. Two objects of one tile are never joined: the better match counts. Where objects that are not joined claim a pixel, whole
 *   ones come before cut ones, then those farther from an edge, then those of earlier tiles; one that is left with less than half of
 *   its pixels is dropped. Objects are taken to be connected; any that is shorter than the overlap along both axes is whole in some
 *   tile then.
 * - `cellsam`: as CellSAM (35bc6e0) stitches. Tiles that are neighbours along an axis are compared, all that match are joined, every
 *   pixel is taken from the tile whose own side of the overlap's middle it is on. Objects without a match stay cut along that middle.
 *
 * What tiles hold beyond the image is not looked at. In TypeScript only: 2048² pixels in 25 tiles of 512 with 7,000 cells take 0.15 s,
 * where a model takes seconds for the tiles.
 *
 * @param tiles one int32 label image per tile of the grid, rows of tiles first; 0 is background.
 * @returns the int32 labels of the image, and the number of objects.
 * @throws RangeError for another number of tiles, a tile of another size, a negative id, a grid that leaves gaps, an `iou` that is not
 *   above 0 and at most 1 or an unknown rule.
 */
export function stitchLabels(
  tiles: readonly Int32Array[],
  grid: TileGrid,
  { rule = 'whole', iou = 0.5 }: StitchOptions = {},
): { labels: Int32Array; count: number } {
  checkGrid(tiles, grid);
  if (!(iou > 0 && iou <= 1)) throw new RangeError(`stitchLabels: iou is ${iou}; pass a share above 0 and at most 1`);
  if (rule !== 'whole' && rule !== 'cellsam') {
    throw new RangeError(`stitchLabels: rule is '${String(rule)}'; pass whole or cellsam`);
  }
  const objects = findObjects(tiles, grid);
  const labels =
    rule === 'whole'
      ? paintWhole(objects, joinLinksApart(objects, findLinks(objects, iou, 'any')), grid)
      : paintSides(objects, joinLinks(objects.count, findLinks(objects, iou, 'sides')), grid);
  return { labels, count: renumber(labels, objects.count) };
}

function checkGrid(tiles: readonly Int32Array[], { height, width, rows, columns }: TileGrid): void {
  checkSize('stitchLabels: image', height * width, height, width);
  const across = columns.starts.length;
  if (tiles.length !== rows.starts.length * across) {
    throw new RangeError(`stitchLabels: ${tiles.length} tiles for a grid of ${rows.starts.length}×${across}`);
  }
  checkSpans(rows, height, 'rows');
  checkSpans(columns, width, 'columns');
  for (const [i, tile] of tiles.entries()) {
    const [h, w] = [rows.sizes[Math.floor(i / across)]!, columns.sizes[i % across]!];
    checkSize(`stitchLabels: tile ${i}`, tile.length, h, w);
  }
}

function checkSpans({ starts, sizes }: TileSpans, n: number, name: string): void {
  let end = 0;
  for (const [i, start] of starts.entries()) {
    if (start > end || (i > 0 && start <= starts[i - 1]!)) {
      throw new RangeError(
        `stitchLabels: ${name}: tile ${i} begins at ${start}, the tiles before it end at ${end}; pass ascending tiles without gaps`,
      );
    }
    end = Math.max(end, start + sizes[i]!);
  }
  if (end < n) throw new RangeError(`stitchLabels: ${name}: the tiles end at ${end} of ${n} pixels; cover the image`);
}

/** Paints groups in the order of their claims, and those left with less than half of their pixels not at all. */
function paintWhole(objects: TileObjects, group: Int32Array, { height, width }: TileGrid): Int32Array {
  const { margin } = objects;
  const members = new Map<number, number[]>();
  for (let o = 0; o < objects.count; o++) {
    // An object that lies beyond the image has no pixels.
    if (objects.top[o]! >= objects.bottom[o]!) continue;
    const list = members.get(group[o]!);
    if (list === undefined) members.set(group[o]!, [o]);
    else list.push(o);
  }
  const claims = Array.from(members.values(), (parts) => {
    const best = parts.reduce((chosen, o) => (margin[o]! > margin[chosen]! ? o : chosen));
    return { best, parts: margin[best]! > 0 ? [best] : parts };
  });
  claims.sort((p, q) => order(margin[q.best]!, margin[p.best]!) || p.best - q.best);
  const labels = new Int32Array(height * width);
  for (const { best, parts } of claims) {
    const painted = parts.map((o) => paint(objects, o, labels, width, best + 1));
    const kept = painted.reduce((sum, part) => sum + part.kept, 0);
    const lost = painted.reduce((sum, part) => sum + part.lost, 0);
    if (kept < lost) for (const o of parts) erase(objects, o, labels, width, best + 1);
  }
  return labels;
}

/** Ascending order that takes infinities. */
function order(p: number, q: number): number {
  return p === q ? 0 : p < q ? -1 : 1;
}

/** Gives an object's free pixels the number; counts those and the ones that other numbers hold. */
function paint(
  { tiles, tile, top, bottom, left, right }: TileObjects,
  o: number,
  labels: Int32Array,
  width: number,
  number: number,
): { kept: number; lost: number } {
  const source = tiles[tile[o]!]!;
  const wanted = o - source.offset;
  let [kept, lost] = [0, 0];
  for (let y = top[o]!; y < bottom[o]!; y++) {
    const from = (y - source.y) * source.stride - source.x;
    for (let x = left[o]!, at = y * width + x; x < right[o]!; x++, at++) {
      if (source.labels[from + x] !== wanted) continue;
      if (labels[at] === 0) {
        labels[at] = number;
        kept++;
      } else if (labels[at] !== number) lost++;
    }
  }
  return { kept, lost };
}

function erase(
  { top, bottom, left, right }: TileObjects,
  o: number,
  labels: Int32Array,
  width: number,
  number: number,
): void {
  for (let y = top[o]!; y < bottom[o]!; y++) {
    for (let at = y * width + left[o]!, end = y * width + right[o]!; at < end; at++)
      if (labels[at] === number) labels[at] = 0;
  }
}

/** Every pixel from the tile on whose side of the overlaps' middles it lies. */
function paintSides({ tiles }: TileObjects, group: Int32Array, grid: TileGrid): Int32Array {
  const [rowEnds, columnEnds] = [sides(grid.rows, grid.height), sides(grid.columns, grid.width)];
  const labels = new Int32Array(grid.height * grid.width);
  for (const tile of tiles) {
    const [top, bottom] = [tile.row === 0 ? 0 : rowEnds[tile.row - 1]!, rowEnds[tile.row]!];
    const [left, right] = [tile.column === 0 ? 0 : columnEnds[tile.column - 1]!, columnEnds[tile.column]!];
    for (let y = top; y < bottom; y++) {
      const from = (y - tile.y) * tile.stride - tile.x;
      for (let x = left, at = y * grid.width + left; x < right; x++, at++) {
        const label = tile.labels[from + x]!;
        if (label > 0) labels[at] = group[tile.offset + label]! + 1;
      }
    }
  }
  return labels;
}

/** Where each tile's side ends: in the middle of the overlap with the next. */
function sides({ starts, sizes }: TileSpans, n: number): number[] {
  return starts.map((start, i) => {
    const next = starts[i + 1];
    return next === undefined ? n : Math.min(n, Math.max(0, Math.floor((next + start + sizes[i]!) / 2)));
  });
}

/** Renumbers labels of at most `largest` in place to 1, 2, … in raster order, and returns how many there are. */
function renumber(labels: Int32Array, largest: number): number {
  const numbers = new Int32Array(largest + 1);
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label === 0) continue;
    if (numbers[label] === 0) numbers[label] = ++count;
    labels[i] = numbers[label]!;
  }
  return count;
}
