import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scratchedContext } from '../../../activities/compute/context.ts';
import { buildTiff } from '../../support/tiff-builder.ts';
import { page } from '../../support/image-fixtures.ts';
import type { Image, Labels } from '../../../kernels/image.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-scratch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => scratchedContext(folder, 'A', new AbortController().signal, () => undefined).ctx.scratch;
const image: Image = {
  ...{ height: 10, width: 12, mpp: 0.377, intensity: 'unit' },
  channels: [{ name: 'DNA', role: 'nuclear' }],
  planes: [Float32Array.from({ length: 120 }, (_, i) => i / 119)],
};
const labels: Labels = { height: 10, width: 12, mpp: 0.65, data: Int32Array.from({ length: 120 }, (_, i) => i % 5) };
/** As a program that knows nothing of pixel sizes leaves it; `resolution` in pixels per centimetre. */
const leave = async (name: string, resolution?: readonly [number, number]): Promise<string> => {
  await writeFile(join(folder, name), await buildTiff([page({ dtype: 'uint16', ...(resolution && { resolution }) })]));
  return name;
};

describe('files of external programs', () => {
  test('values come back as they were written', async () => {
    const scratch = open();
    expect(await scratch.read(await scratch.write('in', 'Image', image), 'Image')).toEqual(image);
    expect(await scratch.read(await scratch.write('truth', 'Labels', labels), 'Labels')).toEqual(labels);
  });

  test('what states no pixel size has that of what was written last', async () => {
    const scratch = open();
    await scratch.write('in', 'Image', image);
    expect((await scratch.read(await leave('mask.tif'), 'Labels')).mpp).toBe(0.377);
    expect((await scratch.read(await leave('out.tif'), 'Image')).mpp).toBe(0.377);
    await scratch.write('seeds', 'Labels', labels);
    expect((await scratch.read(await leave('mask.tif'), 'Labels')).mpp).toBe(0.65);
    // 72 dpi is a screen's resolution: it counts as none.
    expect((await scratch.read(await leave('dpi.tif', [7200, 254]), 'Labels')).mpp).toBe(0.65);
  });

  test('a pixel size that the program does state stands', async () => {
    const scratch = open();
    await scratch.write('in', 'Image', image);
    expect((await scratch.read(await leave('mask.tif', [20_000, 1]), 'Labels')).mpp).toBe(0.5);
    expect((await scratch.read(await leave('out.tif', [20_000, 1]), 'Image')).mpp).toBe(0.5);
  });

  test('without anything written there is no size to take, and the output is at fault, not the input', async () => {
    await expect(open().read(await leave('mask.tif'), 'Labels')).rejects.toMatchObject({
      code: 'INVALID_OUTPUT',
      message: expect.stringMatching(
        /^the program's output cannot be read as Labels: .*mask\.tif: the file states no pixel size; /,
      ),
    });
  });

  test('absent, empty, unreadable and outside files are refused', async () => {
    const scratch = open();
    await scratch.write('in', 'Image', image);
    const refused = (path: string) =>
      scratch.read(path, 'Labels').catch((err: { code: string; message: string }) => `${err.code} ${err.message}`);
    expect(await refused('mask.tif')).toBe(
      `INVALID_OUTPUT the program left no mask.tif in ${folder}; it was to write a Labels there`,
    );
    await writeFile(join(folder, 'mask.tif'), '');
    expect(await refused('mask.tif')).toBe(`INVALID_OUTPUT the program left ${folder}/mask.tif empty; wanted a Labels`);
    await writeFile(join(folder, 'mask.tif'), 'no picture');
    expect(await refused('mask.tif')).toMatch(
      /^INVALID_OUTPUT the program's output cannot be read as Labels: .*is not a TIFF/,
    );
    expect(await refused('../../etc/hostname')).toMatch(
      /^INVALID_OUTPUT the program left no \.\.\/\.\.\/etc\/hostname in /,
    );
  });
});
