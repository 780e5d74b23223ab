import { join } from 'node:path';
import type { Image } from '../../../kernels/image.ts';
import { readLabelsTiff } from '../../../activities/images/index.ts';
import { read, readError } from '../../support/image-fixtures.ts';
import { describeWithData } from '../../support/test-data.ts';

/**
 * Sum of every channel's pixels to six decimals. The expected values are those of tifffile 2026.3.3, summed by NumPy in
 * float64 (pairwise, so that the last digits are its own).
 */
const sums = ({ planes, channels }: Image) =>
  Object.fromEntries(
    planes.map((plane, c) => {
      let sum = 0;
      for (const value of plane) sum += value;
      return [channels[c]?.name, Number(sum.toFixed(6))];
    }),
  );

const MIBI = {
  Background: 814169,
  BetaCatenin: 237000,
  BetaTubulin: 1077076,
  CD20: 71241,
  CD3: 108174,
  CD4: 125851,
  CD45: 162655,
  CD8: 139102,
  CD9: 181458,
  ECadherin: 307217,
  ER: 116980,
  GLUT1: 328683,
  HER2: 185816,
  HH3: 2195196,
  HLA_Class_1: 141757,
  Ki67: 158023,
  LaminAC: 88525,
  Membrane: 15996762,
  'NaK ATPase': 129999,
  PanKeratin: 505904,
  SMA: 1086747,
  Vimentin: 196910,
};

describeWithData('mibi-breast-fov8', (folder) => {
  test('the MIBItiff: 22 channels of 1024x1024 uint16 at 0.390625 µm', async () => {
    const { image, format, warnings } = await read(join(folder, 'fov8_mibitiff.tiff'), { mpp: null });
    expect([format, image.height, image.width, image.mpp, warnings]).toEqual(['MIBI TIFF', 1024, 1024, 0.390625, []]);
    expect(image.planes.every((plane) => plane instanceof Uint16Array)).toBe(true);
    expect(sums(image)).toEqual(MIBI);
  });

  test('the folder of single channels: the same pixels, and 72 dpi is no pixel size', async () => {
    const single = join(folder, 'single_channel');
    expect(await readError(single, { mpp: null })).toBe(
      `INVALID_INPUT ${single}: the file states no pixel size: 352.778 µm per pixel (XResolution 72 dpi) is outside 0.05–5, taken as unset; ` +
        'write µm per pixel into the mpp column of the samplesheet (or mpp: under source)',
    );
    const { image, format } = await read(single, { mpp: 0.390625 });
    expect([format, image.mpp, image.planes[0] instanceof Uint8Array]).toEqual(['folder of TIFF', 0.390625, true]);
    expect(sums(image)).toEqual(MIBI);
    const cd45 = (other: Image) =>
      Array.from(other.planes[other.channels.findIndex(({ name }) => name === 'CD45')] ?? []);
    const multi = await read(join(folder, 'fov8_mibitiff.tiff'), { mpp: null });
    expect(Buffer.from(cd45(image)).equals(Buffer.from(cd45(multi.image)))).toBe(true);
  });

  test('a panel picks channels, and a misspelt one is told the right name', async () => {
    const file = join(folder, 'fov8_mibitiff.tiff');
    const panel = [
      { channel: 'HH3', marker: 'DNA', role: 'nuclear' as const },
      { channel: 'NaK ATPase', marker: 'ATP1A1', role: 'membrane' as const },
    ];
    const { image } = await read(file, { mpp: null, panel });
    expect(sums(image)).toEqual({ DNA: 2195196, ATP1A1: 129999 });
    expect(await readError(file, { mpp: null, panel: [{ channel: 'Nak ATPase', marker: 'x', role: null }] })).toContain(
      'channel "Nak ATPase" is not in the file; did you mean "NaK ATPase"?',
    );
    expect(await readError(file, { mpp: 0.5 })).toContain('the samplesheet says 0.5 µm per pixel, the file 0.390625');
  });

  test('Mesmer labels (int16)', async () => {
    const { data } = await readLabelsTiff(join(folder, 'fov8_mesmer_whole_cell.tif'), 0.390625);
    expect([data.length, new Set(data).size, data.reduce((sum, id) => sum + id, 0)]).toEqual([
      1024 * 1024,
      273,
      43387011,
    ]);
  });
});

describeWithData('vectra-phenoptr', (folder) => {
  test('the component TIFF: 5 channels of 260x348 float32 at 0.4971 µm', async () => {
    const { image, format } = await read(join(folder, 'FIHC4__0929309_HP_IM3_2_component_data.tif'), { mpp: null });
    expect([format, image.height, image.width]).toEqual(['Akoya TIFF', 260, 348]);
    expect(image.mpp).toBeCloseTo(0.4971, 4);
    expect(image.planes.every((plane) => plane instanceof Float32Array)).toBe(true);
    expect(sums(image)).toEqual({
      'Alexa 594': 290388.579258,
      Cy3: 486920.265064,
      Cy5: 251757.646305,
      DAPI: 2037502.386753,
      FITC: 96176.574359,
    });
  });
});

describeWithData('imc-pancreas-cytomapper', (folder) => {
  test.each([
    ['E34', [87053.82697, 65112.11026, 38288.93831, 3432.444856, 60902.256709]],
    ['G01', [197959.548057, 197286.063096, 52710.406323, 2245.088082, 51175.936936]],
  ])('%s: 5 unnamed channels of 100x100 float32, 1 µm by the sheet', async (crop, expected) => {
    const file = join(folder, `${crop}_imc.tiff`);
    expect(await readError(file, { mpp: null })).toContain(
      'the file states no pixel size; write µm per pixel into the mpp column',
    );
    const markers = ['H3', 'CD99', 'PIN', 'CD8a', 'CDH'];
    const panel = markers.map((marker, c) => ({ channel: String(c + 1), marker, role: null }));
    const { image } = await read(file, { mpp: 1, panel });
    expect([image.height, image.width, image.mpp]).toEqual([100, 100, 1]);
    expect(sums(image)).toEqual(Object.fromEntries(markers.map((marker, c) => [marker, expected[c]])));
  });
});

describeWithData('ome-tiff-bioformats-viv', (folder) => {
  test('a big-endian OME-TIFF of 3x167x439 int8 without pixel size', async () => {
    const file = join(folder, 'multi-channel.ome.tif');
    expect(await readError(file, { mpp: null })).toContain('the file states no pixel size; write µm per pixel');
    const { image, format } = await read(file, { mpp: 0.5 });
    expect([format, image.height, image.width]).toEqual(['OME-TIFF', 167, 439]);
    expect(image.planes.every((plane) => plane instanceof Int8Array)).toBe(true);
    expect(sums(image)).toEqual({ 'channel-1': 3481959, 'channel-2': 3481738, 'channel-3': 3481626 });
  });

  test('a folder of ImageJ TIFFs without a compression tag', async () => {
    const { image } = await read(join(folder, 'multi-tiff'), { mpp: 0.5 });
    expect(sums(image)).toEqual({ Channel_0: 4153447, Channel_1: 4154250, Channel_2: 4154650 });
  });
});
