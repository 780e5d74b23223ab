import { createModels } from '../../../activities/models/models.ts';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createArtifactCache } from '../../../activities/compute/artifact-cache.ts';
import { createMaterialiser } from '../../../activities/compute/materialise.ts';
import { ingestIngredients } from '../../../activities/engine/ingest.ts';
import { writeLabelsTiff } from '../../../activities/images/write-tiff.ts';
import { readSamplesheet } from '../../../activities/samplesheet/index.ts';
import { openJournal, settle, type JournalEntry } from '../../../activities/store/journal.ts';
import { openStore } from '../../../activities/store/store.ts';
import type { ArtifactRef } from '../../../core/artifact.ts';
import type { Labels } from '../../../kernels/image.ts';
import { compileCounting, makeCohort, runPlan, type LocalRun } from '../../support/engine.ts';

const PIPELINE = `
fovea: 1
name: counting
source: { samplesheet: fovs.csv, labels: { cells: 'masks/{fov}.tif' } }
steps: { first: { use: start-count, in: { image: source.image }, retry: 1 } }
publish: { value: first.table }
`;

interface Set {
  readonly folder: string;
  run(): Promise<LocalRun & { ingest(fov: string): JournalEntry }>;
  put(fov: string, id: number, width?: number): Promise<string>;
}

async function setUp(fovs: number): Promise<Set> {
  const { folder, samplesheet } = await makeCohort(fovs);
  await mkdir(join(folder, 'masks'));
  const plan = await compileCounting(PIPELINE);
  return {
    folder,
    async run() {
      const rows = await readSamplesheet(samplesheet, { labels: plan.source.labels! });
      const ran = await runPlan(join(folder, 'store'), plan, samplesheet, { rows });
      const entries = settle(await openJournal(join(folder, 'store'), ran.run).read());
      return { ...ran, ingest: (fov) => entries.get(`${fov}\0ingest`)! };
    },
    async put(fov, id, width = 16 + Number(fov.slice(1))) {
      const data = Int32Array.from({ length: 16 * width }, (_, i) => (i % 5 === 0 ? id : 0));
      await writeLabelsTiff(join(folder, `masks/${fov}.tif`), { height: 16, width, mpp: 0.5, data });
      return join(folder, `masks/${fov}.tif`);
    },
  };
}

/** Reads an artifact anew, as a process would that has never seen it. */
async function materialise(folder: string, ref: ArtifactRef): Promise<Labels> {
  const parts = {
    ...{ store: await openStore(join(folder, 'store')), cache: createArtifactCache(1e6) },
    ...{
      steps: { get: () => undefined },
      models: createModels({ modelFiles: [], runtime: 'js', threads: 1, memoryBytes: 2 ** 30 }),
      signal: new AbortController().signal,
    },
  };
  return (await createMaterialiser(parts).get(ref)) as Labels;
}

test('label images are ports of the source: their bytes are in the key, and they are read from their files', async () => {
  const { folder, run, put } = await setUp(1);
  const path = await put('f0', 3);
  const first = await run();
  expect(first.result.failed).toBe(0);
  const { outputs, key } = first.ingest('f0');
  expect(Object.keys(outputs).sort()).toEqual(['cells', 'image']);
  expect((await materialise(folder, outputs['cells']!)).data[5]).toBe(3);
  expect((await run()).ingest('f0')).toMatchObject({ status: 'cached', key });

  // Drawn again: another key, another digest, and the image as it was.
  await put('f0', 8);
  const second = (await run()).ingest('f0');
  expect(second.status).toBe('computed');
  expect(second.key).not.toBe(key);
  expect(second.outputs['image']).toEqual(outputs['image']);
  expect((await materialise(folder, second.outputs['cells']!)).data[5]).toBe(8);
  await expect(materialise(folder, outputs['cells']!)).rejects.toThrow(
    new RegExp(
      `^the source of labels "cells" .* is needed again, but ${path}: its content is no longer what was ingested`,
    ),
  );

  // The same bytes elsewhere are the same result, and are found there.
  await rename(join(folder, 'masks'), join(folder, 'elsewhere'));
  await mkdir(join(folder, 'masks'));
  await copyFile(join(folder, 'elsewhere/f0.tif'), path);
  await rm(join(folder, 'elsewhere'), { recursive: true });
  expect((await run()).ingest('f0')).toMatchObject({ key: second.key, outputs: second.outputs });
});

test('what is wrong with one mask fails its field of view alone, and says which, where and what to do', async () => {
  const { folder, run, put } = await setUp(3);
  await put('f0', 1);
  await put('f2', 1, 9);
  const { result, ingest } = await run();
  expect(result).toMatchObject({ fovs: 3, failed: 2 });
  expect(ingest('f0').status).toBe('computed');
  expect(ingest('f1').error).toMatchObject({
    code: 'INVALID_INPUT',
    message: `fov f1, step ingest: labels "cells": ${join(folder, 'masks/f1.tif')} does not exist; put the label image there, or correct source.labels.cells`,
  });
  expect(ingest('f2').error?.message).toMatch(
    /^fov f2, step ingest: labels "cells": .*masks\/f2\.tif is 16×9 pixels, its image 16×18: at 0\.5 and 0\.5 µm per pixel they do not show the same field/,
  );
});

test('an image without labels has the key it always had', () => {
  const row = { fov: 'A', image: '/a.tif', mpp: null, forceMpp: false, panel: null, obs: {}, problem: null };
  const file = { path: '/a.tif', sha256: 'ab'.repeat(32), bytes: 1 };
  expect(ingestIngredients(row, [file], {})).toEqual(ingestIngredients(row, [file]));
  expect(ingestIngredients(row, [file], { cells: [{ ...file, sha256: 'cd'.repeat(32) }] }).inputs).toEqual({
    files: ['ab'.repeat(32)],
    'labels.cells': ['cd'.repeat(32)],
  });
});
