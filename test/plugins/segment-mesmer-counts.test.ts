import { testContext } from '../../core/testing.ts';
import { gaussian } from '../../kernels/index.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { segmentMesmer } from '../../plugins/segment-mesmer/index.ts';
import { keepNucleated } from '../../plugins/segment-mesmer/nucleated.ts';
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
