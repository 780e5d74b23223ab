import fc from 'fast-check';
import { planTiles, stitchLabels, type TileGrid } from '../../kernels/tiles.ts';
import { differing } from '../support/goldens.ts';

/** Ids by first pixel in raster order. */
function inOrder(labels: Int32Array): Int32Array {
  const numbers = new Map([[0, 0]]);
  return labels.map((id) => {
    if (!numbers.has(id)) numbers.set(id, numbers.size);
    return numbers.get(id)!;
  });
}

/** The tiles of a known label image, each with ids of its own; beyond the image there is an object that must not be seen. */
function cut(labels: Int32Array, { height, width, rows, columns }: TileGrid): Int32Array[] {
  return rows.starts.flatMap((y0, r) =>
    columns.starts.map((x0, c) => {
      const [h, w] = [rows.sizes[r]!, columns.sizes[c]!];
      return Int32Array.from({ length: h * w }, (_, i) => {
        const [y, x] = [y0 + Math.floor(i / w), x0 + (i % w)];
        if (y < 0 || x < 0 || y >= height || x >= width) return 9_000_000;
        const id = labels[y * width + x]!;
        return id === 0 ? 0 : ((id * 7919 + r * 31 + c * 17) % 100_003) + 1;
      });
    }),
  );
}

interface Scene {
  height: number;
  width: number;
  grid: TileGrid;
  labels: Int32Array;
}

/** An image with rectangles and ellipses shorter than the overlap, which may touch. */
const scenes: fc.Arbitrary<Scene> = fc
  .record({
    height: fc.integer({ min: 1, max: 90 }),
    width: fc.integer({ min: 1, max: 90 }),
    tile: fc.integer({ min: 10, max: 40 }),
    share: fc.double({ min: 0.2, max: 0.5, noNaN: true }),
    cells: fc.integer({ min: 0, max: 60 }),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
  })
  .map(({ height, width, tile, share, cells, seed }) => {
    let state = seed;
    const draw = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    const overlap = Math.round(tile * share);
    const labels = new Int32Array(height * width);
    for (let id = 1; id <= cells; id++) {
      const [h, w] = [1 + draw(overlap - 1), 1 + draw(overlap - 1)];
      const [y0, x0, round] = [draw(height), draw(width), draw(2) === 0];
      const pixels: number[] = [];
      for (let y = y0; y < Math.min(height, y0 + h); y++) {
        for (let x = x0; x < Math.min(width, x0 + w); x++) {
          const [v, u] = [(2 * (y - y0) + 1) / h - 1, (2 * (x - x0) + 1) / w - 1];
          if (!round || u * u + v * v <= 1) pixels.push(y * width + x);
        }
      }
      if (pixels.every((i) => labels[i] === 0)) for (const i of pixels) labels[i] = id;
    }
    return { height, width, labels, grid: planTiles(height, width, { tile, overlap }) };
  });

const overlapping = (length: number): TileGrid => ({
  height: 1,
  width: 20,
  rows: { starts: [0], sizes: [1] },
  columns: { starts: [0, 20 - length], sizes: [length, length] },
});
/** A line of letters as labels. */
const line = (text: string): Int32Array => Int32Array.from(text, (c) => (c === '.' ? 0 : c.charCodeAt(0) - 96));

