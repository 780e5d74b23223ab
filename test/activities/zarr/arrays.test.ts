import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSystemStore } from '@zarrita/storage';
import * as zarr from 'zarrita';
import { createArray, openArray } from '../../../activities/zarr/index.ts';
import { newArray } from '../../../activities/zarr/dtypes.ts';
import type { DType, TypedArray } from '../../../kernels/image.ts';

const DTYPES: DType[] = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-zarr-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Values that use the whole range of the dtype and differ everywhere nearby. */
function ramp(dtype: DType, length: number): TypedArray {
  const data = newArray(dtype, length);
  for (let i = 0; i < length; i++) data[i] = dtype.startsWith('float') ? (i - 7) / 3 : i * 40503 - 77;
  return data;
}

/** What an independent reader, zarrita, finds in the array. */
async function independently(path: string): Promise<{ data: unknown; shape: number[]; dtype: string }> {
  const array = await zarr.open.v2(zarr.root(new FileSystemStore(path)), { kind: 'array' });
  const { data, shape } = await zarr.get(array, null);
  return { data, shape, dtype: array.dtype };
}

describe.each(DTYPES)('%s', (dtype) => {
  test.each([
    ['one chunk', [1, 4, 6], [1, 4, 6]],
    ['edge chunks on both axes', [3, 7, 10], [1, 4, 3]],
    ['chunks of several planes', [5, 3, 4], [2, 2, 4]],
    ['two axes', [5, 9], [2, 9]],
    ['one axis', [11], [4]],
    ['chunks larger than the array', [2, 3], [1024, 1024]],
  ])('%s reads back, here and in zarrita', async (_title, shape, chunks) => {
    const data = ramp(
      dtype,
      shape.reduce((a, b) => a * b),
    );
    await (await createArray(dir, { shape, chunks, dtype })).write(data);
    const reader = await openArray(dir);
    expect(reader).toMatchObject({ shape, dtype });
    expect(await reader.read()).toEqual(data);
    expect(await independently(dir)).toEqual({ data, shape, dtype });
  });

  test('planes written out of order read back one by one', async () => {
    const data = ramp(dtype, 3 * 5 * 7);
    const writer = await createArray(dir, { shape: [3, 5, 7], chunks: [1, 4, 4], dtype });
    for (const i of [2, 0, 1]) await writer.write(data.subarray(i * 35, (i + 1) * 35), i);
    const reader = await openArray(dir);
    for (const i of [1, 2, 0]) expect(await reader.read(i)).toEqual(data.slice(i * 35, (i + 1) * 35));
    expect((await independently(dir)).data).toEqual(data);
  });

  test.each([[[0]], [[0, 4]], [[3, 0, 5]], [[2, 5, 0]]])(
    'an empty array of shape %j has metadata only',
    async (shape) => {
      const writer = await createArray(dir, { shape, chunks: shape.map(() => 16), dtype });
      await writer.write(newArray(dtype, 0));
      expect(await readdir(dir)).toEqual(['.zarray']);
      expect(await (await openArray(dir)).read()).toEqual(newArray(dtype, 0));
      const array = await zarr.open.v2(zarr.root(new FileSystemStore(dir)), { kind: 'array' });
      expect(array).toMatchObject({ shape, dtype });
    },
  );
});

test('a view into a larger buffer stores only its own values', async () => {
  const large = Uint16Array.from({ length: 100 }, (_, i) => i);
  const view = large.subarray(33, 45);
  await (await createArray(dir, { shape: [3, 4], chunks: [3, 4], dtype: 'uint16' })).write(view);
  expect(await (await openArray(dir)).read()).toEqual(Uint16Array.from({ length: 12 }, (_, i) => 33 + i));
});

test('the metadata is plain zarr v2 and the edge of a chunk holds the fill value', async () => {
  const writer = await createArray(dir, { shape: [3], chunks: [2], dtype: 'float32', fillValue: NaN }, { unit: 'µm' });
  await writer.write(Float32Array.of(1, NaN, -0));
  expect(JSON.parse(await readFile(join(dir, '.zarray'), 'utf8'))).toEqual({
    zarr_format: 2,
    shape: [3],
    chunks: [2],
    dtype: '<f4',
    compressor: { id: 'zstd', level: 1 },
    fill_value: 'NaN',
    order: 'C',
    filters: null,
    dimension_separator: '/',
  });
  const reader = await openArray(dir);
  expect(reader.attributes).toEqual({ unit: 'µm' });
  expect(await reader.read()).toEqual(Float32Array.of(1, NaN, -0));
  const padded = await zarr.open.v2(zarr.root(new FileSystemStore(dir)), { kind: 'array' });
  expect((await padded.getChunk([1])).data).toEqual(Float32Array.of(-0, NaN));
});

