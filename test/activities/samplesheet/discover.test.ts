import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { discover } from '../../../activities/samplesheet/index.ts';

let root = '';
const none = { mpp: null, panel: null };
const put = async (name: string, text = 'x') => {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), text);
};

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'fovea-glob-')));
  for (const name of ['raw/fov10.ome.tif', 'raw/fov2.TIFF', 'raw/readme.txt', 'raw/deep/fov3.tif']) await put(name);
  for (const name of ['folders/F1/DAPI.tif', 'folders/F2/DAPI.tif', 'mibi/P1/TIFs/HH3.tif', 'mibi/P2/TIFs/HH3.tif'])
    await put(name);
  for (const name of ['twins/a.tif', 'twins/A.png', 'odd/!.tif', 'czi/a.czi']) await put(name);
  await put('panel.csv', 'channel,marker\nDAPI,DNA\n');
});
afterAll(() => rm(root, { recursive: true }));

const ids = async (pattern: string) => (await discover(pattern, root, none)).map(({ fov, image }) => [fov, image]);

test('image files by stem, in natural order; other files are passed over', async () => {
  expect(await ids('raw/*')).toEqual([
    ['deep', join(root, 'raw/deep')],
    ['fov2', join(root, 'raw/fov2.TIFF')],
    ['fov10', join(root, 'raw/fov10.ome.tif')],
  ]);
  expect(await ids('raw/**/*.tif')).toEqual([
    ['fov3', join(root, 'raw/deep/fov3.tif')],
    ['fov10', join(root, 'raw/fov10.ome.tif')],
  ]);
});

test('folders by name; TIFs takes its parent’s', async () => {
  expect((await ids('folders/*')).map(([fov]) => fov)).toEqual(['F1', 'F2']);
  expect((await ids('mibi/*/TIFs')).map(([fov]) => fov)).toEqual(['P1', 'P2']);
});

test('pixel size and panel hold for all rows; a bad panel is every row’s problem', async () => {
  const [row] = await discover('folders/*', root, { mpp: 0.5, forceMpp: true, panel: 'panel.csv' });
  expect(row).toMatchObject({
    mpp: 0.5,
    forceMpp: true,
    panel: [{ channel: 'DAPI', marker: 'DNA', role: null }],
    obs: {},
    problem: null,
  });
  expect(await discover('folders/*', root, { mpp: null, panel: 'gone.csv' })).toMatchObject([
    { panel: null, problem: expect.stringContaining('gone.csv: does not exist') as string },
    { panel: null, problem: expect.stringContaining('gone.csv: does not exist') as string },
  ]);
});

test('a link out of the root is that row’s problem', async () => {
  const outside = await realpath(await mkdtemp(join(tmpdir(), 'fovea-outside-')));
  await writeFile(join(outside, 'b.tif'), 'x');
  await mkdir(join(root, 'links'));
  await symlink(join(outside, 'b.tif'), join(root, 'links/b.tif'));
  const [row] = await discover('links/*', root, none);
  expect(row?.problem).toContain(`"links/b.tif" is a link that leads out of the dataset root (to ${outside}/b.tif)`);
  await rm(outside, { recursive: true });
});

test('links that lead in circles end, as two ways to one image', async () => {
  await put('circle/c.tif');
  await symlink('..', join(root, 'circle/up'));
  await expect(discover('circle/**/c.tif', root, none)).rejects.toThrow('circle/up/circle/c.tif both give the fov "c"');
});

test.each([
  ['nothing/*.tif', 'the pattern "nothing/*.tif" finds nothing below ROOT; correct the pattern'],
  ['czi/*', 'the pattern "czi/*" finds 1 files but no image (.tif, .tiff, .png) or folder below ROOT'],
  ['../*.tif', 'the pattern "../*.tif" leaves the dataset root ROOT; write it relative to the root'],
  ['/tmp/*.tif', 'the pattern "/tmp/*.tif" leaves the dataset root ROOT'],
  ['twins/*', 'twins/A.png and twins/a.tif both give the fov "a"; use a samplesheet to name them'],
  ['odd/*', 'odd/!.tif: fov is "!", expected 1 to 120 of the characters'],
  ['folders/**', 'the pattern matches the folder folders/F1 and folders/F1/DAPI.tif in it; make it match one of them'],
])('%s is refused', async (pattern, message) => {
  await expect(discover(pattern, root, none)).rejects.toMatchObject({
    code: 'SAMPLESHEET',
    message: expect.stringContaining(message.replace('ROOT', root)) as string,
  });
});
