import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSystemStore } from '@zarrita/storage';
import * as zarr from 'zarrita';
import {
  consolidate,
  createArray,
  openArray,
  readAttributes,
  readStrings,
  writeGroup,
  writeScalar,
  writeStrings,
} from '../../../activities/zarr/index.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-zarr-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(dir, path), 'utf8'));

describe('strings', () => {
  const values = ['', 'CD8α', '細胞', '🧫', '\ufeffbom', '<script>', 'a\nb', 'x'.repeat(100_000)];

  test('read back, here and in zarrita', async () => {
    await writeStrings(dir, values, { 'encoding-type': 'string-array' });
    expect(await readStrings(dir)).toEqual(values);
    expect(await readAttributes(dir)).toEqual({ 'encoding-type': 'string-array' });
    const array = await zarr.open.v2(zarr.root(new FileSystemStore(dir)), { kind: 'array' });
    expect((await zarr.get(array)).data).toEqual(values.map((value) => value.replace(/^\ufeff/, '')));
  });

  test('none at all', async () => {
    await writeStrings(dir, []);
    expect(await readStrings(dir)).toEqual([]);
    expect(await json('.zarray')).toMatchObject({
      shape: [0],
      chunks: [1],
      dtype: '|O',
      filters: [{ id: 'vlen-utf8' }],
    });
  });

  test.each([
    ['truncated', (b: Buffer) => b.subarray(0, b.length - 3), 'is damaged: it '],
    ['missing', null, 'is missing'],
  ])('%s', async (_title, damage, text) => {
    const path = join(dir, '0');
    await writeStrings(dir, values);
    if (damage === null) await rm(path);
    else await writeFile(path, damage(await readFile(path)));
    await expect(readStrings(dir)).rejects.toThrow(`${path} ${text}`);
  });

  test('another number of strings than the metadata says', async () => {
    await writeStrings(dir, ['a', 'b']);
    const metadata = (await json('.zarray')) as object;
    await writeFile(join(dir, '.zarray'), JSON.stringify({ ...metadata, shape: [3], chunks: [3] }));
    await expect(readStrings(dir)).rejects.toThrow('holds 2 strings where 3 were expected');
  });

  test('a numeric array is refused', async () => {
    await (await createArray(dir, { shape: [1], chunks: [1], dtype: 'uint8' })).write(Uint8Array.of(1));
    await expect(readStrings(dir)).rejects.toThrow('is not a list of strings (dtype |u1, 1 axes)');
  });
});

test('scalars: text and numbers without axes', async () => {
  await writeScalar(join(dir, 'text'), 'µm');
  await writeScalar(join(dir, 'number'), 0.377);
  const root = zarr.root(new FileSystemStore(dir));
  const text = await zarr.open.v2(root.resolve('text'), { kind: 'array' });
  expect((await text.getChunk([])).data).toEqual(['µm']);
  expect(await (await openArray(join(dir, 'number'))).read()).toEqual(Float64Array.of(0.377));
  expect(await json('text/.zarray')).toMatchObject({ shape: [], chunks: [], dtype: '|O' });
});

test('groups and consolidated metadata hold every element and no chunk', async () => {
  await writeGroup(dir, { name: 'β' });
  await writeGroup(join(dir, 'b'));
  await (await createArray(join(dir, 'b/1'), { shape: [2], chunks: [1], dtype: 'int32' })).write(Int32Array.of(3, 4));
  await writeStrings(join(dir, 'a'), ['x']);
  await consolidate(dir);
  const { metadata, zarr_consolidated_format } = (await json('.zmetadata')) as {
    metadata: Record<string, unknown>;
    zarr_consolidated_format: number;
  };
  expect(zarr_consolidated_format).toBe(1);
  expect(Object.keys(metadata)).toEqual(['.zattrs', '.zgroup', 'a/.zarray', 'b/.zgroup', 'b/1/.zarray']);
  expect(metadata['.zattrs']).toEqual({ name: 'β' });
  const store = await zarr.withConsolidatedMetadata(new FileSystemStore(dir));
  expect(store.contents().map(({ path }) => path)).toEqual(expect.arrayContaining(['/', '/a', '/b', '/b/1']));
});

test('attributes: none is {}, NaN is refused, damage is named', async () => {
  await writeGroup(dir);
  expect(await readAttributes(dir)).toEqual({});
  await expect(writeGroup(dir, { window: { start: NaN } })).rejects.toThrow('JSON cannot hold NaN (at "start")');
  await writeFile(join(dir, '.zattrs'), '[1]');
  await expect(readAttributes(dir)).rejects.toThrow(`${join(dir, '.zattrs')} is not a JSON object`);
});
