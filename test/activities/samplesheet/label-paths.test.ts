import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceRow } from '../../../activities/images/index.ts';
import { discover, readSamplesheet } from '../../../activities/samplesheet/index.ts';

let root = '';
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'fovea-labels-')));
  await mkdir(join(root, 'masks'));
  for (const name of ['A.tif', 'B.tif', 'masks/A.tif']) await writeFile(join(root, name), 'x');
  await symlink('/etc/hostname', join(root, 'masks/B.tif'));
});
afterAll(() => rm(root, { recursive: true }));

async function rowsOf(labels: Readonly<Record<string, string>>, text: string): Promise<SourceRow[]> {
  const file = join(root, 'fovs.csv');
  await writeFile(file, text);
  return readSamplesheet(file, { labels });
}

const SHEET = 'fov,image,mask\nA,A.tif,masks/own.tif\nB,B.tif,\n';

test('patterns are filled with the id and with free columns, and resolved as images are', async () => {
  const [row] = await rowsOf({ cells: 'masks/{fov}.tif', nuclei: '{mask}' }, SHEET);
  expect(row).toMatchObject({
    labels: { cells: join(root, 'masks/A.tif'), nuclei: join(root, 'masks/own.tif') },
    obs: { mask: 'masks/own.tif' },
    problem: null,
  });
  expect(Object.keys((await rowsOf({}, SHEET))[0]!)).not.toContain('labels');
});

test('a link out of the root and an empty column are the problems of their rows', async () => {
  const [fine, linked] = await rowsOf({ cells: 'masks/{fov}.tif' }, SHEET);
  expect(fine!.problem).toBeNull();
  expect(linked!.problem).toMatch(/^labels "cells": "masks\/B\.tif" is a link that leads out of the dataset root/);
  const [, empty] = await rowsOf({ nuclei: '{mask}' }, SHEET);
  expect(empty!.problem).toBe(
    'labels "nuclei": the column "mask" is empty here, and names the file; fill it in, or leave the field of view out',
  );
});

test('paths that leave the root are refused, whether in the pattern or in a column', async () => {
  const sheet = 'fov,image,mask\nA,A.tif,../../etc/hostname\nB,B.tif,/etc/hostname\n';
  for (const row of await rowsOf({ cells: '{mask}' }, sheet)) {
    expect(row.problem).toMatch(
      /^labels "cells": ".*etc\/hostname" leaves the dataset root; put it below the dataset root/,
    );
  }
  const [row] = await rowsOf({ cells: '../{fov}.tif' }, SHEET);
  expect(row!.problem).toMatch(/^labels "cells": "\.\.\/A\.tif" leaves the dataset root/);
});

test('a column that is not there is a problem of the sheet', async () => {
  await expect(rowsOf({ cells: '{masks}', nuclei: '{image}' }, SHEET)).rejects.toMatchObject({
    code: 'SAMPLESHEET',
    fields: {
      issues: [
        { line: 1, message: 'source.labels.cells names {masks}, which is no free column; did you mean "mask"?' },
        { line: 1, message: 'source.labels.nuclei names {image}, which is no free column; there are: "fov", "mask"' },
      ],
    },
  });
});

test('fields found by a glob have their id only', async () => {
  const options = { mpp: null, panel: null };
  const [row] = await discover('A.tif', root, { ...options, labels: { cells: 'masks/{fov}.tif' } });
  expect(row!.labels).toEqual({ cells: join(root, 'masks/A.tif') });
  await expect(discover('A.tif', root, { ...options, labels: { cells: '{mask}' } })).rejects.toMatchObject({
    code: 'SAMPLESHEET',
    message: 'source.labels.cells names {mask}, which is no free column; there are: "fov"; columns need a samplesheet',
  });
});