test('chunks that hold only zeros are written too', async () => {
  await (await createArray(dir, { shape: [2, 2, 2], chunks: [1, 2, 2], dtype: 'int32' })).write(new Int32Array(8));
  expect((await stat(join(dir, '1/0/0'))).size).toBeGreaterThan(0);
});

describe('damage is named', () => {
  const chunk = '1/0/0';
  beforeEach(async () => {
    const data = Uint16Array.from({ length: 2 * 64 * 64 }, (_, i) => (i * 7919) % 50021);
    await (await createArray(dir, { shape: [2, 64, 64], chunks: [1, 64, 64], dtype: 'uint16' })).write(data);
  });

  test.each([
    ['missing', null, 'is missing'],
    ['empty', (_: Buffer) => Buffer.alloc(0), 'is damaged: it is not a zstd frame'],
    ['truncated', (b: Buffer) => b.subarray(0, b.length >> 1), 'is damaged: it '],
    ['overwritten', (b: Buffer) => Buffer.alloc(b.length, 7), 'is damaged: it is not a zstd frame'],
    ['cut in the header', (b: Buffer) => b.subarray(0, 6), 'is damaged: it ends inside its header'],
  ])('%s chunk', async (_title, damage, text) => {
    const path = join(dir, chunk);
    if (damage === null) await rm(path);
    else await writeFile(path, damage(await readFile(path)));
    const reader = await openArray(dir);
    await expect(reader.read()).rejects.toMatchObject({ code: 'STORE_CORRUPT', fields: { path }, retryable: false });
    await expect(reader.read(1)).rejects.toThrow(`${path} ${text}`);
    expect(await reader.read(0)).toHaveLength(64 * 64);
  });

  test('a chunk of another array', async () => {
    const other = join(dir, 'other');
    await (await createArray(other, { shape: [3], chunks: [3], dtype: 'uint16' })).write(Uint16Array.of(1, 2, 3));
    await writeFile(join(dir, chunk), await readFile(join(other, '0')));
    await expect((await openArray(dir)).read()).rejects.toThrow('it holds 6 bytes where 8192 were expected');
  });

  test.each([
    ['not JSON', '{', 'is not JSON'],
    ['another format', '{"zarr_format":3}', 'is not an array Fovea can read (zarr_format:'],
    ['absurd', null, 'claims 1000000000000 elements, more than 4294967296'],
  ])('metadata that is %s', async (_title, content, text) => {
    const path = join(dir, '.zarray');
    const metadata = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, content ?? JSON.stringify({ ...metadata, shape: [1, 1e6, 1e6] }));
    await expect(openArray(dir)).rejects.toThrow(`${path} ${text}`);
  });

  test('no array at all', async () => {
    await expect(openArray(join(dir, 'gone'))).rejects.toThrow(`${join(dir, 'gone', '.zarray')} is missing`);
  });
});

describe('misuse is refused before anything is written', () => {
  const spec = { shape: [2, 3, 4], chunks: [1, 3, 4], dtype: 'uint8' } as const;

  test('wrong dtype, length, plane', async () => {
    const writer = await createArray(dir, spec);
    await expect(writer.write(new Int8Array(24))).rejects.toThrow('the array holds uint8, the data is int8');
    await expect(writer.write(new Uint8Array(12))).rejects.toThrow('24 values expected, 12 given');
    await expect(writer.write(new Uint8Array(12), 2)).rejects.toThrow('no plane 2; the array has 2');
  });

  test('wrong shapes and chunks', async () => {
    await expect(createArray(dir, { ...spec, shape: [2, 3, 4, 5] })).rejects.toThrow('4 axes are too many');
    await expect(createArray(dir, { ...spec, chunks: [1] })).rejects.toThrow('3 axes need 3 chunk sizes, not 1');
    await expect(createArray(dir, { ...spec, shape: [2, -1, 4] })).rejects.toThrow('must be whole numbers from 0');
    await expect(createArray(dir, { ...spec, chunks: [1, 0, 4] })).rejects.toThrow('must be whole numbers from 1');
  });

  test('planes of an array that has none', async () => {
    const flat = await createArray(join(dir, 'flat'), { shape: [3, 4], chunks: [3, 4], dtype: 'uint8' });
    await expect(flat.write(new Uint8Array(4), 0)).rejects.toThrow('this one has 2 axes');
    const thick = await createArray(join(dir, 'thick'), { ...spec, chunks: [2, 3, 4] });
    await expect(thick.write(new Uint8Array(12), 0)).rejects.toThrow('chunks span 2 planes');
  });
});

test('a folder that cannot be written is a STORE error with its path', async () => {
  await writeFile(join(dir, 'file'), '');
  const path = join(dir, 'file', 'array');
  await expect(createArray(path, { shape: [1], chunks: [1], dtype: 'uint8' })).rejects.toMatchObject({
    code: 'STORE',
    fields: { path: join(path, '.zarray') },
  });
});
