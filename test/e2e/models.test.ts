import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseModels } from '../../core/models.ts';
import { stringify } from 'yaml';
import { writeOmeTiff } from '../../activities/images/index.ts';
import type { Image } from '../../kernels/image.ts';
import { drawBlobs } from '../support/drawn-blobs.ts';
import { mesmerRecord, writeModels } from '../support/onnx-models.ts';
import { makeProject, outcomes, runProject, type Project } from '../support/tissue.ts';

const PIPELINE = `fovea: 1
name: modelled
source: { samplesheet: samplesheet.csv }
steps:
  segment: { use: segment-mesmer, in: { image: source.image }, models: { net: net } }
  quantify: { use: quantify, in: { image: source.image, cells: segment.cells } }
publish: { cells: segment.cells, table: quantify.table }
`;

const image = drawBlobs(120, 150);
/** The same field without a nucleus in it. */
const dark: Image = { ...image, planes: image.planes.map((plane, i) => (i === 0 ? plane.map(() => 50) : plane)) };

async function modelledProject(fovs: Readonly<Record<string, Image>>, edit = () => PIPELINE): Promise<Project> {
  const project = await makeProject('tissue', edit);
  for (const [fov, one] of Object.entries(fovs)) await writeOmeTiff(join(project.folder, `${fov}.ome.tif`), one);
  const rows = Object.keys(fovs).map((fov) => `${fov},${fov}.ome.tif,,panel.csv\n`);
  await writeFile(join(project.folder, 'samplesheet.csv'), `fov,image,mpp,panel\n${rows.join('')}`);
  await writeFile(join(project.folder, 'panel.csv'), 'channel,marker,role\nDAPI,DAPI,nuclear\nNaK,NaK,membrane\n');
  return project;
}

const modelsFile = (graph: string, changes: Readonly<Record<string, unknown>> = {}): string =>
  writeModels({ net: mesmerRecord(graph, changes) });

const digestOf = (record: Record<string, unknown>): string =>
  parseModels(stringify({ models: { net: record } }), 'models.yaml')['net']!.digest;

test('a model runs in a compute process; its file and record are part of every key, its name and licence are not', async () => {
  const project = await modelledProject({ A: image, B: dark });
  const first = await runProject(project, '--models', modelsFile('mesmer-tiny'));
  expect(first.exitCode).toBe(0);
  expect(outcomes(first)).toEqual({ computed: 6 });
  const { trace } = first.units.get('A segment')!;
  expect(trace?.pid).not.toBe(process.pid);
  expect(trace?.queue).toBe('models');
  expect(first.summary.cells.find(({ fov }) => fov === 'A')?.cells).toBeGreaterThan(10);

  const other = { licence: { id: 'MIT', commercial: true }, source: 'elsewhere' };
  const again = await runProject(project, '--models', modelsFile('mesmer-tiny', other));
  expect(outcomes(again)).toEqual({ cached: 6 });

  expect(digestOf(mesmerRecord('mesmer-torch'))).not.toBe(digestOf(mesmerRecord('mesmer-tiny')));
  const swapped = await runProject(project, '--models', modelsFile('mesmer-torch'));
  // The labels may be the same bytes, and then nothing after the segmentation runs again.
  expect(swapped.units.get('A segment')?.status).toBe('computed');
  expect(swapped.units.get('A ingest')?.status).toBe('cached');
});

test('a model that yields NaN fails its field of view after a second try, and only that', async () => {
  const project = await modelledProject({ bright: image, dark });
  const { exitCode, units } = await runProject(project, '--models', modelsFile('mesmer-nan'));
  expect(exitCode).not.toBe(0);
  expect(units.get('dark quantify')?.status).toBe('computed');
  const failed = units.get('bright segment')!;
  expect(failed).toMatchObject({ status: 'failed', attempt: 2 });
  expect(failed.error).toMatchObject({ code: 'MODEL_FAILED' });
  expect(failed.error?.message).toMatch(
    /fov bright, step segment: segment-mesmer, tiles at row 0, column 0.* net yielded NaN/,
  );
});

test.each([
  [
    'is not there',
    { file: '/nowhere/net.onnx', obtain: 'ask the imaging core for it' },
    'NOT_FOUND',
    'ask the imaging core for it',
  ],
  [
    'has terms that nobody accepted',
    { licence: { id: 'Academic-1', commercial: false, accept: true } },
    'LICENCE',
    'fovea models verify net --accept-licence',
  ],
  ['is another file', { sha256: '0'.repeat(64) }, 'MODEL_MISMATCH', '0000'],
])('nothing starts with a model that %s', async (_, changes, code, says) => {
  const project = await modelledProject({ A: image });
  await expect(runProject(project, '--models', modelsFile('mesmer-tiny', changes))).rejects.toMatchObject({
    code,
    message: expect.stringContaining(says) as string,
  });
});

test('the pipeline tissue runs as it ships, from an image to what is published', async () => {
  const text = readFileSync(join(import.meta.dirname, '../../configs/pipelines/tissue.yaml'), 'utf8');
  const run = await runProject(await modelledProject({ A: image }, () => text));
  expect(run.summary.failures).toEqual([]);
  expect(run.summary.path).not.toBeNull();
  expect(run.summary.cells.find(({ fov }) => fov === 'A')?.cells).toBeGreaterThan(10);
});
