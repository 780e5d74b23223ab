import { testContext, testStep } from '../../core/testing.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { segmentCellsam } from '../../plugins/segment-cellsam/index.ts';
import { drawRectangles, fakeCellsam, labelRectangles } from '../support/cellsam-models.ts';
import type { FakeOptions, Found, Rectangle } from '../support/cellsam-models.ts';
import { differing } from '../support/goldens.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Parameters<typeof segmentCellsam.params.parse>[0] & object;

/** What is drawn stays as it is: the fake detector looks for squares on black. */
const PLAIN = { perTileNormalisation: false } as const;

function imageOf(height: number, width: number, plane: Uint16Array): Image {
  return {
    ...{ height, width, mpp: 0.5, intensity: 'counts' },
    ...{ channels: [{ name: 'Na-K-ATPase', role: 'membrane' }], planes: [plane] },
  };
}

const drawing = (height: number, width: number, rectangles: readonly Rectangle[]): Image =>
  imageOf(height, width, drawRectangles(height, width, rectangles));

async function segment(image: Image, params: Params = {}, fake: FakeOptions = {}, ctx = {}): Promise<Labels> {
  const options = segmentCellsam.params.parse({ ...PLAIN, ...params });
  const context = testContext({ models: fakeCellsam(fake), ...ctx });
  return (await segmentCellsam.run({ image }, options, context)).cells;
}

/** Areas of the objects in ascending order of their ids. */
function areas(labels: Labels): number[] {
  const counts = new Map<number, number>();
  for (const id of labels.data) if (id > 0) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([, count]) => count);
}

/** Squares of many sizes on a jittered lattice, their corners on even pixels and their brightness from 600 to 1000. */
function lattice(height: number, width: number): Rectangle[] {
  const squares: Rectangle[] = [];
  for (let y = 6; y + 40 < height; y += 58) {
    for (let x = 4; x + 44 < width; x += 62) {
      const k = squares.length;
      const [dy, dx] = [2 * ((k * 7) % 5), 2 * ((k * 11) % 7)];
      const size = { height: 12 + 2 * ((k * 5) % 9), width: 14 + 2 * ((k * 3) % 8) };
      squares.push({ y: y + dy, x: x + dx, ...size, value: 600 + ((k * 37) % 401) });
    }
  }
  // The brightest sets the scale.
  if (squares[0] !== undefined) squares[0] = { ...squares[0], value: 1000 };
  return squares;
}

const small = drawing(120, 152, lattice(120, 152));
const wide = drawing(120, 640, lattice(120, 640));
const seams = lattice(560, 640);

testStep(segmentCellsam, [
  { name: 'one tile', inputs: { image: small }, params: PLAIN, ctx: { models: fakeCellsam() } },
  { name: 'normalised', inputs: { image: small }, ctx: { models: fakeCellsam({ profile: 'cellsam-adv' }) } },
  {
    ...{ name: 'several tiles', inputs: { image: wide }, params: { ...PLAIN, boxBatch: 5 } },
    ctx: { models: fakeCellsam() },
  },
]);
testGolden(segmentCellsam, [
  { name: 'one tile', inputs: { image: small }, params: PLAIN, ctx: { models: fakeCellsam() } },
  {
    ...{ name: 'several tiles, overlapping masks', inputs: { image: drawing(560, 640, seams) } },
    ...{ params: PLAIN, ctx: { models: fakeCellsam({ grow: 26 }) } },
  },
  {
    ...{ name: 'compat', inputs: { image: drawing(560, 640, seams) } },
    ...{ params: { ...PLAIN, mode: 'compat' }, ctx: { models: fakeCellsam({ grow: 26 }) } },
  },
]);

