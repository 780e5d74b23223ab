import type { z } from 'zod';
import { testContext, testStep } from '../../core/testing.ts';
import type { ModelHandle } from '../../core/step.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { segmentHpa } from '../../plugins/segment-hpa/index.ts';
import { labelCells } from '../../plugins/segment-hpa/label-cells.ts';
import { scaleSizes, type HpaMaps, type LabelRules } from '../../plugins/segment-hpa/maps.ts';
import { partCells } from '../../plugins/segment-hpa/part-cells.ts';
import { splitLabels } from '../../plugins/segment-hpa/split-labels.ts';
import { differing, goldens } from '../support/goldens.ts';
import { FINE_MPP, hpaImage, hpaNets, hpaSpec, judging, NET_MPP, paint, type Rectangle } from '../support/hpa-nets.ts';
import { matchLabels } from '../support/match-labels.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = z.input<typeof segmentHpa.params>;
type Models = Readonly<Record<string, ModelHandle>>;
interface Segmented {
  readonly cells: Labels;
  readonly nuclei: Labels;
}

const channels = { microtubules: ['MT'], er: ['ER'] };
const segment = async (image: Image, params: Params = {}, models: Models = hpaNets()): Promise<Segmented> =>
  (await segmentHpa.run(
    { image },
    segmentHpa.params.parse({ ...channels, ...params }),
    testContext({ models }),
  )) as Segmented;
const idsOf = (labels: Int32Array): number[] => [...new Set(labels)].filter((id) => id !== 0).sort((a, b) => a - b);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const times = (rectangles: readonly Rectangle[], factor: number): Rectangle[] =>
  rectangles.map(([y0, x0, y1, x1]) => [factor * y0, factor * x0, factor * y1, factor * x1]);

/** Three cells, in pixels of the nets; the last one at the right edge. The field is not square. */
const NET = { height: 80, width: 112 };
const CELLS: readonly Rectangle[] = [
  [5, 82, 36, 112],
  [6, 6, 36, 34],
  [42, 45, 74, 78],
];
const NUCLEI: readonly Rectangle[] = [
  [12, 90, 27, 105],
  [14, 12, 28, 26],
  [50, 52, 66, 70],
];
const [HEIGHT, WIDTH] = [4 * NET.height, 4 * NET.width];
const scene = hpaImage(HEIGHT, WIDTH, FINE_MPP, { cells: times(CELLS, 4), nuclei: times(NUCLEI, 4) });

/** Cells lose their outline twice, once by each parting; not along the edge of the field. */
const inset = (rectangles: readonly Rectangle[], by: number, height: number, width: number): Rectangle[] =>
  rectangles.map(([y0, x0, y1, x1]) => [
    y0 === 0 ? 0 : y0 + by,
    x0 === 0 ? 0 : x0 + by,
    y1 === height ? y1 : y1 - by,
    x1 === width ? x1 : x1 - by,
  ]);
const labelled = (rectangles: readonly Rectangle[], height = HEIGHT, width = WIDTH): Int32Array =>
  paint(new Int32Array(height * width), width, rectangles, (index) => index + 1);

const cases = [
  { name: 'three channels', inputs: { image: scene }, params: channels, ctx: { models: hpaNets() } },
  {
    name: 'two channels, compat, half scale',
    inputs: { image: scene },
    params: { microtubules: ['MT'], mode: 'compat' as const, postScale: 0.5 as const },
    ctx: { models: hpaNets() },
  },
];
testStep(segmentHpa, cases);
testGolden(segmentHpa, cases);

