import { testContext, testStep } from '../../core/testing.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { synthesizeTissue } from '../../kernels/synth/index.ts';
import { normalize } from '../../plugins/normalize/index.ts';
import { regrid } from '../../plugins/regrid/index.ts';
import { resample } from '../../plugins/resample/index.ts';
import { segmentWatershed } from '../../plugins/segment-watershed/index.ts';
import { DRAWN_CHANNELS, drawTissue } from '../support/drawn-tissue.ts';
import { matchLabels, pooledF1 } from '../support/match-labels.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Parameters<typeof segmentWatershed.params.parse>[0];
interface Segmented {
  readonly cells: Labels;
  readonly nuclei: Labels;
}

const ctx = testContext();
const unit = (image: Image): Image => (normalize.run({ image }, { percentile: 99 }, ctx) as { image: Image }).image;
const segment = (image: Image, params: Params = {}): Segmented =>
  segmentWatershed.run({ image }, segmentWatershed.params.parse(params), ctx) as Segmented;
const keep = (image: Image, names: readonly string[]): Image => {
  const kept = image.channels.flatMap(({ name }, index) => (names.includes(name) ? [index] : []));
  return { ...image, channels: kept.map((i) => image.channels[i]!), planes: kept.map((i) => image.planes[i]!) };
};

const drawn = drawTissue(100, 120);
const image = unit(drawn.image);
const noMembrane = keep(image, ['DAPI', 'CD3']);

testStep(segmentWatershed, [
  { name: 'by role', inputs: { image } },
  { name: 'no membrane', inputs: { image: noMembrane } },
]);
testGolden(segmentWatershed, [
  { name: 'by role', inputs: { image } },
  { name: 'no membrane', inputs: { image: noMembrane }, params: { maxExpansionUm: 2 } },
]);

test('finds every drawn nucleus and cell', () => {
  const { cells, nuclei } = segment(image);
  expect(pooledF1([matchLabels(drawn.nuclei.data, nuclei.data, 0.6)])).toBeGreaterThan(0.95);
  expect(pooledF1([matchLabels(drawn.cells.data, cells.data, 0.6)])).toBeGreaterThan(0.9);
});

test.each([
  ['with a membrane', image],
  ['without', noMembrane],
])('nucleus i lies in cell i, ids are 1..n (%s)', (_, input) => {
  const { cells, nuclei } = segment(input);
  const ids = [...new Set(cells.data)].sort((a, b) => a - b);
  expect(ids).toEqual(Array.from({ length: ids.length }, (_id, i) => i));
  expect(new Set(nuclei.data)).toEqual(new Set(cells.data));
  expect(nuclei.data.every((id, i) => id === 0 || cells.data[i] === id)).toBe(true);
  expect([cells.mpp, nuclei.mpp]).toEqual([0.5, 0.5]);
});

test('a cell reaches no farther than maxExpansionUm', () => {
  const { cells, nuclei } = segment(image, { maxExpansionUm: 0, minExpansionUm: 0 });
  expect(cells.data).toEqual(nuclei.data);
});

test('lengths are physical: the same field at half the pixel size gives the same objects', () => {
  const fine = unit(
    (resample.run({ image: drawn.image }, { mpp: 0.25, method: 'bilinear' }, ctx) as { image: Image }).image,
  );
  const { cells } = regridded(segment(fine).cells);
  expect(pooledF1([matchLabels(segment(image).cells.data, cells.data, 0.7)])).toBeGreaterThan(0.9);
  function regridded(labels: Labels): { cells: Labels } {
    return { cells: (regrid.run({ labels, like: image }, {}, ctx) as { labels: Labels }).labels };
  }
});