describe('tiles', () => {
  test('cells across seams and corners of tiles come out whole, 1000 × 1300', async () => {
    const squares = lattice(1000, 1300);
    const progress: [number, number][] = [];
    const labels = await segment(
      drawing(1000, 1300, squares),
      {},
      {},
      {
        progress: (done: number, total: number) => void progress.push([done, total]),
      },
    );
    expect(differing(labels.data, labelRectangles(1000, 1300, squares))).toBe(0);
    expect([labels.height, labels.width, labels.mpp]).toEqual([1000, 1300, 0.5]);
    expect(progress).toEqual(Array.from({ length: 13 }, (_, done) => [done, 12]));
  });

  test('cells that no tile sees whole are put together', async () => {
    const bars = [
      { y: 40, x: 20, height: 30, width: 1200 },
      { y: 120, x: 300, height: 700, width: 24 },
      { y: 100, x: 600, height: 360, width: 380 },
    ];
    const labels = await segment(drawing(900, 1300, bars));
    expect(differing(labels.data, labelRectangles(900, 1300, bars))).toBe(0);
  });

  test('compat joins across seams as well where all tiles are whole', async () => {
    const squares = lattice(800, 1200);
    const labels = await segment(drawing(800, 1200, squares), { mode: 'compat' });
    expect(differing(labels.data, labelRectangles(800, 1200, squares))).toBe(0);
  });

  test.each([
    ['both sides shorter than a tile', 120, 152],
    ['one side shorter', 100, 900],
    ['one pixel high', 1, 700],
    ['one pixel', 1, 1],
  ])('%s', async (_, height, width) => {
    const squares = lattice(height, width);
    const drawn = squares[0] === undefined ? [{ y: 0, x: 0, height, width: Math.min(width, 40) }] : squares;
    const image = drawing(height, width, drawn);
    const labels = await segment(image);
    // A line of one pixel is mirrored to a wide band; one of constant brightness is no signal.
    const expected = width === 1 ? new Int32Array(1) : labelRectangles(height, width, drawn);
    expect(differing(labels.data, expected)).toBe(0);
  });

  test('whole: the image is one tile, stretched', async () => {
    const squares = [
      { y: 20, x: 40, height: 31, width: 60 },
      { y: 100, x: 200, height: 81, width: 120 },
    ];
    const calls: string[] = [];
    const labels = await segment(
      drawing(256, 512, squares),
      { whole: true },
      { on: (model) => void calls.push(model) },
    );
    expect(differing(labels.data, labelRectangles(256, 512, squares))).toBe(0);
    expect(calls).toEqual(['detector', 'encoder', 'decoder']);
  });

  test('another block size gives other tiles and the same cells', async () => {
    const labels = await segment(drawing(560, 640, seams), { blockSize: 160, overlap: 48 });
    expect(differing(labels.data, labelRectangles(560, 640, seams))).toBe(0);
  });
});

describe('what does not matter', () => {
  const image = drawing(560, 640, seams);

  test('how many boxes are decoded at once, and no batch is larger', async () => {
    const expected = await segment(image, {}, { grow: 26 });
    for (const boxBatch of [1, 7, 1000]) {
      const sizes: number[] = [];
      const on: FakeOptions['on'] = (model, feeds) => {
        if (model === 'decoder') sizes.push(feeds['boxes']!.dims[0]!);
      };
      const labels = await segment(image, { boxBatch }, { grow: 26, on });
      expect([boxBatch, differing(labels.data, expected.data)]).toEqual([boxBatch, 0]);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(boxBatch);
    }
  });

  test.each(['fixed', 'compat'] as const)('in which order the detector lists its boxes (%s)', async (mode) => {
    const expected = await segment(image, { mode }, { grow: 26 });
    // Masks overlap; neighbours differ in their scores.
    const order = (found: readonly Found[]): Found[] => found.toReversed();
    expect(differing((await segment(image, { mode }, { grow: 26, order })).data, expected.data)).toBe(0);
  });

  test.each(['fixed', 'compat'] as const)('that a box is found in both classes (%s)', async (mode) => {
    const pair: Found[] = [
      { box: [100, 100, 200, 200], score: 0.9 },
      { box: [180, 100, 280, 200], score: 0.8 },
    ];
    const twice = pair.map((each, k) => ({ ...each, second: k === 0 ? 0.5 : 0.6 }));
    const boxes: number[] = [];
    const on: FakeOptions['on'] = (model, feeds) => {
      if (model === 'decoder') boxes.push(feeds['boxes']!.dims[0]!);
    };
    const once = await segment(small, { mode, whole: true }, { find: () => pair });
    const both = await segment(small, { mode, whole: true }, { find: () => twice, on });
    expect(boxes).toEqual([2]);
    if (mode === 'fixed') expect(differing(both.data, once.data)).toBe(0);
    // What comes last wins: of the four scores 0.9, 0.8, 0.6, 0.5 that is the first box's.
    else expect([areas(once), areas(both)].map((each) => each[0]! > each[1]!)).toEqual([false, true]);
  });
});

