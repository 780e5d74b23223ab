import { fillAndDrop, keepLargest } from '../../plugins/segment-cellsam/clean-objects.ts';
import { adaptedThreshold, boxesWithin, findBoxes, sigmoid } from '../../plugins/segment-cellsam/find-boxes.ts';
import { maskTaps } from '../../plugins/segment-cellsam/mask-taps.ts';
import { combinePlanes, modelChannels, type Channels } from '../../plugins/segment-cellsam/model-channels.ts';
import { detectorInput, encoderInput, enlarge, SIDE } from '../../plugins/segment-cellsam/model-inputs.ts';
import { normaliseTile } from '../../plugins/segment-cellsam/normalise-tile.ts';
import { paintMask } from '../../plugins/segment-cellsam/paint-mask.ts';
import { cutTile, layTiles, type GridOptions } from '../../plugins/segment-cellsam/tile-grid.ts';
import { differing, goldens } from '../support/goldens.ts';

const FIXED: GridOptions = { mode: 'fixed', whole: false, blockSize: 400, overlap: 56 };
const COMPAT: GridOptions = { ...FIXED, mode: 'compat' };

describe('layTiles', () => {
  test('compat: sizes as the published program has them', () => {
    const sizes = (n: number, m = n): (readonly number[])[] => {
      const { rows, columns } = layTiles(n, m, COMPAT);
      return [rows.sizes, columns.sizes];
    };
    expect(sizes(512)).toEqual([
      [512, 224],
      [512, 224],
    ]);
    expect(sizes(1000, 1300)).toEqual([
      [512, 512, 312],
      [512, 512, 512, 212],
    ]);
    expect(sizes(4096).map((axis) => axis.length)).toEqual([11, 11]);
    // A last block of 20 takes 36 pixels from the one before: 364 and 56.
    expect(sizes(420)[0]).toEqual([476, 168]);
    expect(sizes(820)[0]).toEqual([512, 476, 168]);
    expect(sizes(456)[0]).toEqual([512, 168]);
    expect(sizes(56)[0]).toEqual([168]);
    expect(layTiles(420, 420, COMPAT).rows.starts).toEqual([-56, 308]);
    // Too little would be left of a block of 60: the last one is joined to it.
    expect(layTiles(65, 65, { ...COMPAT, blockSize: 60 }).rows).toEqual({ starts: [-56], sizes: [177] });
  });

  test('fixed: tiles of one size that end with the border', () => {
    const axis = (n: number): unknown => layTiles(n, n, FIXED).rows;
    expect(axis(512)).toEqual({ starts: [0], sizes: [512] });
    expect(axis(100)).toEqual({ starts: [-206], sizes: [512] });
    expect(axis(513)).toEqual({ starts: [-56, 57], sizes: [512, 512] });
    expect(axis(800)).toEqual({ starts: [-56, 344], sizes: [512, 512] });
    expect(axis(1000)).toEqual({ starts: [-56, 344, 544], sizes: [512, 512, 512] });
    expect(layTiles(4096, 4096, FIXED).columns.starts).toHaveLength(11);
    for (let n = 1; n < 2000; n++) {
      const { starts, sizes } = layTiles(n, n, FIXED).rows;
      const end = starts.at(-1)! + sizes.at(-1)!;
      expect([
        n,
        starts[0]! <= 0,
        end >= n,
        starts.every((start, i) => i === 0 || start - starts[i - 1]! <= 400),
      ]).toEqual([...[n, true, true, true]]);
    }
  });

  test('beyond the border: the mirror image, or the opposite side', () => {
    const plane = Float32Array.from({ length: 70 * 60 }, (_, i) => i);
    const options = { ...FIXED, blockSize: 40, overlap: 8 };
    const at = (mode: 'fixed' | 'compat', y: number, x: number): number => {
      const grid = layTiles(70, 60, { ...options, mode });
      const tile = cutTile(plane, grid, 0, 0);
      return tile[(y - grid.rows.starts[0]!) * grid.columns.sizes[0]! + x - grid.columns.starts[0]!]!;
    };
    expect(at('fixed', -8, -3)).toBe(8 * 60 + 3);
    expect(at('compat', -8, -3)).toBe(62 * 60 + 57);
    expect(at('fixed', 5, 7)).toBe(5 * 60 + 7);
    expect(at('compat', 5, 7)).toBe(5 * 60 + 7);
    // A strip of three pixels is mirrored over and over.
    const strip = layTiles(3, 60, { ...options, mode: 'fixed' });
    const rows = Array.from({ length: 9 }, (_, i) => cutTile(plane.slice(0, 180), strip, 0, 0)[i * 56 + 56 * 22]! / 60);
    expect(strip.rows.starts).toEqual([-26]);
    expect(rows.map(Math.floor)).toEqual([0, 1, 2, 1, 0, 1, 2, 1, 0]);
  });
});

