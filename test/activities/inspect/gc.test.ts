import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planGc, sweep, type GcPlan } from '../../../activities/inspect/gc.ts';
import { measureUsage } from '../../../activities/inspect/du.ts';
import type { GcPolicy } from '../../../activities/inspect/gc-roots.ts';
import { reportPlan } from '../../../activities/inspect/plan-report.ts';
import { rootOf, traceLineage } from '../../../activities/inspect/why.ts';
import type { SourceRow } from '../../../activities/images/index.ts';
import { resultPath, openStore, type Store } from '../../../activities/store/store.ts';
import { gcCommand } from '../../../cli/gc.ts';
import { runCommand } from '../../support/run-command.ts';
import { sampleRevision } from '../../support/sample-revision.ts';
import { makeOld, outputsOf, sampleRows, sampleRun, TISSUE, tissuePlan } from '../../support/sample-store.ts';

const HOUR = 3600 * 1000;
const [OLD, NEW] = ['20250301-120000-aaaa', '20250302-120000-bbbb'];
const coarse = tissuePlan(TISSUE.replace('mpp: 0.5', 'mpp: 0.9'));
const plan = tissuePlan();
let folder: string;
let store: Store;
let rows: SourceRow[];
let results: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-gc-'));
  store = await openStore(join(folder, 'store'));
  results = join(folder, 'results');
  rows = await sampleRows(store, join(folder, 'images'), ['A', 'B']);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const policy = (rest: Partial<GcPolicy> = {}): GcPolicy => ({
  ...{ keepRuns: 1, olderThanMs: 0, ask: async () => null, now: Date.now() },
  ...rest,
});
const counts = ({ removals }: GcPlan): Record<string, number> => {
  const found: Record<string, number> = {};
  for (const { kind } of removals) found[kind] = (found[kind] ?? 0) + 1;
  return found;
};
const exists = (path: string): Promise<boolean> =>
  stat(join(store.root, path)).then(
    () => true,
    () => false,
  );

/** An older run with another parameter, then a newer one; both look two hours old. */
async function twoRuns(): Promise<void> {
  await sampleRun(store, { run: OLD, plan: coarse, rows });
  await sampleRun(store, { run: NEW, plan, rows });
  await makeOld(store.root, 2 * HOUR);
}

test('the dropped run loses what only it needs; everything of the kept run is still cached', async () => {
  await twoRuns();
  const lost = await outputsOf(store, OLD, 'A', 'segment');
  const gc = await planGc(store, results, policy());
  expect(gc.dropped).toEqual([OLD]);
  expect(gc.runs).toEqual([{ run: NEW, why: 'newest', scratch: false }]);
  // Per field of view: resample, normalize, segment, quantify; and the cohort's summary. Ingest is shared.
  expect(counts(gc)).toEqual({ records: 9, index: 11, artifacts: 7, values: 2, runs: 1 });

  const { removed, stopped } = await sweep(store, gc);
  expect(stopped).toBe(false);
  expect(removed).toHaveLength(30);
  expect(await store.hasArtifact(lost['cells']!.digest)).toBe(false);
  expect(await exists(`runs/${OLD}`)).toBe(false);
  expect(await readdir(join(store.root, 'tmp'))).toEqual([]);
  expect((await reportPlan(store, plan, rows)).counts).toEqual({ cached: 11, run: 0, waits: 0 });
  expect((await reportPlan(store, coarse, rows)).counts).toMatchObject({ cached: 2, run: 2 });
  expect(counts(await planGc(store, results, policy()))).toEqual({});
});

test('nothing younger than an hour is touched, nor runs younger than the limit', async () => {
  await sampleRun(store, { run: OLD, plan: coarse, rows });
  await sampleRun(store, { run: NEW, plan, rows });
  expect(counts(await planGc(store, results, policy()))).toEqual({});
  await makeOld(store.root, 2 * HOUR);
  const young = await planGc(store, results, policy({ olderThanMs: 1e6 * HOUR }));
  expect(young.runs.map(({ why }) => why)).toEqual(['young', 'young']);
  expect(counts(young)).toEqual({});
});

test('a published revision keeps its artifacts, the records back to the source, and its run', async () => {
  await sampleRun(store, { run: OLD, plan: coarse, rows });
  await sampleRevision(store, results, OLD, 'r0001');
  await sampleRun(store, { run: NEW, plan, rows });
  await makeOld(store.root, 2 * HOUR);
  const gc = await planGc(store, results, policy());
  expect(gc.runs.map(({ run, why }) => [run, why])).toEqual([
    [NEW, 'newest'],
    [OLD, 'published'],
  ]);
  await sweep(store, gc);
  const { cells } = await outputsOf(store, OLD, 'A', 'segment');
  expect(await store.hasArtifact(cells!.digest)).toBe(true);
  const lineage = await traceLineage(store, [rootOf(cells!, 'A', 'cells')]);
  expect(Object.keys(lineage.results)).toHaveLength(4);
  expect(lineage.unknown).toEqual([]);
  // The nuclei were neither published nor wanted by anything that was.
  const { nuclei } = await outputsOf(store, OLD, 'A', 'segment');
  expect(await store.hasArtifact(nuclei!.digest)).toBe(false);
});

