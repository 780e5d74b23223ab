import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { sourceFiles } from '../../../activities/images/index.ts';
import { page, pattern, putTiff, read, readError, temporaryFolder } from '../../support/image-fixtures.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const names = async (path: string) => (await read(path)).image.channels.map(({ name }) => name);

describe('folder of single-channel files', () => {
  test('stems in natural order, blanks kept, other files passed over, 16-bit PNG exact', async () => {
    const values = Uint16Array.from({ length: 120 }, (_, i) => i * 541);
    await putTiff(at('fov1/CH10.tif'), [page({ dtype: 'uint16' })]);
    await putTiff(at('fov1/CH2 a.ome.tiff'), [page({ dtype: 'uint16' })]);
    await putTiff(at('fov1/.hidden.tif'), [page()]);
    await writeFile(at('fov1/notes.txt'), 'x');
    await sharp(values, { raw: { width: 12, height: 10, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(at('fov1/dapi.PNG'));
    const { image, format } = await read(at('fov1'));
    expect(image.channels.map(({ name }) => name)).toEqual(['CH2 a', 'CH10', 'dapi']);
    expect(Array.from(image.planes[2] ?? [])).toEqual(Array.from(values));
    expect(format).toBe('folder of TIFF');
    expect(await sourceFiles(at('fov1'))).toEqual(
      ['CH10.tif', 'CH2 a.ome.tiff', 'dapi.PNG'].map((name) => at(`fov1/${name}`)),
    );
  });

  test('a TIFs subfolder stands in for an otherwise empty folder', async () => {
    await putTiff(at('fov2/TIFs/DAPI.tif'), [page()]);
    expect(await names(at('fov2'))).toEqual(['DAPI']);
  });

  test('sizes that differ, two channels in a file, twins, links out, nothing', async () => {
    const a = await putTiff(at('fov3/a.tif'), [page()]);
    const b = await putTiff(at('fov3/b.tif'), [page({ height: 11 })]);
    expect(await readError(at('fov3'))).toContain(`page 1 of ${a} has 10x12 pixels, page 1 of ${b} has 11x12 pixels`);
    await putTiff(b, [page(), page()]);
    expect(await readError(at('fov3'))).toContain(
      'b.tif holds 2 channels, expected one: in a folder each file is a channel',
    );
    await rename(b, at('fov3/a.tiff'));
    expect(await readError(at('fov3'))).toMatch(/a\.tiff? and .*a\.tiff? would both be channel "a"; keep one/);
    await mkdir(at('fov4'));
    expect(await readError(at('fov4'))).toContain('is a folder with 0 .tif, .tiff or .png files, expected 1 to 1000');
    await symlink(a, at('fov4/a.tif'));
    expect(await readError(at('fov4'))).toContain(`fov4/a.tif is a link out of its folder (to ${a})`);
  });
});

describe('PNG', () => {
  const grey = () => sharp(Uint8Array.from(pattern(10, 12)), { raw: { width: 12, height: 10, channels: 1 } });

  test('8-bit grey, also interlaced', async () => {
    await grey().toColourspace('b-w').png({ progressive: true }).toFile(at('grey.png'));
    const { image, format } = await read(at('grey.png'));
    expect([Array.from(image.planes[0] ?? []), format]).toEqual([pattern(10, 12), 'PNG']);
  });

  test('colour, cut-off and boastful PNGs are refused', async () => {
    await sharp({ create: { width: 12, height: 10, channels: 3, background: 'red' } })
      .png()
      .toFile(at('rgb.png'));
    expect(await readError(at('rgb.png'))).toContain(
      'is a RGB PNG, not a channel of intensities; save it as greyscale',
    );
    const whole = await grey().toColourspace('b-w').png().toBuffer();
    await writeFile(at('cut.png'), whole.subarray(0, whole.length - 40));
    expect(await readError(at('cut.png'))).toContain('cut.png is a damaged PNG');
    whole.writeUInt32BE(1_000_000, 16);
    whole.writeUInt32BE(1_000_000, 20);
    await writeFile(at('huge.png'), whole);
    expect(await readError(at('huge.png'))).toContain('claims 1000000x1000000 pixels, expected 1 to 1073741824 in all');
  });
});
