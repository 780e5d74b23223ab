import { testContext, testStep } from '../../core/testing.ts';
import type { ModelHandle, StepContext } from '../../core/step.ts';
import { deepWatershed, relabelSequential, resizeBilinear, resizeNearest } from '../../kernels/index.ts';
import type { Image, Labels, Table } from '../../kernels/image.ts';
import { prepareChannel } from '../../plugins/segment-mesmer/prepare.ts';
import { profileOf } from '../../plugins/segment-mesmer/profiles.ts';
import { segmentMesmer } from '../../plugins/segment-mesmer/index.ts';
import { drawBlobs as drawImage } from '../support/drawn-blobs.ts';
import { testGolden } from '../support/step-golden.ts';
import { matchLabels, pooledF1 } from '../support/match-labels.ts';
import { mesmerRecord, openModel } from '../support/onnx-models.ts';

type Params = Parameters<typeof segmentMesmer.params.parse>[0];
interface Segmented {
  readonly cells: Labels;
  readonly nuclei?: Labels;
  readonly matches?: Table;
}

const tiny = (await openModel(mesmerRecord('mesmer-tiny'))).handle;
const torch = (await openModel(mesmerRecord('mesmer-torch'))).handle;
const nan = (await openModel(mesmerRecord('mesmer-nan'))).handle;

const context = (net: ModelHandle, parts: Partial<StepContext> = {}): StepContext =>
  testContext({ models: { net }, ...parts });
const segment = async (image: Image, params: Params = {}, net = tiny): Promise<Segmented> =>
  (await segmentMesmer.run({ image }, segmentMesmer.params.parse(params), context(net))) as Segmented;
const without = (image: Image, name: string): Image => {
  const kept = image.channels.flatMap((channel, i) => (channel.name === name ? [] : [i]));
  return { ...image, channels: kept.map((i) => image.channels[i]!), planes: kept.map((i) => image.planes[i]!) };
};
const countOf = (labels: Labels | undefined): number => new Set(labels?.data).size - 1;

const image = drawImage(262, 330);

testStep(segmentMesmer, [
  { name: 'both compartments', inputs: { image }, ctx: { models: { net: tiny } } },
  {
    name: 'cells of a small image',
    inputs: { image: drawImage(90, 120) },
    params: { compartments: 'cells' },
    ctx: { models: { net: tiny } },
  },
  {
    name: 'matched',
    inputs: { image: drawImage(100, 270) },
    params: { match: 'ark' },
    ctx: { models: { net: torch } },
  },
]);

testGolden(segmentMesmer, [
  { name: 'fixed', inputs: { image: drawImage(120, 300) }, params: { match: 'ark' }, ctx: { models: { net: tiny } } },
  {
    name: 'compat',
    inputs: { image: drawImage(120, 140, 0.4) },
    params: { mode: 'compat' },
    ctx: { models: { net: torch } },
  },
]);

/** What the step must give with a net that copies channels: the same chain on the whole image, without tiles. */
function chain(source: Image, part: 'cell' | 'nucleus', mode: 'fixed' | 'compat', profile = 'mesmer-tf-9'): Int32Array {
  const { height, width } = source;
  const plane = source.planes[part === 'cell' ? 1 : 0]!;
  const map = prepareChannel(plane, source, profileOf('tiny', profile).prepare, mode === 'compat');
  const compat = mode === 'compat';
  return deepWatershed(map, map, height, width, {
    ...profileOf('tiny', profile).watershed[part],
    rule: compat ? 'own' : 'raised',
    holes: compat ? 'compat' : 'fixed',
  });
}

describe.each(['fixed', 'compat'] as const)('%s', (mode) => {
  test.each([1, 2, 64])('tiles, %i at a time, and blending leave what the whole image gives', async (batch) => {
    const { cells, nuclei } = await segment(image, { mode, batch });
    for (const [found, part] of [
      [cells.data, 'cell'],
      [nuclei!.data, 'nucleus'],
    ] as const) {
      const whole = chain(image, part, mode);
      // Windows of compat sum to 1.000122 where tiles overlap, which may move the border of an object.
      if (mode === 'fixed') expect(found).toEqual(whole);
      else expect(pooledF1([matchLabels(whole, found, 0.9)])).toBeGreaterThan(0.98);
    }
    expect(countOf(cells)).toBeGreaterThan(120);
  });

  test("channels first and nucleus first, as torch-mesmer's", async () => {
    const { cells } = await segment(image, { mode, compartments: 'cells' }, torch);
    expect(cells.data).toEqual(chain(image, 'cell', mode, 'torch-mesmer-2026-06-30'));
  });
});