test('crowded synthetic tissue, resampled and regridded: pooled F1 of at least 0.85', () => {
  const scored = [11, 12].map((seed) => {
    const tissue = synthesizeTissue({ seed, height: 384, width: 384, markers: ['DAPI', 'Na-K-ATPase', 'E-cadherin'] });
    const half = (resample.run({ image: tissue.image }, { mpp: 0.5, method: 'bilinear' }, ctx) as { image: Image })
      .image;
    const found = segment(unit(half));
    const native = (labels: Labels): Int32Array =>
      (regrid.run({ labels, like: tissue.image }, {}, ctx) as { labels: Labels }).labels.data;
    return {
      cells: matchLabels(tissue.cells.data, native(found.cells), 0.5),
      nuclei: matchLabels(tissue.nuclei.data, native(found.nuclei), 0.5),
    };
  });
  expect(pooledF1(scored.map(({ cells }) => cells))).toBeGreaterThan(0.85);
  expect(pooledF1(scored.map(({ nuclei }) => nuclei))).toBeGreaterThan(0.92);
});

test('faint haze without nuclei gives labels without objects', () => {
  const planes = [Float32Array.from({ length: 900 }, (_, i) => (i === 450 ? 1 : 0)), new Float32Array(900)];
  const empty = { ...image, height: 30, width: 30, channels: DRAWN_CHANNELS.slice(0, 2), planes };
  const { cells, nuclei } = segment(empty);
  expect(cells.data.some((id) => id !== 0)).toBe(false);
  expect(nuclei.data.length).toBe(900);
});

test('a membrane channel of zeros is said aloud and left out', () => {
  const warned: string[] = [];
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_: object, text: string) => void warned.push(text),
  };
  const dark = { ...image, planes: [image.planes[0]!, new Float32Array(image.planes[0]!.length), image.planes[2]!] };
  const found = segmentWatershed.run(
    { image: dark },
    segmentWatershed.params.parse({}),
    testContext({ log }),
  ) as Segmented;
  expect(warned).toEqual(['the membrane channels are zero everywhere; cells are grown by distance only']);
  expect(found.cells.data).toEqual(segment(noMembrane).cells.data);
});

describe('bad input', () => {
  const fails = (params: Params, input: Image = image): string => {
    try {
      segment(input, params);
    } catch (err) {
      expect(err).toMatchObject({ code: 'INVALID_INPUT', retryable: false });
      return (err as Error).message;
    }
    throw new Error('nothing was thrown');
  };

  test('an image that was not normalised', () => {
    expect(fails({}, drawn.image)).toBe(
      'image holds intensities as recorded ("counts"), wanted a normalised one ("unit"); put a normalize step before this one',
    );
  });
  test('unknown and doubled channels, all at once', () => {
    expect(fails({ nuclear: ['DAPl', 'DAPI', 'DAPI'], membrane: ['xyz', 'DAPI'] })).toBe(
      'image cannot be segmented: nuclear channel "DAPl" is not in the image; did you mean "DAPI"?; ' +
        'nuclear lists "DAPI" twice; name it once; ' +
        'membrane channel "xyz" is not in the image; channels: "DAPI", "CD45", "CD3"; ' +
        'channel "DAPI" is both nuclear and membrane; name it once',
    );
  });
  test('no nuclear channel', () => {
    expect(fails({}, keep(image, ['CD45', 'CD3']))).toBe(
      'image cannot be segmented: no channel has the role nuclear and none is named; give one in the panel CSV (role column) ' +
        'or in with.nuclear (channels: "CD45", "CD3")',
    );
  });
  test('an all-zero nuclear channel', () => {
    const dark = { ...image, planes: image.planes.map((plane) => new Float32Array(plane.length)) };
    expect(fails({}, dark)).toBe(
      'image cannot be segmented: nuclear channel "DAPI" is zero everywhere; check the image or name another channel',
    );
  });
  test('a pixel size at which nuclei are no objects', () => {
    expect(fails({}, { ...image, mpp: 5 })).toBe(
      "a nucleus of 7 µm is 1.4 pixels across at 5 µm per pixel, wanted 4 to 400; check the image's pixel size and " +
        'nucleusDiameterUm, or resample first',
    );
  });
  test('a one-pixel image has no nuclei to find', () => {
    const one = { ...image, height: 1, width: 1, planes: image.planes.map(() => Float32Array.of(1)) };
    expect(segment(one).cells.data).toEqual(Int32Array.of(0));
  });
});
