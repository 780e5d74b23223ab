import { markers2026 } from '../../core/vocabulary/markers.ts';
import { testContext, testStep } from '../../core/testing.ts';
import type { Image, Labels, Patches } from '../../kernels/image.ts';
import { cutBatch, patchProfile } from '../../kernels/index.ts';
import { extractPatches } from '../../plugins/extract-patches/index.ts';
import { drawField, rename, reorder } from '../support/phenotype-field.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Parameters<typeof extractPatches.params.parse>[0];
const field = drawField();
const extract = (inputs: { image: Image; cells: Labels }, params: Params = {}): Patches =>
  (extractPatches.run(inputs, extractPatches.params.parse(params), testContext()) as { patches: Patches }).patches;

testStep(extractPatches, [
  { name: 'windows of 32 at the image’s own pixel size', inputs: field },
  { name: 'windows of 64, resampled', inputs: drawField(60, 70, 0.4), params: { profile: 'dct-2025-clip' } },
]);

testGolden(extractPatches, [
  { name: '2026', inputs: drawField(60, 70) },
  { name: 'paper', inputs: drawField(60, 70, 0.377), params: { profile: 'paper', channels: 'all' } },
]);

test('planes once and labels once: at the profile’s pixel size they are the image’s own', () => {
  const patches = extract(field);
  expect(patches.labels).toBe(field.cells.data);
  expect(patches.channels.map(({ name, marker }) => [name, marker])).toEqual([
    ['CD20', 'CD20'],
    ['CD4', 'CD4'],
    ['CD68', 'CD68'],
    ['CD8 (C8/144B)', 'CD8'],
    ['Pan-Cytokeratin', 'PanCK'],
  ]);
  expect(patches.channels.map(({ marker, index }) => markers2026[index] === marker)).toEqual(Array(5).fill(true));
  expect(patches.planes[0]).toBe(field.image.planes[1]);
  expect(patches.ids.length).toBe(field.types.length);
});

test('a batch is the crop of the scaled image, whatever the order of the panel', () => {
  const patches = extract(field);
  const shuffled = extract({ ...field, image: reorder(field.image, [5, 3, 0, 1, 4, 2]) });
  const [a, b] = [cutBatch(patches, 2, 3), cutBatch(shuffled, 2, 3)];
  expect(b.sample).toEqual(a.sample);
  // One pixel by hand: cell 9 (the third) in its own marker, PanCK (channel 4 of 5), at its centroid.
  const { high, low, range } = patches.channels[4]!;
  const plane = patches.planes[4]!;
  const [y, x] = [patches.y[2]! + 16, patches.x[2]! + 16];
  const expected = (Math.min(plane[y * 120 + x]!, high!) - low) / range;
  expect(a.sample[4 * 1024 + 16 * 32 + 16]).toBeCloseTo(expected, 6);
});

test('all channels, named by a map where their names tell nothing', () => {
  const patches = extract(field, { channels: 'all', map: { DAPI: null, CD4: 'helper' } });
  expect(patches.channels.map(({ marker, index }) => [marker, index])).toEqual([
    ['CD20', -1],
    ['helper', -1],
    ['CD8 (C8/144B)', -1],
    ['CD68', -1],
    ['Pan-Cytokeratin', -1],
  ]);
});

describe('refuses', () => {
  test.each<[string, () => unknown, string]>([
    [
      'no marker',
      () => extract({ ...field, image: rename(field.image, ['a1', 'b1', 'c1', 'd1', 'e1', 'f1']) }),
      'no channel shows a marker',
    ],
    [
      'cells of another size',
      () => extract({ image: field.image, cells: drawField(90, 120).cells }),
      "bring labels onto the image's grid with a regrid step",
    ],
    [
      'guesses in strict mode',
      () =>
        extract(
          { ...field, image: rename(field.image, ['DAPI', 'Keratin', 'CD4', 'CD8', 'CD68', 'CD20']) },
          { strict: true },
        ),
      'only guessed',
    ],
  ])('%s', (_, run, message) => expect(run).toThrow(message));

  test('too many channels for the profile', () => {
    const names = Array.from({ length: 76 }, (_, i) => `c${i}`);
    const image = {
      ...field.image,
      channels: names.map((name) => ({ name, role: null })),
      planes: names.map(() => field.image.planes[0]!),
    };
    expect(() => extract({ ...field, image }, { profile: 'paper', channels: 'all' })).toThrow(
      '76 channels are more than the 75',
    );
    expect(patchProfile('paper').channels).toBe(75);
  });
});