test('bytes of ancestors stay where an output that is not stored has to be made from them', async () => {
  const chain = tissuePlan(`fovea: 1
name: tissue
source: { samplesheet: samplesheet.csv }
steps:
  segment: { use: segment-watershed, in: { image: source.image } }
  merged: { use: regrid, in: { labels: segment.cells, like: source.image } }
  again: { use: merge-labels, in: { members: [merged.labels] } }
publish: { cells: again.labels }
`);
  await sampleRun(store, { run: OLD, plan: chain, rows });
  await makeOld(store.root, 2 * HOUR);
  const { cells } = await outputsOf(store, OLD, 'A', 'segment');
  const { labels } = await outputsOf(store, OLD, 'A', 'merged');
  expect(await store.hasArtifact(labels!.digest)).toBe(false);
  await sweep(store, await planGc(store, results, policy()));
  expect(await store.hasArtifact(cells!.digest)).toBe(true);
  expect((await reportPlan(store, chain, rows)).counts).toEqual({ cached: 8, run: 0, waits: 0 });
});

test('an unfinished run keeps what it has and what it will find', async () => {
  await sampleRun(store, { run: OLD, plan, rows });
  // Killed before it did anything: no journal, but every result it will look for is there.
  await sampleRun(store, { run: NEW, plan, rows, workflow: 'fovea-tissue', unfinished: true });
  await rm(join(store.root, 'runs', NEW, 'journal.jsonl'));
  await makeOld(store.root, 48 * HOUR);
  const open = await planGc(store, results, policy({ keepRuns: 0 }));
  expect(open.runs).toEqual([{ run: NEW, why: 'unfinished', scratch: true }]);
  expect(counts(open)).toMatchObject({ runs: 1 });
  expect(counts(open)['artifacts']).toBeUndefined();

  const running = await planGc(store, results, policy({ keepRuns: 0, ask: async () => true }));
  expect(running.runs).toHaveLength(1);
  const dead = await planGc(store, results, policy({ keepRuns: 0, ask: async () => false }));
  expect(dead.dropped).toEqual([NEW, OLD]);
});

test('dead leases, temporary files and scratch of finished runs go; young ones stay', async () => {
  const error = { code: 'INVALID_INPUT', message: 'no nuclei', retryable: false, fields: {} } as const;
  await sampleRun(store, { run: OLD, plan, rows, failing: { 'A/segment': error } });
  await mkdir(join(store.root, 'leases'));
  await writeFile(join(store.root, 'leases', 'a'.repeat(64)), '{}');
  await mkdir(join(store.root, 'tmp', '1-dead'));
  await makeOld(store.root, 2 * HOUR);
  await writeFile(join(store.root, 'leases', 'b'.repeat(64)), '{}');
  await mkdir(join(store.root, 'tmp', '2-busy'));
  const gc = await planGc(store, results, policy());
  expect(gc.removals.map(({ kind, path }) => [kind, path])).toEqual([
    ['leases', `leases/${'a'.repeat(64)}`],
    ['temporary', 'tmp/1-dead'],
    ['scratch', `scratch/${OLD}`],
  ]);
  const kept = await planGc(store, results, policy({ olderThanMs: 1e6 * HOUR }));
  expect(counts(kept)).toEqual({ leases: 1, temporary: 1 });
});

test('a run that starts meanwhile stops the sweep', async () => {
  await twoRuns();
  const gc = await planGc(store, results, policy());
  await sampleRun(store, { run: '20250303-120000-cccc', plan: coarse, rows, unfinished: true });
  expect(await sweep(store, gc)).toEqual({ removed: [], stopped: true });
  expect((await reportPlan(store, coarse, rows)).counts).toMatchObject({ run: 0, waits: 0 });
});

test('fovea gc is a dry run unless told --yes', async () => {
  await twoRuns();
  const gc = (...args: string[]) =>
    runCommand(gcCommand(), '--store', store.root, '--results', results, '--home', folder, '--keep-runs', '1', ...args);
  const patient = await gc('--older-than', '9000w');
  expect(patient.stdout).toContain('nothing to remove');
  const dry = await gc('--older-than', '0d');
  expect(dry).toMatchObject({ exitCode: 0, error: null });
  expect(dry.stdout).toContain(
    `kept: 0 published revisions, 1 run\n  1 run (among the newest of its pipeline): ${NEW}\n`,
  );
  expect(dry.stdout).toContain(`dropped: 1 run: ${OLD}`);
  expect(dry.stdout).toMatch(/stored artifacts +7 +[\d.]+ KiB/);
  expect(dry.stdout).toMatch(/can be freed: fovea gc --yes\n$/);
  expect(
    await exists(
      resultPath((await store.producers((await outputsOf(store, OLD, 'A', 'segment'))['cells']!.digest))[0]!),
    ),
  ).toBe(true);

  const before = (await measureUsage(store, results)).total;
  const done = await gc('--older-than', '0d', '--yes', '--json');
  const told = JSON.parse(done.stdout) as { bytes: number; dryRun: boolean };
  expect(told.dryRun).toBe(false);
  const after = (await measureUsage(store, results)).total;
  expect(before - after).toBe(told.bytes);
  expect((await gc('--older-than', 'soon')).exitCode).not.toBe(0);
});