describe('overlaps', () => {
  // In a tile of 512: boxes of 50 × 50 that share 10 columns, the left one more certain.
  const left: Found = { box: [100, 100, 200, 200], score: 0.9 };
  const right: Found = { box: [180, 100, 280, 200], score: 0.7 };
  const tile = drawing(512, 512, [{ y: 0, x: 0, height: 8, width: 8 }]);

  test('fixed: the most confident cell has the pixels; compat: the least confident', async () => {
    const fixed = await segment(tile, {}, { find: () => [right, left] });
    expect(areas(fixed)).toEqual([50 * 50, 40 * 50]);
    const compat = await segment(tile, { mode: 'compat', whole: true }, { find: () => [right, left] });
    expect(areas(compat)).toEqual([40 * 50, 50 * 50]);
  });

  test('a cell that is mostly covered is dropped; compat leaves its rest', async () => {
    const again: Found = { box: [108, 100, 208, 200], score: 0.8 };
    const find = (): Found[] => [left, again];
    expect(areas(await segment(tile, {}, { find }))).toEqual([50 * 50]);
    expect(areas(await segment(tile, { minVisible: 0 }, { find }))).toEqual([50 * 50, 4 * 50]);
    expect(areas(await segment(tile, { mode: 'compat', whole: true }, { find }))).toEqual([4 * 50, 50 * 50]);
  });

  test('islands: fixed keeps the largest part, compat all', async () => {
    const logit: FakeOptions['logit'] = ([x0, y0, x1, y1], y, x) => {
      const inside = x > x0 && x < x1 && y > y0 && y < y1;
      const island = x > x1 + 40 && x < x1 + 80 && y > y0 && y < y0 + 40;
      return inside || island ? 10 : -10;
    };
    const find = (): Found[] => [left];
    expect(areas(await segment(tile, {}, { find, logit }))).toEqual([50 * 50]);
    expect(areas(await segment(tile, { mode: 'compat', whole: true }, { find, logit }))).toEqual([50 * 50 + 20 * 20]);
  });

  test('holes: filled where nothing lies in them; compat swallows what does', async () => {
    const ring: FakeOptions['logit'] = ([x0, y0, x1, y1], y, x) => {
      const inside = (margin: number): boolean =>
        x > x0 + margin && x < x1 - margin && y > y0 + margin && y < y1 - margin;
      return inside(0) && !(x1 - x0 > 60 && inside(20)) ? 10 : -10;
    };
    const find = (): Found[] => [left];
    expect(areas(await segment(tile, {}, { find, logit: ring }))).toEqual([50 * 50]);
    const inner: Found = { box: [132, 132, 168, 168], score: 0.6 };
    const both = (): Found[] => [left, inner];
    expect(areas(await segment(tile, {}, { find: both, logit: ring }))).toEqual([50 * 50 - 30 * 30, 18 * 18]);
    const compat = { mode: 'compat', whole: true } as const;
    expect(areas(await segment(tile, compat, { find: both, logit: ring }))).toEqual([50 * 50]);
  });

  test('cells of fewer than 25 pixels are dropped in either mode', async () => {
    const find = (): Found[] => [
      left,
      { box: [400, 400, 408, 412], score: 0.9 },
      { box: [600, 600, 612, 620], score: 0.9 },
    ];
    expect(areas(await segment(tile, {}, { find }))).toEqual([50 * 50, 6 * 10]);
    expect(areas(await segment(tile, { mode: 'compat', whole: true }, { find }))).toEqual([50 * 50, 6 * 10]);
  });
});