describe('what the networks see', () => {
  test('the contrast of a tile equals scikit-image bit for bit', () => {
    for (const golden of goldens('cellsam-tile')) {
      const plane = golden.get('plane', Float32Array);
      const before = plane.slice();
      const [height, width] = golden.size('plane');
      const [blank, ours] = normaliseTile([null, plane, null], height, width);
      const expected = golden.get('expected', Float32Array);
      expect([golden.name, differing(ours ?? new Float32Array(plane.length), expected)]).toEqual([golden.name, 0]);
      expect(blank).toBeNull();
      expect(differing(plane, before)).toBe(0);
    }
  });

  test('detector and encoder get what PyTorch gives', () => {
    for (const golden of goldens<{ adv: boolean; every: number }>('cellsam-inputs')) {
      const { adv, every } = golden.params;
      const plane = (name: string): Float32Array | null => (golden.has(name) ? golden.get(name, Float32Array) : null);
      const channels: Channels = [null, plane('nuclear'), plane('membrane')];
      const size = golden.size(golden.has('nuclear') ? 'nuclear' : 'membrane');
      const enlarged = enlarge(channels, ...size);
      const sampled = (full: Float32Array): Float32Array => {
        const out: number[] = [];
        for (let c = 0; c < 3; c++) {
          for (let y = 0; y < SIDE; y += every) {
            for (let x = 0; x < SIDE; x += every) out.push(full[(c * SIDE + y) * SIDE + x]!);
          }
        }
        return Float32Array.from(out);
      };
      const detector = sampled(detectorInput(enlarged, adv));
      expect([golden.name, differing(detector, golden.get('detector', Float32Array))]).toEqual([golden.name, 0]);
      const encoder = sampled(encoderInput(enlarged, adv));
      const expected = golden.get('encoder', Float32Array);
      const farthest = encoder.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
      expect(encoder).toHaveLength(expected.length);
      expect([golden.name, farthest < 2e-6]).toEqual([golden.name, true]);
    }
  });

  test('channels: scaled by their own range, one kind alone comes last', () => {
    const combine = { nuclear: 'mean', membrane: 'max' } as const;
    const nuclear = [Uint16Array.of(10, 20, 30)];
    const membrane = [Uint16Array.of(0, 4, 0), Float32Array.of(8, 0, 2)];
    const expected = [null, Float32Array.of(0, 0.5, 1), Float32Array.of(1, 1 / 3, 0)];
    expect(modelChannels({ nuclear, membrane }, combine)).toEqual(expected);
    expect(modelChannels({ nuclear, membrane: [] }, combine)).toEqual([null, null, expected[1]]);
    expect(modelChannels({ nuclear: [], membrane }, combine)).toEqual([null, null, expected[2]]);
    expect(modelChannels({ nuclear: [Uint8Array.of(7, 7, 7)], membrane }, combine)).toEqual([null, null, expected[2]]);
  });

  test('combinations', () => {
    const planes = [Uint8Array.of(1, 200, 3), Uint8Array.of(5, 100, 0), Uint8Array.of(0, 255, 3)];
    expect(combinePlanes(planes, 'sum')).toEqual(Float32Array.of(6, 555, 6));
    expect(combinePlanes(planes, 'max')).toEqual(Float32Array.of(5, 255, 3));
    expect(combinePlanes(planes, 'mean')).toEqual(Float32Array.of(2, 185, 2));
    expect(combinePlanes(planes.slice(0, 1), 'mean')).toEqual(Float32Array.of(1, 200, 3));
    expect(combinePlanes([], 'sum')).toBeNull();
  });
});

