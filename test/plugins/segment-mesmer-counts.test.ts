import { testContext } from '../../core/testing.ts';
import { gaussian } from '../../kernels/index.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { createRandom } from '../../kernels/synth/random.ts';
import { segmentMesmer } from '../../plugins/segment-mesmer/index.ts';
import { keepNucleated } from '../../plugins/segment-mesmer/nucleated.ts';
import { isGrainy, isSparse, smoothingOf } from '../../plugins/segment-mesmer/ions.ts';
import { drawBlobs } from '../support/drawn-blobs.ts';
import { mesmerRecord, openModel } from '../support/onnx-models.ts';

const net = (await openModel(mesmerRecord('mesmer-tiny'))).handle;
type Params = Parameters<typeof segmentMesmer.params.parse>[0];
const segment = async (image: Image, params: Params = {}): Promise<{ cells: Labels; nuclei: Labels }> => {
  const options = segmentMesmer.params.parse(params);
  return (await segmentMesmer.run({ image }, options, testContext({ models: { net } }))) as never;
};

const image = drawBlobs(100, 130, 0.4);

test('smoothUm is a Gaussian of so many µm over the intensities as recorded', async () => {
  const planes = image.planes.map((plane) => gaussian(Float32Array.from(plane), 100, 130, 1.2 / 0.4));
  const smoothed = await segment({ ...image, planes });
  const found = await segment(image, { smoothUm: 1.2 });
  expect(found.cells.data).toEqual(smoothed.cells.data);
  expect(found.nuclei.data).toEqual(smoothed.nuclei.data);
  expect(found.cells.data).not.toEqual((await segment(image)).cells.data);
});

test('a channel is sparse where single counts lie apart, whatever its type, and not for an empty background', () => {
  const random = createRandom(5);
  const grid = { height: 60, width: 50 };
  const counts = (mean: number): Uint8Array =>
    Uint8Array.from({ length: 3000 }, () => (random.unit() < 1 - Math.exp(-mean) ? 1 : 0));
  expect(isSparse(counts(0.3), grid)).toBe(true);
  expect(
    isSparse(
      Float32Array.from(counts(0.7), (value) => value * 0.1),
      grid,
    ),
  ).toBe(true);
  expect(isSparse(counts(3), grid)).toBe(false);
  // Half of this one is empty, as a thresholded photograph is: only pixels at the border lie beside the emptiness.
  expect(
    isSparse(
      Uint16Array.from({ length: 3000 }, (_, i) => (i % 50 < 25 ? 700 : 0)),
      grid,
    ),
  ).toBe(false);
  expect(isSparse(new Uint16Array(3000), grid)).toBe(false);
  expect(isSparse(Uint16Array.of(4), { height: 1, width: 1 })).toBe(false);
  // Of 1,100 rows every second is looked at, with the row below it.
  const tall = { height: 1100, width: 40 };
  const ions = Uint8Array.from({ length: 44_000 }, () => Number(random.unit() < 0.3));
  expect(isSparse(ions, tall)).toBe(true);
  expect(isSparse(new Uint8Array(44_000).fill(1), tall)).toBe(false);
  // Five pixels have both neighbours; of two of them the lower one is empty, which is just enough.
  const row = [1, 1, 1, 1, 1, 1];
  expect(isSparse(Uint8Array.of(...row, 0, 0, 1, 1, 1, 1), { height: 2, width: 6 })).toBe(true);
  expect(isSparse(Uint8Array.of(...row, 0, 1, 1, 1, 1, 1), { height: 2, width: 6 })).toBe(false);
});

test('a channel is grainy where its pixels differ as counts do, not for hot pixels, an empty background or a steep slope', () => {
  const random = createRandom(6);
  const grid = { height: 60, width: 50 };
  const draw = (value: (i: number) => number): Float32Array => Float32Array.from({ length: 3000 }, (_, i) => value(i));
  const noise = draw(() => 1000 + 10 * random.normal());
  expect(isGrainy(noise, grid)).toBe(true);
  expect(isGrainy(Uint16Array.from(noise), grid)).toBe(true);
  expect(isGrainy(new Float32Array(3000).fill(7), grid)).toBe(false);
  // A slope from 0 to 49 has a standard deviation of 14.4, of which noise is to be 0.4: 6.3 within the whole spread of 15.7.
  expect(
    isGrainy(
      draw((i) => (i % 50) + 5 * random.normal()),
      grid,
    ),
  ).toBe(false);
  expect(
    isGrainy(
      draw((i) => (i % 50) + 8 * random.normal()),
      grid,
    ),
  ).toBe(true);
  // Five hot pixels lie above the 99.8th percentile.
  expect(
    isGrainy(
      draw((i) => (i % 600 === 77 ? 60_000 : i % 50)),
      grid,
    ),
  ).toBe(false);
  expect(
    isGrainy(
      draw((i) => (i % 50 < 25 ? 0 : 700)),
      grid,
    ),
  ).toBe(false);
  for (const [height, width] of [
    [2, 1500],
    [1500, 2],
    [1, 1],
  ] as const) {
    expect(isGrainy(noise.subarray(0, height * width), { height, width })).toBe(false);
  }
  // Of 1,100 rows every second is looked at, with the rows beside it.
  const tall = Float32Array.from({ length: 44_000 }, () => random.normal());
  expect(isGrainy(tall, { height: 1100, width: 40 })).toBe(true);
});