describe('thresholds', () => {
  const tile = drawing(512, 512, [{ y: 0, x: 0, height: 8, width: 8 }]);
  const box = (k: number): Found['box'] => [100 * k, 100, 100 * k + 60, 160];

  test('boxes pass 0.66 × bboxThreshold and a third of the middle of the two groups of scores', async () => {
    // The groups' means are 1/(1 + e^8) and 0.6056: 0.264 + 0.33 × (0.000335 + 0.6056) / 2 = 0.36398.
    const find = (): Found[] => [0.9, 0.9, 0.5, 0.365, 0.363].map((score, k) => ({ box: box(k), score }));
    expect(areas(await segment(tile, {}, { find }))).toHaveLength(4);
    expect(areas(await segment(tile, { bboxThreshold: 0.3 }, { find }))).toHaveLength(5);
    expect(areas(await segment(tile, { bboxThreshold: 0.8 }, { find }))).toHaveLength(2);
  });

  test('compat, shown the whole image, takes 0.4 whatever it is told', async () => {
    const find = (): Found[] => [{ box: box(1), score: 0.7 }];
    const strict = { bboxThreshold: 0.95, whole: true } as const;
    expect(areas(await segment(tile, strict, { find }))).toHaveLength(0);
    expect(areas(await segment(tile, { ...strict, mode: 'compat' }, { find }))).toHaveLength(1);
  });

  test('masks that the decoder expects to be worse than iouThreshold are left out', async () => {
    const find = (): Found[] => [1, 2, 3].map((k) => ({ box: box(k), score: 0.9 }));
    const iou: FakeOptions['iou'] = ([x0]) => x0 / 400;
    expect(areas(await segment(tile, {}, { find, iou }))).toHaveLength(2);
    expect(areas(await segment(tile, { iouThreshold: 0.6 }, { find, iou }))).toHaveLength(1);
    expect(areas(await segment(tile, { iouThreshold: 0 }, { find, iou }))).toHaveLength(3);
  });

  test('maskThreshold is a probability', async () => {
    const find = (): Found[] => [{ box: [200, 200, 600, 600], score: 0.9 }];
    // Probability 0.2, 0.5 and 0.8 by column.
    const logit: FakeOptions['logit'] = ([x0, y0, x1, y1], y, x) =>
      x < x0 || x > x1 || y < y0 || y > y1 ? -10 : x < 300 ? Math.log(0.25) : x < 400 ? 0 : Math.log(4);
    const widths = [];
    for (const maskThreshold of [0.1, 0.4, 0.7]) {
      const labels = await segment(tile, { maskThreshold }, { find, logit });
      widths.push(labels.data.subarray(200 * 512, 201 * 512).filter((id) => id === 1).length);
    }
    // A pixel at a side is a mean with what lies beyond.
    expect(Math.abs(widths[0]! - 200)).toBeLessThanOrEqual(1);
    expect(Math.abs(widths[1]! - 150)).toBeLessThanOrEqual(1);
    expect(Math.abs(widths[2]! - 100)).toBeLessThanOrEqual(1);
  });
});

test('compat shows a tile the opposite side of the image, fixed its mirror image', async () => {
  // Masks reach four pixels of the tile beyond their boxes: over the border where the detector sees something beyond it.
  const image = drawing(800, 800, [{ y: 200, x: 0, height: 40, width: 40 }]);
  const fixed = await segment(image, {}, { grow: 8 });
  expect(areas(fixed)).toEqual([48 * 44]);
  const compat = await segment(image, { mode: 'compat' }, { grow: 8 });
  expect(areas(compat)).toEqual([48 * 44, 48 * 4]);
  expect(compat.data[220 * 800 + 799]).toBeGreaterThan(0);
  expect(fixed.data[220 * 800 + 799]).toBe(0);
});

