import { createModels } from '../../../activities/models/models.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createArtifactCache } from '../../../activities/compute/artifact-cache.ts';
import { createMaterialiser } from '../../../activities/compute/materialise.ts';
import { ingestIngredients } from '../../../activities/engine/ingest.ts';
import { readImage, writeOmeTiff } from '../../../activities/images/index.ts';
import type { ResultRecord } from '../../../activities/store/records.ts';
import { openStore } from '../../../activities/store/store.ts';
import { artifactDigest } from '../../../core/content.ts';
import { stepKey, type Ingredients } from '../../../core/key.ts';
import { defineStep } from '../../../core/step.ts';

const NO_MODELS = createModels({ modelFiles: [], runtime: 'js', threads: 1, memoryBytes: 2 ** 30 });

const NAMES = Array.from({ length: 30 }, (_, i) => `same-${i}`);

/** A step like resample on an image that has the wanted pixel size already: it returns what it was given. */
const same = (name: string) =>
  defineStep({
    ...{ name, version: 1, summary: 'Returns its input.', scope: 'fov', params: z.strictObject({}), keep: false },
    ...{ inputs: { image: 'Image' }, outputs: { image: 'Image' } },
    run: ({ image }) => ({ image }),
  });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-materialise-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('an image that steps returned as it was is made from its file, not from itself', async () => {
  const path = join(folder, 'a.tif');
  const planes = [Uint16Array.from({ length: 100 }, (_, i) => i)];
  await writeOmeTiff(path, {
    ...{ height: 10, width: 10, mpp: 0.5, intensity: 'counts', channels: [{ name: 'DAPI', role: null }], planes },
  });
  const row = { fov: 'A', image: path, mpp: null, forceMpp: false, panel: null, obs: {}, problem: null };
  const { image } = await readImage(row);
  const ref = { kind: 'Image', digest: artifactDigest('Image', image) } as const;
  const store = await openStore(join(folder, 'store'));
  const record = (ingredients: Ingredients, source: ResultRecord['source']): Promise<ResultRecord> =>
    store.record({
      ...{
        schema: 1,
        key: stepKey(ingredients),
        ingredients,
        outputs: { image: ref },
        kept: false,
        source,
        warnings: [],
      },
      produced: { run: 'r', fov: 'A', stepId: 'x' } as ResultRecord['produced'],
    });
  const files = [{ path, sha256: 'ab'.repeat(32), bytes: 1 }];
  // So many that some stand before the ingest in the order of keys, whatever it is.
  for (const step of NAMES) {
    const rest = { version: 1, params: {}, models: {}, runtime: 'js', identity: {} };
    await record({ step, ...rest, inputs: { image: ref.digest } }, null);
  }
  const parts = {
    ...{ store, cache: createArtifactCache(1e6), signal: new AbortController().signal },
    steps: { get: (name: string) => same(name) },
    models: NO_MODELS,
  };
  await expect(createMaterialiser(parts).get(ref)).rejects.toThrow(/^nothing in the store .* says how Image /);
  await record(ingestIngredients(row, files), { image: path, format: 'OME-TIFF', acquired: ['DAPI'], files });
  expect(await createMaterialiser(parts).get(ref)).toEqual(image);
});