test('auto smooths both channels by the profile where one is sparse or the nuclear one grainy, a number always, 0 never', () => {
  const random = createRandom(7);
  const grid = { height: 40, width: 50 };
  const draw = (value: (i: number) => number): Float32Array => Float32Array.from({ length: 2000 }, (_, i) => value(i));
  const sparse = draw((i) => i % 2);
  const full = draw((i) => 100 + (i % 50));
  const grainy = draw(() => 100 + random.normal());
  const smoothing = (nuclear: Float32Array, membrane: Float32Array | null, ofProfile = 1): number =>
    smoothingOf({ nuclear, membrane }, grid, 'auto', ofProfile);
  expect(smoothing(sparse, full)).toBe(1);
  expect(smoothing(full, sparse)).toBe(1);
  expect(smoothing(full, sparse, 0)).toBe(0);
  expect(smoothing(grainy, full)).toBe(1);
  expect(smoothing(grainy, null)).toBe(1);
  expect(smoothing(full, grainy)).toBe(0);
  expect(smoothing(full, full)).toBe(0);
  expect(smoothing(full, null)).toBe(0);
  expect(smoothingOf({ nuclear: null, membrane: sparse }, grid, 'auto', 1)).toBe(1);
  expect(smoothingOf({ nuclear: null, membrane: grainy }, grid, 'auto', 1)).toBe(0);
  expect(smoothingOf({ nuclear: full, membrane: full }, grid, 0.7, 1)).toBe(0.7);
  expect(smoothingOf({ nuclear: sparse, membrane: sparse }, grid, 0, 1)).toBe(0);
});

test('nucleated keeps cells by the share of them that is nucleus, in their order', () => {
  const cells = Int32Array.of(1, 1, 1, 1, 0, 2, 2, 3, 3, 3, 3, 9);
  const nuclei = Int32Array.of(7, 0, 0, 0, 5, 0, 0, 4, 4, 6, 0, 1);
  expect([...keepNucleated(cells, nuclei, 0)]).toEqual([...cells]);
  expect([...keepNucleated(cells, nuclei, 0.25)]).toEqual([1, 1, 1, 1, 0, 0, 0, 2, 2, 2, 2, 3]);
  expect([...keepNucleated(cells, nuclei, 0.26)]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2]);
  expect([...keepNucleated(cells, nuclei, 1)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(keepNucleated(new Int32Array(0), new Int32Array(0), 0.5)).toEqual(new Int32Array(0));
});

test('cells without a nucleus go, and nuclei are matched to those that stay', async () => {
  // The upper half has membranes alone.
  const [nuclear, membrane] = image.planes as [Uint16Array, Uint16Array];
  const planes = [nuclear.map((value, i) => (i < 50 * 130 ? 100 : value)), membrane];
  const all = await segment({ ...image, planes });
  const kept = await segment({ ...image, planes }, { nucleated: 0.05, match: 'clip' });
  const ids = ({ data }: Labels, from: number, end: number): number =>
    new Set(data.subarray(from, end).filter((id) => id > 0)).size;
  expect(ids(all.cells, 0, 40 * 130)).toBeGreaterThan(5);
  expect(ids(kept.cells, 0, 40 * 130)).toBe(0);
  const lower = [66 * 130, 100 * 130] as const;
  expect(ids(kept.cells, ...lower)).toBe(ids(all.cells, ...lower));
  expect(kept.nuclei.data.every((id, i) => id === 0 || id === kept.cells.data[i])).toBe(true);
  await expect(segment(image, { nucleated: 0.1, compartments: 'cells' })).rejects.toThrow(
    'only where both are found can cells without a nucleus be told; set compartments: both or nucleated: 0',
  );
});
