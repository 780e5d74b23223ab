import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDigest } from '../../../activities/inspect/find-digest.ts';
import { findPublished } from '../../../activities/inspect/published-path.ts';
import { rootOf, traceLineage } from '../../../activities/inspect/why.ts';
import type { SourceRow } from '../../../activities/images/index.ts';
import { openStore, resultPath, type Store } from '../../../activities/store/store.ts';
import { whyCommand } from '../../../cli/why.ts';
import { runCommand } from '../../support/run-command.ts';
import { sampleRevision } from '../../support/sample-revision.ts';
import { outputsOf, sampleRows, sampleRun, tissuePlan } from '../../support/sample-store.ts';

const RUN = '20250301-120000-aaaa';
let folder: string;
let store: Store;
let rows: SourceRow[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-why-'));
  store = await openStore(join(folder, 'store'));
  rows = await sampleRows(store, join(folder, 'images'), ['A', 'B', 'C']);
  await sampleRun(store, { run: RUN, plan: tissuePlan(), rows });
  await sampleRevision(store, join(folder, 'results'), RUN, 'r0001');
  await symlink('r0001', join(folder, 'results', 'tissue', 'latest'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const why = (...args: string[]) => runCommand(whyCommand(), ...args, '--store', store.root);

test('walks from a table to the source file, each result once', async () => {
  const { table } = await outputsOf(store, RUN, 'A', 'quantify');
  const lineage = await traceLineage(store, [rootOf(table!, 'A', 'table')]);
  const steps = Object.values(lineage.results).map(({ record }) => record.ingredients.step);
  expect(steps.sort()).toEqual(['ingest', 'normalize', 'quantify', 'resample', 'segment-watershed']);
  const ingest = Object.values(lineage.results).find(({ record }) => record.source !== null)!;
  expect(ingest.record.source!.files[0]!.path).toBe(rows[0]!.image);
  expect(ingest.places).toEqual([rows[0]!.image]);
  expect(lineage.unknown).toEqual([]);
});

test('a cohort result reaches every field of view through its manifest', async () => {
  const { table } = await outputsOf(store, RUN, null, 'summary');
  const lineage = await traceLineage(store, [rootOf(table!, null, 'summary')]);
  const [manifest] = Object.values(lineage.gathered);
  expect(manifest!.items.map(({ fov }) => fov)).toEqual(['A', 'B', 'C']);
  const files = Object.values(lineage.results).flatMap(({ record }) => record.source?.files ?? []);
  expect(files.map(({ path }) => path).sort()).toEqual(rows.map(({ image }) => image));
});

test('the text is a tree with steps, parameters, cost, code and the file with its sha256', async () => {
  const { cells } = await outputsOf(store, RUN, 'A', 'segment');
  const { stdout, exitCode } = await why(cells!.digest.slice(0, 12));
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    new RegExp(`^artifact ${cells!.digest.slice(0, 12)}  ←  segment: segment-watershed@3  \\[result `),
  );
  expect(stdout).toContain('└─ image ');
  expect(stdout).toContain('params    method=bilinear, mpp=0.5');
  expect(stdout).toContain(`made      2025-03-01 12:00:01 UTC in run ${RUN} for A\n`);
  expect(stdout).toContain('cost      1.5 s on pc1 (queue cpu), 1.2 s of CPU, 300 MiB at most');
  expect(stdout).toMatch(/←  resample@1  \[result [0-9a-f]{12}, not stored\]/);
  expect(stdout.match(/code {6}fovea 0\.1\.0, node v20\.20\.0, linux-x64/g)).toHaveLength(1);
  expect(stdout).toMatch(/sha256 {4}[0-9a-f]{64}/);
  expect(stdout).toContain('format    TIFF, 3 channels');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('a result that comes up twice is told once', async () => {
  const { table } = await outputsOf(store, RUN, 'A', 'quantify');
  const { stdout } = await why(table!.digest);
  expect(stdout.match(/←  ingest@1/g)).toHaveLength(2);
  expect(stdout.match(/←  ingest@1 {2}\[result [0-9a-f]{12}, not stored\], as above/g)).toHaveLength(1);
  expect(stdout.match(/sha256/g)).toHaveLength(1);
});

test('published paths resolve through revision.json, latest and elements included', async () => {
  const at = (...path: string[]) => findPublished(join(folder, 'results', 'tissue', ...path));
  const names = async (...path: string[]) => (await at(...path))!.refs.map(({ fov, name }) => `${fov}/${name}`);
  expect(await names('latest', 'fovs', 'A.zarr', 'labels', 'cells')).toEqual(['A/cells']);
  expect(await names('r0001', 'fovs', 'B.zarr')).toEqual(['B/cells', 'B/table']);
  expect(await names('r0001', 'fovs', 'B.webp')).toEqual(['B/cells', 'B/table']);
  expect(await names('r0001', 'cells.parquet')).toEqual(['A/table', 'B/table', 'C/table']);
  expect(await names('r0001', 'summary.csv')).toEqual(['null/summary']);
  expect((await at('r0001'))!.refs).toHaveLength(7);
  expect(await at('r0009')).toBeNull();
  await expect(findPublished(folder)).rejects.toThrow('lies in no published revision');

  const { stdout } = await why(join(folder, 'results/tissue/latest/fovs/A.zarr/labels/cells'), '--json');
  const { cells } = await outputsOf(store, RUN, 'A', 'segment');
  expect(JSON.parse(stdout)).toMatchObject({ roots: [{ fov: 'A', name: 'cells', digest: cells!.digest }] });
});

test('prefixes: unknown, ambiguous, too short', async () => {
  const shared = 'abcdef';
  for (const tail of ['1', '2']) {
    const digest = (shared + tail).padEnd(64, '0');
    await mkdir(join(store.root, 'producers', 'ab', digest), { recursive: true });
  }
  await expect(findDigest(store, shared)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(
      /^abcdef is the beginning of 2 digests; write more of it:\n {2}abcdef10+ {2}artifact\n/,
    ),
  });
  expect((await findDigest(store, 'ABCDEF1')).digest).toBe('abcdef1'.padEnd(64, '0'));
  await expect(findDigest(store, '000000')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { exitCode, error } = await why('abc');
  expect(exitCode).toBe(2);
  expect(error!.message).toBe(
    '"abc" is neither a published file nor a digest: write 6 or more of the digits 0–9 and a–f',
  );
  await rm(join(store.root, 'producers', 'ab'), { recursive: true });
});

test('what was cleaned is named as unknown', async () => {
  const other = await openStore(join(folder, 'other'));
  const two = await sampleRows(other, join(folder, 'others'), ['A']);
  await sampleRun(other, { run: RUN, plan: tissuePlan(), rows: two });
  const { image } = await outputsOf(other, RUN, 'A', 'normalize');
  const { image: above } = await outputsOf(other, RUN, 'A', 'resample');
  const [key] = await other.producers(above!.digest);
  await rm(join(other.root, resultPath(key!)));
  await writeFile(join(other.root, 'producers', above!.digest.slice(0, 2), above!.digest, '.tmp-x'), '');
  const lineage = await traceLineage(other, [rootOf(image!, null, null)]);
  expect(lineage.unknown).toEqual([above!.digest]);
});