test('a cell near the border is not lost to its mirror image', async () => {
  // Grown, the cell and its image overlap by more than half of the cell; equal scores, and the image comes first.
  const image = drawing(560, 640, [{ y: 4, x: 300, height: 12, width: 12 }]);
  const order = (found: readonly Found[]): Found[] => found.toSorted((a, b) => a.box[1] - b.box[1]);
  const boxes: number[] = [];
  const on: FakeOptions['on'] = (model, feeds) => {
    if (model === 'decoder') boxes.push(feeds['boxes']!.dims[0]!);
  };
  expect(areas(await segment(image, {}, { grow: 24, order, on }))).toEqual([(12 + 12 + 4) * (12 + 24)]);
  expect(boxes).toEqual([1, 1]);
});

describe('channels', () => {
  const square = drawRectangles(300, 300, [{ y: 20, x: 20, height: 40, width: 40 }]);
  const other = drawRectangles(300, 300, [{ y: 120, x: 120, height: 40, width: 40, value: 400 }]);
  const image: Image = {
    ...{ height: 300, width: 300, mpp: 0.5, intensity: 'counts' },
    channels: [
      { name: 'DAPI', role: 'nuclear' },
      { name: 'CD45', role: 'membrane' },
      { name: 'CD44', role: null },
    ],
    planes: [square, other, square],
  };
  /** What the detector is shown at the middle of the two squares, per channel, in 0–1. */
  async function shown(params: Params): Promise<number[][]> {
    let seen: number[][] = [];
    const on: FakeOptions['on'] = (model, feeds) => {
      if (model !== 'detector') return;
      const data = feeds['image']!.data as Float32Array;
      const scale = [
        [123.675, 58.395],
        [116.28, 57.12],
        [103.53, 57.375],
      ] as const;
      seen = scale.map(([mean, deviation], c) =>
        [40, 140].map((at) => {
          // The image lies in the middle of a tile of 512.
          const place = 2 * (at + 106);
          const value = (data[c * 1024 * 1024 + place * 1024 + place]! * deviation + mean) / 255;
          return Math.abs(Math.round(100 * value)) / 100;
        }),
      );
    };
    await segment(image, params, { on });
    return seen;
  }
  const BLANK = [0, 0];

  test('by role: nuclear second, membrane third', async () => {
    expect(await shown({})).toEqual([BLANK, [1, 0], [0, 1]]);
  });
  test('one kind alone comes last', async () => {
    const alone = { ...image, channels: image.channels.map((channel) => ({ ...channel, role: null })) };
    expect(areas(await segment(alone, { nuclear: ['DAPI'] }))).toEqual([1600]);
    expect(areas(await segment(alone, { membrane: ['CD44'] }))).toEqual([1600]);
  });
  test.each([
    ['sum', [1, 0.4]],
    ['max', [1, 0.4]],
    ['mean', [1, 0.4]],
  ] as const)('several membrane channels, %s', async (combineMembrane, third) => {
    expect(await shown({ membrane: ['CD45', 'CD44'], combineMembrane })).toEqual([BLANK, [1, 0], third]);
  });
  test('a channel that is the same everywhere is said aloud', async () => {
    const warned: string[] = [];
    const silent = (): void => undefined;
    const log = { debug: silent, info: silent, warn: (_: object, text: string) => void warned.push(text) };
    const dark = { ...image, planes: [new Uint16Array(90_000).fill(7), square, square] };
    expect(areas(await segment(dark, {}, {}, { log }))).toEqual([1600]);
    expect(warned).toEqual(['the nuclear or the membrane signal is the same everywhere and tells nothing of cells']);
  });
});

test('cancellation is heeded between tiles and between networks', async () => {
  for (const wanted of [['detector'], ['detector', 'encoder', 'decoder', 'detector']]) {
    const controller = new AbortController();
    const calls: string[] = [];
    const on: FakeOptions['on'] = (model) => {
      calls.push(model);
      if (calls.length === wanted.length) controller.abort();
    };
    const running = segment(drawing(560, 640, seams), { boxBatch: 1000 }, { on }, { signal: controller.signal });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls).toEqual(wanted);
  }
});
