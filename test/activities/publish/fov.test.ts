import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSystemStore } from '@zarrita/storage';
import * as zarr from 'zarrita';
import { publishFov } from '../../../activities/publish/fov.ts';
import type { PublishedArtifact } from '../../../activities/publish/fov.ts';
import { openArray, readAttributes, readStrings } from '../../../activities/zarr/index.ts';
import type { Image } from '../../../kernels/image.ts';
import { SAMPLE_SUMMARY, sampleImage, sampleLabels, sampleTable } from './sample.ts';

let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'fovea-publish-')), 'F.zarr');
});
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

const publish = (artifacts: Record<string, PublishedArtifact>, obs: Record<string, string> = {}): Promise<void> =>
  publishFov(dir, { fov: 'F-ä 1', obs, artifacts, software: 'fovea 1.2.3' });
const values = async (path: string): Promise<unknown> => await (await openArray(join(dir, path))).read();
const image = (value: Image): PublishedArtifact => ({ kind: 'Image', value });

/** Equality of large arrays, which jest compares element by element and slowly. */
const same = (a: Uint16Array | Int32Array, b: Uint16Array | Int32Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

test('an odd-sized image: levels, µm scales, pixel-centre shifts, coordinate system, channels', async () => {
  const value = sampleImage(1300, 1023, 0.5);
  await publish({ image: image(value) });
  const path = join(dir, 'images/image');
  expect((await readdir(path)).sort()).toEqual(['.zattrs', '.zgroup', '0', '1', '2']);
  const { multiscales, omero, spatialdata_attrs } = await readAttributes(path);
  expect(multiscales).toEqual([
    {
      version: '0.4',
      name: 'image',
      type: 'mean',
      axes: [
        { name: 'c', type: 'channel' },
        { name: 'y', type: 'space', unit: 'micrometer' },
        { name: 'x', type: 'space', unit: 'micrometer' },
      ],
      datasets: [
        { path: '0', coordinateTransformations: [{ type: 'scale', scale: [1, 0.5, 0.5] }] },
        {
          path: '1',
          coordinateTransformations: [
            { type: 'scale', scale: [1, 1, 1] },
            { type: 'translation', translation: [0, 0.25, 0.25] },
          ],
        },
        {
          path: '2',
          coordinateTransformations: [
            { type: 'scale', scale: [1, 2, 2] },
            { type: 'translation', translation: [0, 0.75, 0.75] },
          ],
        },
      ],
      coordinateTransformations: [
        expect.objectContaining({
          type: 'scale',
          scale: [1, 1, 1],
          output: expect.objectContaining({ name: 'global' }),
        }),
      ],
    },
  ]);
  expect(spatialdata_attrs).toEqual({ version: '0.1' });
  expect(omero).toMatchObject({
    channels: [
      { label: 'DAPI', color: '0000FF', active: true, window: { min: 0, max: 910 } },
      { label: 'E-cadhérine', color: '00FF00', active: true, window: { min: 1000, max: 1910 } },
      { label: 'CD8α <script>', color: 'FF00FF', active: false, window: { min: 2000, max: 2910 } },
    ],
  });
  for (const [level, shape] of [
    [3, 1300, 1023],
    [3, 650, 512],
    [3, 325, 256],
  ].entries()) {
    expect((await openArray(join(path, String(level)))).shape).toEqual(shape);
  }
  const plane = value.planes[1]!;
  const mean = (plane[0]! + plane[1]! + plane[1023]! + plane[1024]!) / 4;
  const second = await openArray(join(path, '1'));
  expect(Math.abs((await second.read(1))[0]! - mean)).toBeLessThanOrEqual(0.5);
  const independent = await zarr.open.v2(zarr.root(new FileSystemStore(join(path, '0'))), { kind: 'array' });
  const { data } = await zarr.get(independent, [1, null, null]);
  expect(same(data as Uint16Array, plane as Uint16Array)).toBe(true);
});

test('a constant plane and a one-pixel image still get a usable window', async () => {
  await publish({ image: image({ ...sampleImage(1, 1), planes: [0, 7, 65535].map((v) => Uint16Array.of(v)) }) });
  const { omero } = await readAttributes(join(dir, 'images/image'));
  expect((omero as { channels: { window: object }[] }).channels.map(({ window }) => window)).toEqual([
    { min: 0, max: 1, start: 0, end: 1 },
    { min: 7, max: 8, start: 7, end: 8 },
    { min: 65535, max: 65536, start: 65535, end: 65536 },
  ]);
});

test('labels: nearest levels with no shift, int32, listed in their group, no link that would confuse spatialdata', async () => {
  const labels = sampleLabels(600, 520, 0.5);
  await publish({ cells: { kind: 'Labels', value: labels } });
  expect(await readAttributes(join(dir, 'labels'))).toEqual({ labels: ['cells'] });
  const attributes = await readAttributes(join(dir, 'labels/cells'));
  expect(attributes['image-label']).toEqual({ version: '0.4' });
  expect(attributes['multiscales']).toMatchObject([
    {
      type: 'nearest',
      datasets: [
        { path: '0', coordinateTransformations: [{ type: 'scale', scale: [0.5, 0.5] }] },
        { path: '1', coordinateTransformations: [{ type: 'scale', scale: [1, 1] }] },
      ],
    },
  ]);
  expect(same((await values('labels/cells/0')) as Int32Array, labels.data)).toBe(true);
  const half = (await values('labels/cells/1')) as Int32Array;
  expect(half).toHaveLength(300 * 260);
  expect(half[5 * 260 + 8]).toBe(labels.data[10 * 520 + 16]);
});

test('a cell table: X, layers, obs, coordinates on the labels, region keys', async () => {
  const labels = sampleLabels(48, 32, 0.5);
  const table = sampleTable(labels);
  const obs = { 'Patient №': 'Ж', REGION: 'tumour' };
  await publish(
    {
      nuclei: { kind: 'Labels', value: labels },
      cells: { kind: 'Labels', value: labels },
      t: { kind: 'CellTable', value: table },
    },
    obs,
  );
  expect(await readAttributes(join(dir, 'tables/t'))).toEqual({
    'encoding-type': 'anndata',
    'encoding-version': '0.1.0',
    'spatialdata-encoding-type': 'ngff:regions_table',
    version: '0.1',
    region: 'cells',
    region_key: 'region',
    instance_key: 'cell_id',
  });
  const ids = [1, 4, 7, 10, 13, 16];
  expect(await values('tables/t/obs/cell_id')).toEqual(Int32Array.from(ids));
  expect(await readStrings(join(dir, 'tables/t/obs/_index'))).toEqual(ids.map(String));
  expect(await readStrings(join(dir, 'tables/t/var/_index'))).toEqual(['DAPI', 'E-cadhérine', 'CD8α <script>']);
  expect(await values('tables/t/X')).toEqual(Float32Array.from(ids.flatMap((id) => [id, id + 0.1, id + 0.2])));
  expect(await values('tables/t/layers/nucleus_sum')).toEqual(
    Float32Array.from(ids.flatMap((id) => [100 * id, 100 * id + 1, 100 * id + 2])),
  );
  expect((await readAttributes(join(dir, 'tables/t/obs')))['column-order']).toEqual([
    'cell_id',
    'region',
    'fov',
    'Patient__',
    'REGION_2',
    'area_px',
    'area_um²',
    'type',
  ]);
  expect(await readStrings(join(dir, 'tables/t/uns/columns/original_name/categories'))).toContain('Patient №');
  expect(await readStrings(join(dir, 'tables/t/obs/type/categories'))).toEqual(['T cell', 'тучная']);
  expect(await values('tables/t/obs/type/codes')).toEqual(Int8Array.of(1, 0, 1, 0, 1, 0));
  const spatial = [4.5, 4.5, 20.5, 4.5, 4.5, 20.5, 20.5, 20.5, 4.5, 36.5, 20.5, 36.5];
  expect(await values('tables/t/obsm/spatial')).toEqual(Float64Array.from(spatial));
  expect(await values('tables/t/obsm/spatial_um')).toEqual(Float64Array.from(spatial, (px) => px / 2));
  expect(await readStrings(join(dir, 'tables/t/uns/columns/unit/categories'))).toEqual(['', 'px', 'um2']);
});

test('no cells: every array is there with no rows, and the table annotates no region', async () => {
  const labels = { ...sampleLabels(32, 32), data: new Int32Array(1024) };
  await publish({ cells: { kind: 'Labels', value: labels }, t: { kind: 'CellTable', value: sampleTable(labels) } });
  expect((await openArray(join(dir, 'tables/t/X'))).shape).toEqual([0, 3]);
  expect((await openArray(join(dir, 'tables/t/obsm/spatial'))).shape).toEqual([0, 2]);
  expect(await readStrings(join(dir, 'tables/t/obs/_index'))).toEqual([]);
  expect(await readStrings(join(dir, 'tables/t/uns/spatialdata_attrs/region'))).toEqual([]);
});

test('other tables stand alone, and everything is in the consolidated metadata', async () => {
  await publish({ summary: { kind: 'Table', value: SAMPLE_SUMMARY } });
  const { metadata } = JSON.parse(await readFile(join(dir, '.zmetadata'), 'utf8')) as {
    metadata: Record<string, object>;
  };
  expect(metadata['.zattrs']).toEqual({
    spatialdata_attrs: { version: '0.1', spatialdata_software_version: 'fovea 1.2.3' },
  });
  expect(metadata['tables/summary/.zattrs']).not.toHaveProperty('region');
  expect(await values('tables/summary/obs/mean')).toEqual(Float64Array.of(1.5, NaN));
  const files = (await readdir(dir, { recursive: true })).filter((name) => /\.z(array|attrs|group)$/.test(name));
  expect(Object.keys(metadata).sort()).toEqual(files.map((name) => name.replaceAll('\\', '/')).sort());
});

test.each([
  ['..', 'has characters'],
  ['a/b', 'has characters'],
  ['__x', 'has characters'],
  ['cells 2', 'has characters'],
])('the name %s is refused before anything is written', async (name, text) => {
  await expect(publish({ [name]: image(sampleImage(2, 2)) })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(publish({ [name]: image(sampleImage(2, 2)) })).rejects.toThrow(
    `cannot publish F-ä 1: "${name}" ${text}`,
  );
  expect(await readdir(join(dir, '..'))).toEqual([]);
});

test('names that differ only in case are refused', async () => {
  const picture = image(sampleImage(2, 2));
  await expect(publish({ a: picture, A: picture })).rejects.toThrow('"A" differs from another only in case');
});