describe('an image of another pixel size', () => {
  const fine = drawImage(280, 360, 0.25, 44);

  test('is resampled, and its labels come back on its own grid', async () => {
    const { cells, nuclei } = await segment(fine);
    expect([cells.height, cells.width, cells.mpp]).toEqual([280, 360, 0.25]);
    const map = (plane: Image['planes'][number]): Float32Array =>
      prepareChannel(resizeBilinear(plane, 280, 360, 140, 180), { height: 140, width: 180 }, 'clahe', false);
    const small = map(fine.planes[1]!);
    const options = { ...profileOf('tiny', 'mesmer-tf-9').watershed.cell, rule: 'raised', holes: 'fixed' } as const;
    const expected = resizeNearest(deepWatershed(small, small, 140, 180, options), 140, 180, 280, 360);
    expect(cells.data).toEqual(relabelSequential(expected).labels);
    expect(countOf(nuclei)).toBeGreaterThan(30);
  });

  test('that files rounded is left as it is', async () => {
    const rounded = await segment({ ...drawImage(260, 256), mpp: 0.50002 });
    expect(rounded.cells.data).toEqual((await segment(drawImage(260, 256))).cells.data);
  });

  test('compat truncates the size and takes the nearest pixel by the rule that applies', async () => {
    const odd = drawImage(301, 283, 0.26, 40);
    const both = await segment(odd, { mode: 'compat' });
    const alone = await segment(odd, { mode: 'compat', compartments: 'cells' });
    expect([both.cells.height, both.cells.width]).toEqual([301, 283]);
    expect(countOf(both.cells)).toBe(countOf(alone.cells));
    // OpenCV's rule reads up to half a pixel further up and left.
    expect(both.cells.data).not.toEqual(alone.cells.data);
  });
});

describe('channels', () => {
  const more: Image = {
    ...image,
    channels: [...image.channels, { name: 'CD45', role: null }],
    planes: [...image.planes, Uint16Array.from(image.planes[1]!, (value, i) => (i % 330 < 165 ? 3 * value : 0))],
  };

  test('are combined as asked', async () => {
    const results = await Promise.all(
      (['sum', 'max', 'mean'] as const).map((combineMembrane) =>
        segment(more, { membrane: ['NaK', 'CD45'], combineMembrane, compartments: 'cells' }),
      ),
    );
    const [sum, max, mean] = results.map(({ cells }) => cells.data);
    // A mean is a sum on another scale, which the preparation takes away.
    expect(mean!.reduce((n, id, i) => n + (id === sum![i] ? 0 : 1), 0)).toBeLessThan(sum!.length * 0.001);
    expect(max).not.toEqual(sum);
  });

  test('without a membrane the network sees zeros', async () => {
    const seen: number[] = [];
    const spy: ModelHandle = {
      ...tiny,
      run(feeds) {
        const data = feeds['image']!.data as Float32Array;
        seen.push(data.reduce((sum, value, i) => sum + (i % 2 === 1 ? value : 0), 0));
        return tiny.run(feeds);
      },
    };
    const { cells, nuclei } = await segment(without(image, 'NaK'), {}, spy);
    expect(new Set(seen)).toEqual(new Set([0]));
    expect([countOf(cells), countOf(nuclei) > 120]).toEqual([0, true]);
  });

  test('nuclei alone come by both ports', async () => {
    const { cells, nuclei } = await segment(image, { compartments: 'nuclei' });
    expect(cells).toEqual(nuclei);
  });
});