describe('the whole step, with nets whose answer is known', () => {
  test.each(['fixed', 'compat'] as const)('gives the drawn cells and nuclei exactly, %s', async (mode) => {
    const { cells, nuclei } = await segment(scene, { mode });
    expect([cells.height, cells.width, cells.mpp]).toEqual([HEIGHT, WIDTH, FINE_MPP]);
    expect(differing(cells.data, labelled(inset(times(CELLS, 4), 2, HEIGHT, WIDTH)))).toBe(0);
    expect(differing(nuclei.data, labelled(times(NUCLEI, 4)))).toBe(0);
  });

  test('at half and quarter scale, constants and outlines scale', async () => {
    for (const [postScale, grid] of [
      [0.5, 2],
      [0.25, 1],
    ] as const) {
      const logged: unknown[] = [];
      const silent = (): void => undefined;
      const log = { debug: silent, warn: silent, info: (fields: object) => void logged.push(fields) };
      const { cells, nuclei } = (await segmentHpa.run(
        { image: scene },
        segmentHpa.params.parse({ ...channels, postScale }),
        testContext({ models: hpaNets(), log }),
      )) as Segmented;
      const [height, width] = [grid * NET.height, grid * NET.width];
      const expected = times(inset(times(CELLS, grid), 2, height, width), 4 / grid);
      expect(differing(cells.data, labelled(expected))).toBe(0);
      expect(differing(nuclei.data, labelled(times(NUCLEI, 4)))).toBe(0);
      expect(logged).toEqual([
        postScale === 0.5
          ? {
              ...{ fov: 'test', minSeedPx: 125, maxNucleusHolePx: 250, minNucleusPartPx: 2 },
              ...{ minNucleusPx: 625, minCellPx: 1375, closingRadiusPx: 3 },
            }
          : {
              ...{ fov: 'test', minSeedPx: 31, maxNucleusHolePx: 62, minNucleusPartPx: 0 },
              ...{ minNucleusPx: 156, minCellPx: 344, closingRadiusPx: 2 },
            },
      ]);
    }
  });

  test('feeds one field, mirrored to multiples of 32, normalised, in the order of the models', async () => {
    const nets = hpaNets();
    await segment(scene, {}, nets);
    const [nuclear, three] = [nets.nuclei.feeds[0]!, nets.cells.feeds[0]!];
    expect([nets.nuclei.feeds.length, nets.cells.feeds.length]).toEqual([1, 1]);
    // 32 before; 16 to the next multiple after 80, and after 112.
    expect(nuclear.dims).toEqual([1, 3, 128, 160]);
    expect(three.dims).toEqual([1, 3, 128, 160]);
    const at = (feed: typeof three, c: number, y: number, x: number): number =>
      Number(feed.data[(c * 128 + y + 32) * 160 + x + 32]);
    const normal = (c: number, unit: number): number => (unit - [124, 117, 104][c]! / 255) * 0.0167 * 255;
    for (const c of [0, 1, 2]) expect(at(nuclear, c, 58, 60)).toBeCloseTo(normal(c, 1), 5);
    expect(at(three, 0, 45, 48)).toBeCloseTo(normal(0, 1), 5);
    expect(at(three, 1, 45, 48)).toBeCloseTo(normal(1, 0), 5);
    expect(at(three, 2, 45, 48)).toBeCloseTo(normal(2, 0), 5);
    for (const away of [0, 1, 5, 15]) {
      expect(at(three, 0, 20, 112 + away)).toBe(at(three, 0, 20, 111 - away));
      expect(at(three, 0, -1 - away, 95)).toBe(at(three, 0, away, 95));
    }
  });

  test('without padding, sides that are multiples of 32 are fed as they are', async () => {
    const nets = hpaNets();
    const square = hpaImage(64, 96, NET_MPP, { cells: [[10, 10, 50, 50]], nuclei: [[20, 20, 40, 40]] });
    const { cells } = await segment(square, { pad: false }, nets);
    expect(nets.cells.feeds[0]!.dims).toEqual([1, 3, 64, 96]);
    expect(idsOf(cells.data)).toEqual([1]);
  });

  test('two channels: zeros in place of ER, and the same cells', async () => {
    const nets = hpaNets();
    const { cells } = await segment(scene, { er: [] }, nets);
    const feed = nets.cells.feeds[0]!;
    const size = 128 * 160;
    const zero = Math.fround((0 - 117 / 255) / (1 / (0.0167 * 255)));
    expect(feed.data.subarray(size, 2 * size).every((value) => value === zero)).toBe(true);
    expect(differing(cells.data, (await segment(scene)).cells.data)).toBe(0);
  });

  test('scores get their softmax here', async () => {
    const spec = hpaSpec({ outputs: [{ name: 'y', shape: [1, 3, 'h', 'w'], dtype: 'float32', role: 'scores' }] });
    const models = {
      nuclei: judging('nuclei-net', ([, , blue]) => [3, -20, 3 + 40 * (blue - 0.5)], spec),
      cells: judging('cell-net', ([red]) => [-2, -30, 40 * (red - 0.5) - 2], spec),
    };
    const { cells, nuclei } = await segment(scene, {}, models);
    expect(differing(cells.data, labelled(inset(times(CELLS, 4), 2, HEIGHT, WIDTH)))).toBe(0);
    expect(differing(nuclei.data, labelled(times(NUCLEI, 4)))).toBe(0);
  });

  test('a border between two touching cells parts them, and both grow over it', async () => {
    const touching = hpaImage(HEIGHT, WIDTH, FINE_MPP, {
      cells: [[40, 40, 200, 300]],
      borders: [[40, 164, 200, 176]],
      nuclei: [
        [80, 80, 140, 140],
        [80, 200, 140, 260],
      ],
    });
    const { cells, nuclei } = await segment(touching);
    expect(idsOf(cells.data)).toEqual([1, 2]);
    expect(idsOf(nuclei.data)).toEqual([1, 2]);
    const row = [...cells.data.subarray(120 * WIDTH + 42, 120 * WIDTH + 298)];
    const gap = row.filter((id) => id === 0).length;
    // Each side loses its outline twice where it stands.
    expect(gap).toBeGreaterThanOrEqual(2);
    expect(gap).toBeLessThanOrEqual(6);
  });

  test.each([0.16, 0.2, 0.65])('an image at %s µm per pixel is brought to the nets, its labels back', async (mpp) => {
    const [height, width] = [NET.height, NET.width].map((side) => Math.round((side * NET_MPP) / mpp)) as [
      number,
      number,
    ];
    const onImage = (rectangles: readonly Rectangle[]): Rectangle[] =>
      rectangles.map((sides) => sides.map((side) => Math.round((side * NET_MPP) / mpp)) as unknown as Rectangle);
    const image = hpaImage(height, width, mpp, { cells: onImage(CELLS), nuclei: onImage(NUCLEI) });
    const { cells, nuclei } = await segment(image);
    expect([cells.height, cells.width, cells.mpp, nuclei.mpp]).toEqual([height, width, mpp, mpp]);
    const least = mpp > 0.5 ? 0.8 : 0.9;
    expect(matchLabels(labelled(onImage(CELLS), height, width), cells.data, least)).toEqual({
      ...{ matched: 3, truth: 3, predicted: 3 },
    });
    expect(matchLabels(labelled(onImage(NUCLEI), height, width), nuclei.data, least).matched).toBe(3);
  });

  test.each([
    ['16-bit', new Uint16Array(HEIGHT * WIDTH), 65_535, null],
    ['12 of 16 bits', new Uint16Array(HEIGHT * WIDTH), 4095, 4095],
  ] as const)('intensities are scaled by type or by fullScale: %s', async (_, empty, full, fullScale) => {
    const planes = scene.planes.map((plane) => empty.map((_value, i) => (plane[i]! > 0 ? full : 0)));
    const { cells } = await segment({ ...scene, planes }, { fullScale });
    expect(differing(cells.data, labelled(inset(times(CELLS, 4), 2, HEIGHT, WIDTH)))).toBe(0);
  });

  test.each(['fixed', 'compat'] as const)('more than 255 cells keep their own ids, %s', async (mode) => {
    const places = upTo(320).map((i) => [12 * Math.floor((i - 1) / 20), 12 * ((i - 1) % 20)] as const);
    const image = hpaImage(16 * 12, 20 * 12, NET_MPP, {
      cells: places.map(([y, x]) => [y + 1, x + 1, y + 11, x + 11]),
      nuclei: places.map(([y, x]) => [y + 4, x + 4, y + 8, x + 8]),
    });
    const small = { minSeedPx: 20, maxNucleusHolePx: 20, minNucleusPx: 100, minCellPx: 200, closingRadiusPx: 0 };
    const { cells, nuclei } = await segment(image, { mode, postScale: 0.25, ...small });
    expect(idsOf(cells.data)).toEqual(upTo(320));
    expect(idsOf(nuclei.data)).toEqual(upTo(320));
    expect(nuclei.data.every((id, i) => id === 0 || cells.data[i] === id)).toBe(true);
  });

  test('a field in which the nets find nothing gives labels without objects', async () => {
    const nothing = judging('blank', () => [1, 0, 0]);
    for (const postScale of [1, 0.25] as const) {
      const { cells, nuclei } = await segment(scene, { postScale }, { nuclei: nothing, cells: nothing });
      expect([idsOf(cells.data), idsOf(nuclei.data)]).toEqual([[], []]);
      expect(cells.data.length).toBe(HEIGHT * WIDTH);
    }
  });

  test('an image smaller than the margin is mirrored as often as needed', async () => {
    const nets = hpaNets();
    const tiny = hpaImage(9, 5, FINE_MPP, { cells: [[0, 0, 9, 3]], nuclei: [[0, 0, 4, 5]] });
    const { cells } = await segment(tiny, {}, nets);
    expect(nets.cells.feeds[0]!.dims).toEqual([1, 3, 64, 64]);
    expect(cells.data).toEqual(new Int32Array(45));
    const one = hpaImage(31, 20, NET_MPP, { cells: [[0, 0, 31, 19]], nuclei: [[5, 5, 25, 16]] });
    expect(idsOf((await segment(one)).cells.data)).toEqual([1]);
  });
});