describe('boxes', () => {
  test('the threshold follows the scores', () => {
    expect(adaptedThreshold([0.9, 0.85, 0.8, 0.75, 0.1, 0.05, 0.02, 0.01], 0.4)).toBeCloseTo(0.40755, 12);
    expect(adaptedThreshold([0.5, 0.5, 0.5], 0.4)).toBeCloseTo(0.264 + 0.165, 12);
    expect(adaptedThreshold([0.9], 0.4)).toBe(0.4);
    expect(adaptedThreshold([], 0.4)).toBe(0.4);
  });

  test('corners, in descending order of score, equal ones in order of queries', () => {
    const scores = Float32Array.of(0.9, 0, 0.5, 0.95, 0.9, 0.1, 0, 0);
    const boxes = Float32Array.of(
      ...[0.5, 0.5, 0.25, 0.125],
      ...[0.25, 0.75, 0.5, 0.5],
      ...[1, 0, 0.5, 0.5],
      ...[0, 0, 1, 1],
    );
    const found = { scores, classes: 2, boxes };
    const { count, corners, scores: kept } = findBoxes(found, 0.4, 'best');
    expect(count).toBe(3);
    expect(Array.from(kept)).toEqual([0.95, 0.9, 0.9].map(Math.fround));
    expect(Array.from(corners)).toEqual([...[0, 512, 512, 1024], ...[384, 448, 640, 576], ...[768, -256, 1280, 256]]);
    // Query 1 passes with both classes; kept is its last place.
    expect(Array.from(findBoxes(found, 0.4, 'last').scores)).toEqual([0.9, 0.9, 0.5].map(Math.fround));
  });

  test('only the best 3500 of all scores count', () => {
    const scores = new Float32Array(7000).fill(0.6);
    const { count } = findBoxes({ scores, classes: 2, boxes: new Float32Array(14_000) }, 0.4, 'best');
    expect(count).toBe(1750);
  });

  test('those that reach into a region by a quarter of their length, or of its', () => {
    const all = {
      ...{ count: 5, scores: Float32Array.of(0.9, 0.8, 0.7, 0.6, 0.5) },
      corners: Float32Array.of(
        ...[0, 0, 100, 100, 500, 500, 600, 600, 437, 500, 537, 600],
        ...[412, 300, 512, 1124, 488, 500, 520, 600],
      ),
    };
    const within = boxesWithin(all, { y0: 0, x0: 0.5, y1: 1, x1: 1 });
    expect(Array.from(within.scores)).toEqual([0.8, 0.7, 0.5].map(Math.fround));
    expect(Array.from(within.corners.subarray(4, 8))).toEqual([437, 500, 537, 600]);
    expect(within.count).toBe(3);
    // A cell mirrored at a corner, and a line of pixels with a box much wider than itself.
    const corner = { count: 1, scores: Float32Array.of(0.9), corners: Float32Array.of(-41, -41, 40, 40) };
    expect(boxesWithin(corner, { y0: 0, x0: 0, y1: 1, x1: 1 }).count).toBe(1);
    const line = { ...corner, corners: Float32Array.of(100, 0, 200, 1024) };
    expect(boxesWithin(line, { y0: 0.498, x0: 0, y1: 0.5, x1: 1 }).count).toBe(1);
  });

  test('sigmoid', () => {
    expect(Array.from(sigmoid(Float32Array.of(0, 100, -200)))).toEqual([0.5, 1, Math.fround(Math.exp(-200))]);
  });
});

describe('masks', () => {
  const above = Math.log(0.4 / 0.6);

  test('enlarged as PyTorch enlarges them', () => {
    for (const golden of goldens('cellsam-masks')) {
      const [height, width] = golden.size('expected');
      const labels = new Int32Array(height * width);
      const canvas = { height, width, labels, rows: maskTaps(height), columns: maskTaps(width) };
      const expected = golden.get('expected', Uint8Array);
      const painted = paintMask(canvas, golden.get('logits', Float32Array), 1, { above, over: false, minVisible: 0 });
      expect([golden.name, differing(labels, expected)]).toEqual([golden.name, 0]);
      expect(painted).toBe(expected.some((value) => value === 1));
    }
  });

  test('weights of a pixel sum to 1', () => {
    for (const n of [1, 2, 113, 224, 512, 1023, 1024, 1025, 4000]) {
      const { weights, first, last } = maskTaps(n);
      for (let j = 0; j < n; j++) {
        expect(weights[3 * j]! + weights[3 * j + 1]! + weights[3 * j + 2]!).toBeCloseTo(1, 12);
        expect(first[j]! >= 0 && last[j]! < 256 && last[j]! >= first[j]!).toBe(true);
      }
    }
  });
});

describe('objects', () => {
  test('compat: dropped, filled and renumbered as scipy would', () => {
    for (const golden of goldens('cellsam-objects')) {
      const [, width] = golden.size('labels');
      const labels = golden.get('labels', Int32Array);
      fillAndDrop(labels, width, Math.max(...labels));
      expect([golden.name, differing(labels, golden.get('expected', Int32Array))]).toEqual([golden.name, 0]);
    }
  });

  test('fixed: the largest part stays, the first of equal ones; empty holes are filled', () => {
    const labels = new Int32Array(20 * 30);
    const paint = (id: number, y: number, x: number, height: number, width: number): void => {
      for (let r = y; r < y + height; r++) labels.fill(id, r * 30 + x, r * 30 + x + width);
    };
    paint(2, 1, 1, 7, 7);
    paint(0, 3, 3, 2, 2);
    paint(2, 1, 12, 3, 3);
    paint(5, 10, 1, 5, 5);
    paint(5, 10, 10, 5, 5);
    paint(4, 10, 20, 9, 9);
    paint(0, 12, 22, 5, 5);
    paint(3, 13, 23, 3, 3);
    const before = labels.slice();
    const kept = keepLargest(labels, 20, 30, 5);
    expect(labels).toEqual(before);
    const area = (id: number): number => kept.filter((value) => value === id).length;
    expect([1, 2, 3, 4, 5].map(area)).toEqual([0, 49, 0, 81, 25]);
    expect(kept[10 * 30 + 1]).toBe(5);
  });
});
