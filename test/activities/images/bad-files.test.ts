import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { page, pattern, putTiff, read, readError, temporaryFolder } from '../../support/image-fixtures.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

describe('files that cannot be opened', () => {
  test('missing', async () => {
    expect(await readError(at('gone.tif'))).toBe(
      `INVALID_INPUT ${at('gone.tif')} does not exist; correct the image column of the samplesheet or put the file there`,
    );
  });

  test('empty', async () => {
    await writeFile(at('empty.tif'), '');
    expect(await readError(at('empty.tif'))).toBe(
      `INVALID_INPUT ${at('empty.tif')} is empty (0 bytes); copy it again from the instrument`,
    );
  });

  test('a pipe does not hang the reader', async () => {
    execFileSync('mkfifo', [at('pipe.tif')]);
    expect(await readError(at('pipe.tif'))).toContain('pipe.tif is not a regular file');
  });

  test('a link to itself', async () => {
    await symlink('loop.tif', at('loop.tif'));
    expect(await readError(at('loop.tif'))).toContain('is a symbolic link that leads back to itself');
  });

  test('without read permission', async () => {
    const path = await putTiff(at('secret.tif'), [page()]);
    await chmod(path, 0);
    // The superuser may read everything; then the file reads, which is right too.
    if (process.getuid?.() === 0) expect((await read(path)).image.height).toBe(10);
    else expect(await readError(path)).toContain('may not be read by this user');
  });

  test('neither TIFF nor PNG', async () => {
    await writeFile(at('photo.jpg'), Buffer.from('ffd8ffe000104a46494600010101', 'hex'));
    expect(await readError(at('photo.jpg'))).toContain(
      'photo.jpg is not a TIFF (it starts with the bytes ffd8ffe0); give an OME-TIFF, TIFF or PNG',
    );
  });
});