describe('post-processing', () => {
  const rulesFor = (params: Params): LabelRules => segmentHpa.params.parse(params);

  test('equals the published code, and its mended form, pixel for pixel', () => {
    interface Sizes {
      readonly mode: 'fixed' | 'compat';
      readonly excludeBorders: boolean;
      readonly seed: number;
      readonly hole: number;
      readonly part: number;
      readonly nucleus: number;
      readonly cell: number;
      readonly radius: number;
    }
    for (const golden of goldens<Sizes>('hpa-label-cells')) {
      const [height, width] = golden.size('cell');
      const { mode, excludeBorders, seed, hole, part, nucleus, cell, radius } = golden.params;
      const found = labelCells(
        {
          ...{ height, width },
          nucleusBorder: golden.get('nucleusBorder', Uint8Array),
          nucleus: golden.get('nucleus', Uint8Array),
          cellBorder: golden.get('cellBorder', Uint8Array),
          cell: golden.get('cell', Uint8Array),
        },
        rulesFor({
          ...{ mode, excludeBorders, minSeedPx: seed, maxNucleusHolePx: hole, minNucleusPartPx: part },
          ...{ minNucleusPx: nucleus, minCellPx: cell, closingRadiusPx: radius },
        }),
      );
      const apart = [
        differing(found.cells, golden.get('cells', Int32Array)),
        differing(found.nuclei, golden.get('nuclei', Int32Array)),
      ];
      expect([golden.name, ...apart]).toEqual([golden.name, 0, 0]);
    }
  });

  test('sure borders of nuclei and cells part nuclei; summed as bytes they do not', () => {
    const [height, width] = [60, 100];
    const nucleus = paint(new Uint8Array(height * width), width, [[10, 10, 50, 90]]);
    const line = paint(new Uint8Array(height * width), width, [[10, 48, 50, 52]], () => 130);
    const cell = new Uint8Array(height * width).fill(250);
    const maps: HpaMaps = { height, width, nucleusBorder: line, nucleus, cellBorder: line, cell };
    const countNuclei = (mode: 'fixed' | 'compat'): number =>
      labelCells(maps, rulesFor({ mode, minNucleusPx: 100, minCellPx: 500, minSeedPx: 50 })).count;
    expect([countNuclei('fixed'), countNuclei('compat')]).toEqual([2, 1]);
  });

  test('a cell within a cell: compat fills it, fixed keeps it', () => {
    const [height, width] = [40, 50];
    const cells = paint(new Int32Array(height * width), width, [[2, 2, 38, 48]], () => 1);
    paint(cells, width, [[12, 12, 28, 30]], () => 2);
    paint(cells, width, [[15, 38, 20, 42]], () => 0);
    const fixed = partCells(cells, height, width, 'fixed');
    expect([fixed.count, partCells(cells, height, width, 'compat').count]).toEqual([2, 1]);
    expect(fixed.labels[20 * width + 20]).toBe(2);
    // The hole that only one cell encloses is filled.
    expect(fixed.labels[17 * width + 40]).toBe(1);
  });

  test('pieces of one label get numbers of their own, corners joining', () => {
    const labels = Int32Array.of(...[7, 0, 0, 3, 0, 7, 0, 0, 0, 0, 0, 0, 3, 0, 0, 7]);
    expect([...splitLabels(labels, 4, 4)]).toEqual([1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 4]);
    expect([...splitLabels(Int32Array.of(1, 0, 2, 0, 1), 1, 5)]).toEqual([1, 0, 2, 0, 3]);
    expect([...splitLabels(Int32Array.of(1, 0, 2, 0, 1), 5, 1)]).toEqual([1, 0, 2, 0, 3]);
  });

  test('sizes are rounded half to even', () => {
    const sizes = scaleSizes(rulesFor({ minCellPx: 24, minSeedPx: 40, closingRadiusPx: 10 }), 0.25);
    expect([sizes.minCellPx, sizes.minSeedPx, sizes.closingRadiusPx]).toEqual([2, 2, 2]);
  });

  test('arguments are left as they are', () => {
    const golden = goldens('hpa-label-cells')[0]!;
    const [height, width] = golden.size('cell');
    const read = (name: string): Uint8Array => golden.get(name, Uint8Array);
    const maps: HpaMaps = {
      ...{ height, width, nucleusBorder: read('nucleusBorder'), nucleus: read('nucleus') },
      ...{ cellBorder: read('cellBorder'), cell: read('cell') },
    };
    labelCells(maps, rulesFor({}));
    for (const name of ['nucleusBorder', 'nucleus', 'cellBorder', 'cell'] as const) {
      expect([name, differing(maps[name], read(name))]).toEqual([name, 0]);
    }
  });
});