describe('bad input', () => {
  const plain = drawImage(60, 80);
  test.each<[string, Image, Params, string]>([
    ['normalised intensities', { ...plain, intensity: 'unit' }, {}, 'wanted intensities as recorded ("counts")'],
    ['no nuclear channel', without(plain, 'DAPI'), {}, 'no channel has the role nuclear and none is named'],
    [
      'a channel that is absent',
      plain,
      { membrane: ['NaK1'] },
      'membrane channel "NaK1" is not in the image; did you mean "NaK"?',
    ],
    [
      'a nuclear channel of zeros',
      { ...plain, planes: [new Uint16Array(4800), plain.planes[1]!] },
      {},
      'nuclear channel "DAPI" is zero everywhere',
    ],
  ])('%s', async (_, source, params, message) => {
    await expect(segment(source, params)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(message) as string,
    });
  });

  test('a constant image has no cells, and says why', async () => {
    const warnings: string[] = [];
    const warn = (_: object, message: string): void => void warnings.push(message);
    const flat: Image = { ...plain, planes: [new Uint16Array(4800).fill(7), new Uint16Array(4800).fill(3)] };
    const log = { debug: () => undefined, info: () => undefined, warn };
    const found = (await segmentMesmer.run(
      { image: flat },
      segmentMesmer.params.parse({}),
      context(tiny, { log }),
    )) as Segmented;
    expect([countOf(found.cells), countOf(found.nuclei)]).toEqual([0, 0]);
    expect(warnings).toEqual([
      expect.stringContaining('the nuclear input'),
      expect.stringContaining('the membrane input'),
    ]);
  });

  test.each([
    [40, 50],
    [40, 600],
    [600, 40],
    [256, 256],
    [1, 1],
    [257, 256],
  ])('an image of %i × %i pixels is mirrored up to a tile', async (height, width) => {
    const { cells } = await segment(drawImage(height, width));
    expect([cells.height, cells.width]).toEqual([height, width]);
    if (height * width > 1000) expect(countOf(cells)).toBeGreaterThan(1);
  });

  test('compat cannot do one short and one long side, and says so', async () => {
    await expect(segment(drawImage(40, 600), { mode: 'compat' })).rejects.toThrow(/pass rule fixed/);
  });

  test('NaN from the network names step, tiles and model', async () => {
    const source = drawImage(260, 460);
    const failure = (where: string): object => ({
      ...{ code: 'MODEL_FAILED', retryable: true },
      message: expect.stringMatching(`^segment-mesmer, tiles at ${where}: model tiny yielded NaN`) as string,
    });
    await expect(segment(source, { batch: 4 }, nan)).rejects.toMatchObject(
      failure('row 0, column 0 to row 0, column 2'),
    );
    await expect(segment(source, {}, nan)).rejects.toMatchObject(failure('row 0, column 0'));
  });

  test('a model of another kind, of an unknown profile, of other shapes', async () => {
    const other = (changes: object): ModelHandle => ({ ...tiny, spec: { ...tiny.spec, ...changes } });
    await expect(segment(plain, {}, other({ profile: 'mesmer-tf9' }))).rejects.toThrow(/did you mean "mesmer-tf-9"/);
    await expect(
      segment(plain, {}, other({ outputs: tiny.spec.outputs.slice(0, 2), tile: undefined })),
    ).rejects.toThrow(
      /not of Mesmer's kind: tile is missing; no output has the class nucleus-distance; no output has the class nucleus-interior/,
    );
    const short: ModelHandle = {
      ...tiny,
      async run(feeds) {
        const outputs = await tiny.run(feeds);
        return { ...outputs, semantic_1: { dtype: 'float32', dims: [1, 2], data: new Float32Array(2) } };
      },
    };
    await expect(segment(plain, {}, short)).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringContaining(
        'gave float32 [1, 2] as "semantic_1", wanted float32 [1, 256, 256, 3]',
      ) as string,
    });
  });
});

test('is stopped between batches of tiles', async () => {
  const abort = new AbortController();
  let runs = 0;
  const slow: ModelHandle = {
    ...tiny,
    run(feeds) {
      runs += 1;
      abort.abort();
      return tiny.run(feeds);
    },
  };
  const ctx = context(slow, { signal: abort.signal });
  await expect(
    Promise.resolve(segmentMesmer.run({ image: drawImage(600, 600) }, segmentMesmer.params.parse({}), ctx)),
  ).rejects.toThrow();
  expect(runs).toBe(1);
});
