import { join } from 'node:path';
import type { Plane } from '../../../kernels/image.ts';
import { page, pattern, putTiff, read, temporaryFolder } from '../../support/image-fixtures.ts';

const folder = temporaryFolder();
const DTYPES = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32'];
const COMPRESSIONS = { none: 1, lzw: 5, deflate: 8, packBits: 32773, oldDeflate: 32946, zstd: 50000 };
const [height, width] = [37, 53];

/** Values that use the whole range of the type: signs, wrap-around of differences, many distinct bytes. */
function valuesOf(dtype: string, seed: number): number[] {
  const raw = pattern(height, width, seed);
  if (dtype === 'float32') return raw.map((value) => Math.fround((value - 100) * 1.37e-3));
  const top = 2 ** Number(/\d+$/.exec(dtype)?.[0]);
  const spread = raw.map((value, i) => (value * 16843009 + i * 31) % top);
  return dtype.startsWith('u') ? spread : spread.map((value) => (value >= top / 2 ? value - top : value));
}

/** Whether planes hold exactly these values; toEqual on arrays of this size would take minutes over all cases. */
function holds(planes: readonly Plane[], values: readonly (readonly number[])[]): boolean {
  return (
    planes.length === values.length && planes.every((plane, c) => plane.every((value, i) => value === values[c]?.[i]))
  );
}

describe.each(DTYPES)('%s', (dtype) => {
  const values = [valuesOf(dtype, 1), valuesOf(dtype, 2), valuesOf(dtype, 3)];
  const predictors = dtype === 'float32' ? ([1, 3] as const) : ([1, 2] as const);

  for (const [name, compression] of Object.entries(COMPRESSIONS))
    for (const predictor of compression === 1 || compression === 32773 ? ([1] as const) : predictors)
      for (const littleEndian of [true, false])
        for (const tile of [undefined, [16, 32] as const]) {
          const shape = `${littleEndian ? 'little' : 'big'}-endian ${tile ? 'tiles' : 'strips'}`;
          test(`${name}, predictor ${predictor}, ${shape}, classic and BigTIFF`, async () => {
            const layout = tile === undefined ? { rowsPerStrip: 10 } : { tile };
            const pages = values.map((plane) =>
              page({ height, width, dtype, values: [plane], compression, predictor, ...layout }),
            );
            for (const big of [false, true]) {
              const path = await putTiff(join(folder, 'odd.tif'), pages, { littleEndian, big });
              const { image } = await read(path);
              expect(holds(image.planes, values)).toBe(true);
              expect(image.planes[0]?.constructor.name.toLowerCase()).toBe(`${dtype}array`);
            }
          });
        }

  test.each([true, false])('several samples per pixel become channels (planar %s)', async (planar) => {
    const odd = page({
      height,
      width,
      dtype,
      values,
      planar,
      compression: 8,
      predictor: predictors[1],
      rowsPerStrip: 8,
    });
    const path = await putTiff(join(folder, 'samples.tif'), [odd], { littleEndian: false });
    const { image } = await read(path);
    expect(holds(image.planes, values)).toBe(true);
    expect(image.channels.map(({ name }) => name)).toEqual(['channel-1', 'channel-2', 'channel-3']);
  });
});

test('a strip longer than one block of rows is read in blocks', async () => {
  const [rows, columns] = [1200, 2000];
  const values = Array.from({ length: rows * columns }, (_, i) => i % 99991);
  const tall = page({ height: rows, width: columns, dtype: 'float32', values: [values] });
  const { image } = await read(await putTiff(join(folder, 'tall.tif'), [tall], { littleEndian: false }));
  expect(holds(image.planes, [values])).toBe(true);
});

test('only the samples asked for are decoded, in the order of the panel', async () => {
  const values = [pattern(10, 12, 1), pattern(10, 12, 2), pattern(10, 12, 3)];
  const path = await putTiff(join(folder, 'three.tif'), [page({ values })]);
  const panel = [
    { channel: '3', marker: 'CD3', role: null },
    { channel: '1', marker: 'DAPI', role: 'nuclear' as const },
  ];
  const { image, acquired } = await read(path, { panel });
  expect(image.channels).toEqual([
    { name: 'CD3', role: null },
    { name: 'DAPI', role: 'nuclear' },
  ]);
  expect(image.planes.map((plane) => Array.from(plane))).toEqual([values[2], values[0]]);
  expect(acquired).toEqual(['channel-1', 'channel-2', 'channel-3']);
});

test('the last strip may be padded to full height, and byte counts may lack for uncompressed strips', async () => {
  const values = pattern(10, 12);
  const padded = page({
    height: 16,
    values: [[...values, ...Array<number>(72).fill(9)]],
    compression: 8,
    rowsPerStrip: 8,
  });
  const path = await putTiff(join(folder, 'padded.tif'), [{ ...padded, tags: { 257: [4, [10]] } }]);
  expect(Array.from((await read(path)).image.planes[0] ?? [])).toEqual(values);
});

test('progress counts planes and a signal stops the reading', async () => {
  const path = await putTiff(join(folder, 'three.tif'), [page(), page({}, 1), page({}, 2)]);
  const seen: string[] = [];
  await read(path, {}, { onPlane: (done, total) => seen.push(`${done}/${total}`) });
  expect(seen).toEqual(['1/3', '2/3', '3/3']);
  await expect(read(path, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
});
