import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image, Labels } from '../../../kernels/image.ts';
import { readLabelsTiff, writeLabelsTiff, writeOmeTiff } from '../../../activities/images/index.ts';
import { PLANE_FORMATS, type PlaneType } from '../../../activities/images/plane-type.ts';
import { halve } from '../../../activities/images/write-tiff.ts';
import { page, putTiff, read, temporaryFolder } from '../../support/image-fixtures.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

function image(dtype: PlaneType, height = 70, width = 45): Image {
  const channels = [
    { name: 'DAPI & <DNA> "1"', role: 'nuclear' as const },
    { name: 'γ-H2AX', role: null },
    { name: 'NaK ATPase', role: 'membrane' as const },
  ];
  const planes = channels.map((_, c) => {
    const plane = PLANE_FORMATS[dtype].create(height * width);
    return plane.map((_value, i) => ((i * 7 + c * 13) % 251) - (dtype.startsWith('u') ? 0 : 100)) as typeof plane;
  });
  return { height, width, mpp: 0.377, intensity: 'counts', channels, planes };
}

describe.each(Object.keys(PLANE_FORMATS) as PlaneType[])('%s', (dtype) => {
  test.each([
    { bigTiff: false, compression: 'none' as const, tile: 16 },
    { bigTiff: true, tile: 32, pyramid: true },
    {},
  ])('comes back as it was written: %j', async (options) => {
    const path = at(`${dtype}.ome.tif`);
    await writeOmeTiff(path, image(dtype), options);
    const back = await read(path, { mpp: null });
    expect(back.image).toEqual(image(dtype));
    expect([back.format, back.warnings]).toEqual(['OME-TIFF', []]);
  });
});

test('intensity kind and awkward names survive; equal images give equal bytes; no temporary file stays', async () => {
  const unit: Image = { ...image('float32'), intensity: 'unit', mpp: 0.1 + 0.2 };
  await writeOmeTiff(at('a.ome.tif'), unit);
  await writeOmeTiff(at('b.ome.tif'), unit);
  expect((await read(at('a.ome.tif'), { mpp: null })).image).toEqual(unit);
  expect((await readFile(at('a.ome.tif'))).equals(await readFile(at('b.ome.tif')))).toBe(true);
  expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
});

test('classic or BigTIFF by size: the 43 of BigTIFF stands in the header', async () => {
  await writeOmeTiff(at('classic.tif'), image('uint8'));
  await writeOmeTiff(at('big.tif'), image('uint8'), { bigTiff: true });
  expect((await readFile(at('classic.tif'))).readUInt16LE(2)).toBe(42);
  expect((await readFile(at('big.tif'))).readUInt16LE(2)).toBe(43);
});

test('a pyramid level is the mean of 2x2 pixels, rounded half up, of what there is at the edge', () => {
  const plane = Uint8Array.from([1, 2, 9, 3, 4, 9, 255, 255, 7]);
  expect(halve({ height: 3, width: 3, plane }, PLANE_FORMATS.uint8)).toEqual({
    height: 2,
    width: 2,
    plane: Uint8Array.from([3, 9, 255, 7]),
  });
  const signed = Int8Array.from([-1, -2, -3, -4]);
  expect(halve({ height: 2, width: 2, plane: signed }, PLANE_FORMATS.int8).plane).toEqual(Int8Array.from([-2]));
});

test.each([
  [{ planes: [] }, 'the image has no planes'],
  [{ planes: [new Uint8Array(3150)] }, '1 planes for 3 channels'],
  [
    { planes: [0, 1, 2].map((c) => (c < 2 ? new Uint8Array(3150) : new Uint16Array(3150))) },
    'plane 3 is uint16, the first is uint8',
  ],
  [{ planes: [0, 1, 2].map((c) => new Uint8Array(3150 - c)) }, 'plane 2 has 3149 pixels, expected 70x45'],
  [{ mpp: NaN }, 'mpp NaN is not a positive number'],
])('an inconsistent image is refused and leaves nothing: %#', async (change, message) => {
  await expect(writeOmeTiff(at('bad.tif'), { ...image('uint8'), ...change })).rejects.toMatchObject({
    code: 'INVALID_OUTPUT',
    message: `cannot write an OME-TIFF: ${message}; pass a consistent Image`,
  });
  await expect(stat(at('bad.tif'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(writeOmeTiff(at('bad.tif'), image('uint8'), { tile: 100 })).rejects.toThrow(
    'tile 100 is not a multiple of 16',
  );
});

describe('labels', () => {
  const labels: Labels = {
    height: 3,
    width: 4,
    mpp: 0.5,
    data: Int32Array.from([0, 1, 2, 3, 0, 0, 0, 7, 0, 0, 2147483647, 0]),
  };

  test('come back as written, gaps and large ids included', async () => {
    await writeLabelsTiff(at('labels.tif'), labels);
    expect(await readLabelsTiff(at('labels.tif'))).toEqual(labels);
    await expect(readLabelsTiff(at('labels.tif'), 1)).rejects.toThrow(
      'the samplesheet says 1 µm per pixel, the file 0.5',
    );
    await expect(writeLabelsTiff(at('x.tif'), { ...labels, data: labels.data.map(() => -1) })).rejects.toThrow(
      'id -1 is negative',
    );
  });

  test('of other writers: any integers, pixel size given; floats, negatives and several channels refused', async () => {
    const foreign = await putTiff(at('foreign.tif'), [page({ dtype: 'int16' })]);
    expect((await readLabelsTiff(foreign, 0.5)).data.slice(0, 4)).toEqual(Int32Array.from([0, 7, 14, 21]));
    await expect(readLabelsTiff(foreign)).rejects.toThrow('the file states no pixel size');
    const float = await putTiff(at('float.tif'), [page({ dtype: 'float32' })]);
    await expect(readLabelsTiff(float, 0.5)).rejects.toThrow(
      'holds float32 values, expected integer labels; save it as uint32',
    );
    const negative = await putTiff(at('negative.tif'), [
      page({ dtype: 'int16', values: [Array<number>(120).fill(-3)] }),
    ]);
    await expect(readLabelsTiff(negative, 0.5)).rejects.toThrow('holds the label -3, expected 0 to 2147483647');
    const two = await putTiff(at('two.tif'), [page(), page()]);
    await expect(readLabelsTiff(two, 0.5)).rejects.toThrow('holds 2 channels, expected one label image');
  });
});
