import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishFov } from '../../../activities/publish/fov.ts';
import type { PublishedArtifact } from '../../../activities/publish/fov.ts';
import { openArray, readAttributes, readStrings } from '../../../activities/zarr/index.ts';
import type { CellTable, Patches } from '../../../kernels/image.ts';
import { sampleLabels, sampleTable } from './sample.ts';

let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'fovea-members-')), 'F.zarr');
});
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

const publish = (artifacts: Record<string, PublishedArtifact>): Promise<void> =>
  publishFov(dir, { fov: 'F', obs: {}, artifacts, software: 'fovea 1.2.3' });
const values = async (path: string): Promise<unknown> => await (await openArray(join(dir, path))).read();

test('matrices, graphs, reports and colours of a table become obsm, obsp and uns', async () => {
  const cells = sampleLabels(32, 32);
  const table = sampleTable(cells); // four cells of types тучная, T cell, тучная, T cell
  const value: CellTable = {
    ...table,
    matrices: [
      { name: 'class probabilities', columns: ['B', 'T'], values: Float32Array.of(1, 0, 0, 1, 0.5, 0.5, NaN, NaN) },
    ],
    graphs: [
      {
        ...{ name: 'spatial_distances', indptr: Int32Array.of(0, 1, 2, 2, 2), indices: Int32Array.of(1, 0) },
        data: Float64Array.of(6, 6),
      },
    ],
    reports: {
      columns: 'a name that is taken',
      gates: { CD3: { threshold: 2.5, by: 'otsu', kept: true, note: null } },
      panel: [
        { channel: 'a', index: 3, marker: 'CD3' },
        { channel: 'b', index: null, marker: null },
      ],
      ...{ numbers: [1, 2], texts: ['x', 'y'], mixed: [1, 'x'] },
    },
    colours: { type: { 'T cell': '#112233' } },
  };
  await publish({ cells: { kind: 'Labels', value: cells }, table: { kind: 'CellTable', value } });
  const at = 'tables/table';
  expect(await values(`${at}/obsm/class_probabilities`)).toEqual(value.matrices![0]!.values);
  expect(await readStrings(join(dir, at, 'uns/class_probabilities_columns'))).toEqual(['B', 'T']);
  expect(await readAttributes(join(dir, at, 'obsp/spatial_distances'))).toEqual({
    ...{ 'encoding-type': 'csr_matrix', 'encoding-version': '0.1.0', shape: [4, 4] },
  });
  expect(await values(`${at}/obsp/spatial_distances/indptr`)).toEqual(Int32Array.of(0, 1, 2, 2, 2));
  expect(await values(`${at}/obsp/spatial_distances/data`)).toEqual(Float64Array.of(6, 6));
  expect(await readStrings(join(dir, at, 'uns/type_colors'))).toEqual(['#112233', '#808080']);
  expect(await values(`${at}/uns/gates/CD3/threshold`)).toEqual(Float64Array.of(2.5));
  expect(await values(`${at}/uns/gates/CD3/kept`)).toEqual(Float64Array.of(1));
  expect((await readdir(join(dir, at, 'uns/gates/CD3'))).sort()).toEqual([
    '.zattrs',
    '.zgroup',
    'by',
    'kept',
    'threshold',
  ]);
  expect(await readStrings(join(dir, at, 'uns/panel/marker'))).toEqual(['CD3', '']);
  expect(await values(`${at}/uns/panel/index`)).toEqual(Float64Array.of(3, NaN));
  expect(await values(`${at}/uns/numbers`)).toEqual(Float64Array.of(1, 2));
  expect(await readStrings(join(dir, at, 'uns/texts'))).toEqual(['x', 'y']);
  // The table element's own entry stays; the report of that name moves aside.
  expect(await readdir(join(dir, at, 'uns'))).toEqual(expect.arrayContaining(['columns', 'columns_2', 'mixed']));
  expect(await readStrings(join(dir, at, 'uns/columns/original_name/categories'))).toContain('area um²');
});

test('keys that would fall together move aside, and colours follow the column to its name in obs', async () => {
  const cells = sampleLabels(32, 32);
  const one = { columns: ['a'], values: Float32Array.of(1, 2, 3, 4) };
  const value: CellTable = {
    ...sampleTable(cells),
    matrices: [
      { ...one, name: 'spatial' },
      { ...one, name: 'a b' },
      { ...one, name: 'a_b', columns: ['other'] },
    ],
    reports: { a_b_columns: 'a report', type_2_colors: 'another' },
    colours: { type: { 'T cell': '#112233' } },
  };
  // The samplesheet has a column of that name, which comes first in obs.
  await publishFov(dir, {
    ...{ fov: 'F', obs: { type: 'biopsy' }, software: 'fovea 1.2.3' },
    artifacts: { cells: { kind: 'Labels', value: cells }, table: { kind: 'CellTable', value } },
  });
  const at = join(dir, 'tables/table');
  expect((await readdir(join(at, 'obsm'))).filter((name) => !name.startsWith('.')).sort()).toEqual([
    'a_b',
    'a_b_2',
    'spatial',
    'spatial_2',
    'spatial_um',
  ]);
  expect(await readStrings(join(at, 'uns/a_b_2_columns'))).toEqual(['other']);
  expect(await readStrings(join(at, 'uns/a_b_columns'))).toEqual(['a']);
  expect(await readStrings(join(at, 'uns/type_2_colors'))).toEqual(['#112233', '#808080']);
  expect(await readdir(join(at, 'uns'))).toEqual(expect.arrayContaining(['a_b_columns_2', 'type_2_colors_2']));
});

test('patches are planes once and labels once, with what a reader needs to cut and scale', async () => {
  const patches: Patches = {
    ...{ profile: 'dct-2026-resmlp', height: 2, width: 3, mpp: 0.5 },
    channels: [{ name: 'CD3 (SP7)', marker: 'CD3', index: 58, high: 9, low: 1, range: 8 }],
    planes: [Uint16Array.of(1, 2, 3, 4, 5, 60_000)],
    labels: Int32Array.of(0, 5, 5, 0, 7, 7),
    ...{ ids: Int32Array.of(5, 7), y: Int32Array.of(-16, -15), x: Int32Array.of(-15, -15), lost: Int32Array.of(9) },
  };
  await publish({ patches: { kind: 'Patches', value: patches } });
  const { fovea_patches } = await readAttributes(join(dir, 'patches/patches'));
  expect(fovea_patches).toMatchObject({ version: 1, profile: 'dct-2026-resmlp', mpp: 0.5, channels: patches.channels });
  expect(await values('patches/patches/image')).toEqual(patches.planes[0]);
  expect(await values('patches/patches/labels')).toEqual(patches.labels);
  expect(await values('patches/patches/cells/y')).toEqual(patches.y);
  expect(await values('patches/patches/lost')).toEqual(patches.lost);
});
