import { join } from 'node:path';
import { page, putTiff, read, readError, temporaryFolder } from '../../support/image-fixtures.ts';

const folder = temporaryFolder();
type Rational = readonly [number, number];

const file = (x: Rational | null, unit = 3, y: Rational | null = x) =>
  putTiff(join(folder, 'size.tif'), [
    page(x === null || y === null ? {} : { resolution: x, yResolution: y, resolutionUnit: unit }),
  ]);

const UNSET = 'write µm per pixel into the mpp column of the samplesheet (or mpp: under source)';
const INSIST =
  'write the µm per pixel with an exclamation mark (0.5!) into the mpp column of the samplesheet to insist on it';

test.each<[Rational, number, number]>([
  [[25_600, 1], 3, 0.390625],
  [[4_294_967_295, 213_523], 3, 0.49714697536],
  [[50_800, 1], 2, 0.5],
  [[200_000, 1], 3, 0.05],
  [[2_000, 1], 3, 5],
])('resolution %j in unit %d is %d µm per pixel', async (resolution, unit, mpp) => {
  expect((await read(await file(resolution, unit), { mpp: null })).image.mpp).toBeCloseTo(mpp, 9);
});

test.each<[Rational | null, number, string]>([
  [null, 2, ''],
  [[0, 1000], 3, ''],
  [[72, 0], 2, ''],
  [[25_600, 1], 1, ''],
  [[72, 1], 2, ': 352.778 µm per pixel (XResolution 72 dpi) is outside 0.05–5, taken as unset'],
  [[96, 1], 2, ': 264.583 µm per pixel (XResolution 96 dpi) is outside 0.05–5, taken as unset'],
  [[300, 1], 2, ': 84.6667 µm per pixel (XResolution 300 dpi) is outside 0.05–5, taken as unset'],
  [[1, 1], 3, ': 10000 µm per pixel (XResolution 1 px/cm) is outside 0.05–5, taken as unset'],
  [[1_000_000, 1], 3, ': 0.01 µm per pixel (XResolution 1000000 px/cm) is outside 0.05–5, taken as unset'],
])('resolution %j in unit %d counts as unset', async (resolution, unit, found) => {
  const path = await file(resolution, unit);
  expect(await readError(path, { mpp: null })).toBe(
    `INVALID_INPUT ${path}: the file states no pixel size${found}; ${UNSET}`,
  );
  expect((await read(path, { mpp: 0.65 })).image.mpp).toBe(0.65);
});

test('the sheet may agree within 1 %, must be insisted on beyond', async () => {
  const path = await file([20_000, 1]);
  expect((await read(path, { mpp: 0.505 })).image.mpp).toBe(0.505);
  expect(await readError(path, { mpp: 0.506 })).toBe(
    `INVALID_INPUT ${path}: the samplesheet says 0.506 µm per pixel, the file 0.5 µm per pixel (XResolution 20000 px/cm); ` +
      'correct or empty the mpp column, or write 0.506! there to overrule the file',
  );
  expect((await read(path, { mpp: 0.506, forceMpp: true })).image.mpp).toBe(0.506);
});

test('pixels that are not square are an error unless a size is insisted on', async () => {
  const path = await file([20_000, 1], 3, [19_700, 1]);
  expect(await readError(path, { mpp: null })).toBe(
    `INVALID_INPUT ${path}: pixels are not square: 0.507614 (y) x 0.5 (x) µm per pixel (XResolution 20000 px/cm); resample them to squares, or ${INSIST}`,
  );
  expect((await read(path, { mpp: 0.5, forceMpp: true })).image.mpp).toBe(0.5);
});

test.each([
  ['PhysicalSizeX="0.65" PhysicalSizeY="0.65"', 0.65],
  ['PhysicalSizeX="0.65"', 0.65],
  ['PhysicalSizeX="6.5e-4" PhysicalSizeXUnit="mm"', 0.65],
  ['PhysicalSizeX="1" PhysicalSizeXUnit="pixel"', 0.5],
  ['PhysicalSizeX="0"', 0.5],
  ['', 0.5],
])('OME-XML with %s over resolution tags of 0.5 µm gives %d', async (attributes, mpp) => {
  const description = `<OME><Image><Pixels SizeX="12" SizeY="10" SizeC="1" SizeZ="1" SizeT="1" ${attributes}/></Image></OME>`;
  const path = await putTiff(join(folder, 'ome.tif'), [page({ description, resolution: [20_000, 1] })]);
  expect((await read(path, { mpp: null })).image.mpp).toBeCloseTo(mpp, 12);
});

test('files of one folder that contradict each other', async () => {
  await putTiff(join(folder, 'fov/a.tif'), [page({ resolution: [20_000, 1] })]);
  await putTiff(join(folder, 'fov/b.tif'), [page({ resolution: [10_000, 1] })]);
  expect(await readError(join(folder, 'fov'), { mpp: null })).toContain(
    'the file contradicts itself: 0.5 µm per pixel (XResolution 20000 px/cm) and 1 µm per pixel (XResolution 10000 px/cm)',
  );
});