describe('damaged structure', () => {
  test('truncated at every length: always an error, never wrong pixels', async () => {
    const path = await putTiff(at('cut.tif'), [page({ compression: 8 }), page({ compression: 5 }, 1)]);
    const whole = await readFile(path);
    for (let size = 1; size < whole.length; size += 7) {
      await writeFile(path, whole.subarray(0, size));
      expect(await readError(path)).toMatch(/^INVALID_INPUT .*(truncated|not a TIFF)/);
    }
  });

  test('pixels missing behind the directories', async () => {
    const tags = { 273: [4, [4000]], 279: [4, [120]] } as const;
    const path = await putTiff(at('short.tif'), [page(), page({ tags })]);
    expect(await readError(path)).toBe(
      `INVALID_INPUT page 2 of ${path}: strip 1 ends at byte 4120, the file at ${(await readFile(path)).length}; the file is damaged or was cut short; copy it again`,
    );
  });

  test('directories in a circle', async () => {
    const path = await putTiff(at('circle.tif'), [page(), page()], { cycle: true });
    expect(await readError(path)).toMatch(/the directory of page 3 points back to an earlier one \(byte \d+\)/);
  });

  test('a directory with an absurd number of entries', async () => {
    const bytes = Buffer.alloc(64);
    bytes.write('II*\0', 'latin1');
    bytes.writeUInt32LE(8, 4);
    bytes.writeUInt16LE(60_000, 8);
    await writeFile(at('entries.tif'), bytes);
    expect(await readError(at('entries.tif'))).toContain('claims 60000 entries, expected 1 to 4096');
  });

  test('a tag that claims more than the file holds', async () => {
    const path = await putTiff(at('tag.tif'), [page({ tags: { 273: [4, Buffer.alloc(40_000)] } })]);
    await truncate(path, 2000);
    expect(await readError(path)).toContain('is truncated');
  });

  test('too few strips, an empty strip, damaged compressed data', async () => {
    const fewer = await putTiff(at('fewer.tif'), [page({ rowsPerStrip: 5, tags: { 278: [4, [2]] } })]);
    expect(await readError(fewer)).toContain('it lists 2 strips, its size needs 5');
    const none = await putTiff(at('none.tif'), [page({ compression: 8, tags: { 279: [4, [0]] } })]);
    expect(await readError(none)).toContain('strip 1 has 0 bytes, expected some');
    const garbage = await putTiff(at('garbage.tif'), [page({ tags: { 259: [3, [8]] } })]);
    expect(await readError(garbage)).toMatch(/page 1 of .*: strip 1 is not valid deflate data \(.*header/);
    const lzw = await putTiff(at('lzw.tif'), [
      page({ values: [Array<number>(120).fill(255)], tags: { 259: [3, [5]] } }),
    ]);
    expect(await readError(lzw)).toContain('strip 1 is not valid LZW data (LZW code 511 before it was defined)');
  });

  test('a strip that inflates to more or less than its size', async () => {
    const swap = async (packed: Buffer) => {
      const odd = page({ tags: { 259: [3, [8]], 279: [4, [packed.length]], 273: [4, [8]] } });
      const path = await putTiff(at('bomb.tif'), [page({ values: [pattern(10, 12)] }), odd]);
      const bytes = await readFile(path);
      packed.copy(bytes, 8);
      await writeFile(path, bytes);
      return readError(path, { panel: [{ channel: '2', marker: 'x', role: null }] });
    };
    expect(await swap(deflateSync(Buffer.alloc(50_000)))).toContain(
      'is not valid deflate data (Cannot create a Buffer larger than 120 bytes)',
    );
    expect(await swap(deflateSync(Buffer.alloc(50)))).toContain('strip 1 holds 50 bytes after deflate, expected 120');
  });
});

describe('claims beyond bounds are refused before anything is allocated', () => {
  test('a million by a million pixels', async () => {
    const path = await putTiff(at('huge.tif'), [page({ tags: { 256: [4, [1e6]], 257: [4, [1e6]] } })]);
    const before = process.memoryUsage().rss;
    expect(await readError(path)).toBe(
      `INVALID_INPUT page 1 of ${path} claims 1000000x1000000 pixels, more than the 1073741824 that one plane may have; crop it into fields of view`,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  test('more bytes than allowed', async () => {
    const path = await putTiff(at('many.tif'), [page({ dtype: 'uint16' }), page({ dtype: 'uint16' })]);
    expect(await readError(path, {}, { maxBytes: 479 })).toBe(
      `INVALID_INPUT ${path} would take 480 bytes (2 channels of 10x12 uint16), at most 479 are read; crop it into fields of view, or keep fewer channels with a panel`,
    );
    expect((await read(path, {}, { maxBytes: 480 })).image.planes).toHaveLength(2);
  });

  test('zero pixels, one pixel, tiles of no size', async () => {
    const zero = await putTiff(at('zero.tif'), [page({ tags: { 256: [4, [0]] } })]);
    expect(await readError(zero)).toContain('claims a size of 10x0 pixels');
    const one = await putTiff(at('one.tif'), [page({ height: 1, width: 1 })]);
    expect(await readError(one)).toBe(
      `INVALID_INPUT ${one} is 1x1 pixels, expected at least 8x8; check that this is a field of view`,
    );
    const tiles = await putTiff(at('tiles.tif'), [page({ tile: [16, 16], tags: { 322: [4, [0]] } })]);
    expect(await readError(tiles)).toContain('has tiles or strips of 16x0 pixels');
  });
});

describe('pixels of the wrong kind', () => {
  test.each([
    [{ 259: [3, [34712]] }, 'has JPEG 2000 compression (34712); save it with none, deflate, LZW, PackBits or zstd'],
    [{ 259: [3, [4711]] }, 'has unknown compression 4711; save it with'],
    [{ 258: [3, [12]] }, 'has uint12 samples; save it as 8-, 16- or 32-bit integers or as float32'],
    [{ 258: [3, [16]], 339: [3, [3]] }, 'has float16 samples'],
    [{ 262: [3, [3]] }, 'has palette colours, not intensities'],
    [{ 274: [3, [6]] }, 'is stored rotated or mirrored (orientation 6)'],
    [{ 266: [3, [2]] }, 'has reversed bit order (fill order 2)'],
    [{ 317: [3, [7]] }, 'has the unknown predictor 7'],
    [{ 317: [3, [3]] }, 'has the floating-point predictor on uint8 samples'],
    [{ 277: [3, [65]] }, 'has 65 samples per pixel, at most 64 are read'],
  ] as const)('%j', async (tags, message) => {
    const path = await putTiff(at('kind.tif'), [page(), page({ tags })]);
    expect(await readError(path)).toContain(`INVALID_INPUT page 2 of ${path} ${message}`);
  });

  test('float64', async () => {
    const path = await putTiff(at('double.tif'), [page({ dtype: 'float64' })]);
    expect(await readError(path)).toContain('has float64 samples; save it as');
  });

  test('NaN and infinite pixels: the channel, how many, and where the first is', async () => {
    const values = pattern(10, 12);
    values[40] = NaN;
    values[41] = Infinity;
    values[119] = -Infinity;
    const path = await putTiff(at('nan.tif'), [
      page({ dtype: 'float32' }),
      page({ dtype: 'float32', values: [values] }),
    ]);
    const panel = [{ channel: '2', marker: 'CD8', role: null }];
    expect(await readError(path, { panel })).toBe(
      `INVALID_INPUT page 2 of ${path}: channel "CD8" has 3 pixel(s) that are NaN or infinite, the first at y 3, x 4; repair or mask the image before it is measured`,
    );
  });

  test('a channel of zeros is kept and reported', async () => {
    const path = await putTiff(at('black.tif'), [page(), page({ values: [Array<number>(120).fill(0)] })]);
    const { image, warnings } = await read(path);
    expect(image.planes).toHaveLength(2);
    expect(warnings).toEqual(['channel "channel-2" is zero everywhere']);
  });

  test('pages of two sizes, and of types that no one type holds', async () => {
    const sizes = await putTiff(at('sizes.tif'), [page(), page({ height: 20 })]);
    expect(await readError(sizes)).toContain(
      `page 1 of ${sizes} has 10x12 pixels, page 2 of ${sizes} has 20x12 pixels: channels of one field of view must have one size`,
    );
    const types = await putTiff(at('types.tif'), [page({ dtype: 'float32' }), page({ dtype: 'uint32' })]);
    expect(await readError(types)).toContain(
      'channels have the types float32 and uint32, which no one type holds exactly',
    );
  });

  test('pages of several types are promoted without loss, and it is said', async () => {
    const path = await putTiff(at('mixed.tif'), [
      page(),
      page({ dtype: 'int16', values: [pattern(10, 12).map((v) => -v)] }),
    ]);
    const { image, warnings } = await read(path);
    expect(image.planes.map((plane) => plane.constructor.name)).toEqual(['Int16Array', 'Int16Array']);
    expect(image.planes[1]?.[5]).toBe(-35);
    expect(warnings).toEqual(['channels of types uint8, int16 were promoted to int16']);
  });
});

test('files are closed after an error', async () => {
  const path = await putTiff(at('close.tif'), [page({ tags: { 259: [3, [4711]] } })]);
  const open = async () =>
    (await import('node:fs/promises')).readdir('/proc/self/fd').then(
      (fds) => fds.length,
      () => 0,
    );
  const before = await open();
  for (let i = 0; i < 20; i++) await readError(path);
  await rm(path);
  await mkdir(path);
  await readError(path);
  expect(await open()).toBeLessThanOrEqual(before + 1);
});