describe('stitchLabels', () => {
  test('gives back an image whose cells are shorter than the overlap (whole)', () => {
    fc.assert(
      fc.property(scenes, ({ labels, grid }) => {
        const tiles = cut(labels, grid);
        const before = tiles.map((tile) => tile.slice());
        const stitched = stitchLabels(tiles, grid);
        const expected = inOrder(labels);
        const same = differing(stitched.labels, expected) === 0 && stitched.count === Math.max(0, ...expected);
        return same && tiles.every((tile, i) => differing(tile, before[i]!) === 0);
      }),
      { numRuns: 1000 },
    );
  });

  test('gives back an image whose cells are shorter than the overlap (cellsam)', () => {
    fc.assert(
      fc.property(scenes, ({ labels, grid }) => {
        const stitched = stitchLabels(cut(labels, grid), grid, { rule: 'cellsam' });
        return differing(stitched.labels, inOrder(labels)) === 0;
      }),
      { numRuns: 1000 },
    );
  });

  test('an object that one tile cuts is taken from the tile that sees it whole, even if they disagree on it', () => {
    const tiles = [line('.........bbb'), line('.ccccc......')];
    const { labels, count } = stitchLabels(tiles, overlapping(12));
    expect([count, Array.from(labels)]).toEqual([1, Array.from(line('.........aaaaa......'))]);
  });

  test('an object that both tiles cut is the union of its parts', () => {
    const tiles = [line('...aaaaaaaaa'), line('aaaaaaaaaa..')];
    const grid = overlapping(12);
    const whole = Array.from(line('...aaaaaaaaaaaaaaa..'));
    expect(Array.from(stitchLabels(tiles, grid).labels)).toEqual(whole);
    expect(Array.from(stitchLabels(tiles, grid, { rule: 'cellsam' }).labels)).toEqual(whole);
  });

  test('of two versions seen whole the one farther from the edge is taken', () => {
    const tiles = [line('........aaa.'), line('.aaa........')];
    // Shared are columns 8 to 11: the left tile has 8 to 10 (1 from its edge), the right one 9 to 11 (1 from its edge): the first wins.
    expect(Array.from(stitchLabels(tiles, overlapping(12)).labels)).toEqual(Array.from(line('........aaa.........')));
    // Columns 9 to 12, 1 from the left tile's edge; 9 to 11, 3 from the right one's.
    const shifted = [line('.........aaaa.'), line('...aaa........')];
    expect(Array.from(stitchLabels(shifted, overlapping(14)).labels)).toEqual(Array.from(line('.........aaa........')));
  });

  test('a cut object that whole ones cover by more than half is dropped; cellsam cuts it straight', () => {
    const tiles = [line('........aaaa'), line('.a..........')];
    const grid = overlapping(12);
    expect(stitchLabels(tiles, grid, { iou: 0.6 }).count).toBe(2);
    const covered = [line('........aaaa'), line('.aa.........')];
    expect(Array.from(stitchLabels(covered, grid, { iou: 0.6 }).labels)).toEqual(
      Array.from(line('........abba........')),
    );
    const mostly = [line('.........aaa'), line('.aa.........')];
    expect(Array.from(stitchLabels(mostly, grid, { iou: 0.9 }).labels)).toEqual(
      Array.from(line('.........aa.........')),
    );
    const sides = stitchLabels(mostly, grid, { rule: 'cellsam', iou: 0.9 });
    expect(Array.from(sides.labels)).toEqual(Array.from(line('.........ab.........')));
  });

  test('two objects of one tile stay two, whatever they match', () => {
    const grid = { ...overlapping(12), columns: { starts: [0, 8], sizes: [20, 12] } };
    const tiles = [line('........aaabbb......'), line('aaaaaa......')];
    expect(stitchLabels(tiles, grid, { iou: 0.5 }).count).toBe(2);
    expect(stitchLabels(tiles, grid, { iou: 0.5, rule: 'cellsam' }).count).toBe(1);
  });

  test('tiles of unequal size, as CellSAM has them: chunks of 40 with margins of 8', () => {
    const labels = new Int32Array(100 * 90);
    for (let i = 0; i < labels.length; i++) {
      const [y, x] = [Math.floor(i / 90), i % 90];
      if (y % 9 < 7 && x % 9 < 7) labels[i] = 1 + Math.floor(y / 9) * 10 + Math.floor(x / 9);
    }
    const spans = (n: number): { starts: number[]; sizes: number[] } => {
      const starts = Array.from({ length: Math.ceil(n / 40) }, (_, i) => 40 * i - 8);
      return { starts, sizes: starts.map((start) => Math.min(start + 56, n + 8) - start) };
    };
    const grid = { height: 100, width: 90, rows: spans(100), columns: spans(90) };
    for (const rule of ['whole', 'cellsam'] as const) {
      expect(differing(stitchLabels(cut(labels, grid), grid, { rule }).labels, inOrder(labels))).toBe(0);
    }
  });

  test('nothing to stitch: one tile, empty tiles', () => {
    const grid = { height: 2, width: 2, rows: { starts: [0], sizes: [2] }, columns: { starts: [0], sizes: [2] } };
    const { labels, count } = stitchLabels([Int32Array.of(0, 70_000, 5, 5)], grid);
    expect([Array.from(labels), count]).toEqual([[0, 1, 2, 2], 2]);
    expect(stitchLabels([new Int32Array(12), new Int32Array(12)], overlapping(12)).count).toBe(0);
  });

  test('refuses grids that do not fit', () => {
    const grid = overlapping(12);
    const empty = [new Int32Array(12), new Int32Array(12)];
    expect(() => stitchLabels([empty[0]!], grid)).toThrow('stitchLabels: 1 tiles for a grid of 1×2');
    expect(() => stitchLabels([empty[0]!, new Int32Array(3)], grid)).toThrow('stitchLabels: tile 1: has 3 values');
    expect(() => stitchLabels([line('a'), line('a')], overlapping(1))).toThrow('columns: tile 1 begins at 19');
    const short = { ...grid, width: 30 };
    expect(() => stitchLabels(empty, short)).toThrow('columns: the tiles end at 20 of 30 pixels; cover the image');
    expect(() => stitchLabels(empty, grid, { iou: 0 })).toThrow('stitchLabels: iou is 0');
    expect(() => stitchLabels(empty, grid, { rule: 'best' as 'whole' })).toThrow("rule is 'best'");
    expect(() => stitchLabels([Int32Array.from(empty[0]!).fill(-2), empty[1]!], grid)).toThrow('is -2');
  });
});
