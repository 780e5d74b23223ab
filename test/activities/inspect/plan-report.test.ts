import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportPlan, type PlanReport } from '../../../activities/inspect/plan-report.ts';
import type { SourceRow } from '../../../activities/images/index.ts';
import { artifactPath, openStore, type Store } from '../../../activities/store/store.ts';
import { outputsOf, sampleRows, sampleRun, TISSUE, tissuePlan } from '../../support/sample-store.ts';

const RUN = '20250301-120000-aaaa';
let folder: string;
let store: Store;
let rows: SourceRow[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-plan-'));
  store = await openStore(join(folder, 'store'));
  rows = await sampleRows(store, join(folder, 'images'), ['A', 'B', 'C']);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const reasonsOf = ({ steps }: PlanReport): Record<string, string[]> =>
  Object.fromEntries(steps.map(({ id, reasons }) => [id, reasons.map(({ reason, units }) => `${units}× ${reason}`)]));
const unitOf = (report: PlanReport, fov: string | null, id: string) =>
  report.units.find((unit) => unit.fov === fov && unit.id === id)!;

test('before any run every source is read, and what follows waits', async () => {
  const report = await reportPlan(store, tissuePlan(), rows);
  expect(report.comparedWith).toBeNull();
  expect(report.counts).toEqual({ cached: 0, run: 3, waits: 13 });
  expect(reasonsOf(report)).toEqual({
    source: ['3× never computed'],
    resample: ['3× waits for source'],
    normalize: ['3× waits for resample'],
    segment: ['3× waits for normalize'],
    quantify: ['3× waits for segment, source'],
    summary: ['1× waits for 3 fields of view'],
  });
});

test('an unchanged pipeline is cached to the last unit, the cohort step too', async () => {
  const plan = tissuePlan();
  await sampleRun(store, { run: RUN, plan, rows });
  const report = await reportPlan(store, plan, rows);
  expect(report.comparedWith).toBe(RUN);
  expect(report.counts).toEqual({ cached: 16, run: 0, waits: 0 });
  expect(unitOf(report, null, 'summary')).toMatchObject({ verdict: 'cached', reasons: [] });
  expect(report.steps.map(({ step }) => step)).toEqual([
    'ingest',
    'resample@1',
    'normalize@1',
    'segment-watershed@3',
    'quantify@1',
    'cohort-summary@1',
  ]);
});

test('a changed parameter is named with both values, and only what depends on it waits', async () => {
  await sampleRun(store, { run: RUN, plan: tissuePlan(), rows });
  const report = await reportPlan(store, tissuePlan(TISSUE.replace('mpp: 0.5', 'mpp: 0.6')), rows);
  expect(reasonsOf(report)).toEqual({
    source: [],
    resample: ['3× params.mpp 0.5 → 0.6'],
    normalize: ['3× waits for resample'],
    segment: ['3× waits for normalize'],
    quantify: ['3× waits for segment'],
    summary: ['1× waits for 3 fields of view'],
  });
});

test('changed input artifacts and an added field of view are told apart', async () => {
  const plan = tissuePlan();
  await sampleRun(store, { run: RUN, plan, rows: rows.slice(0, 2) });
  const report = await reportPlan(store, plan, rows);
  expect(reasonsOf(report)['source']).toEqual(['1× never computed']);
  expect(reasonsOf(report)['summary']).toEqual(['1× waits for 1 field of view']);

  await sampleRun(store, { run: '20250301-130000-aaaa', plan, rows });
  const fewer = await reportPlan(store, plan, rows.slice(0, 1));
  expect(reasonsOf(fewer)['summary']).toEqual(['1× input tables changed']);
});

test('a result whose bytes were cleaned runs again, and says so', async () => {
  const plan = tissuePlan();
  await sampleRun(store, { run: RUN, plan, rows });
  const { cells } = await outputsOf(store, RUN, 'B', 'segment');
  await rm(join(store.root, artifactPath(cells!.digest)), { recursive: true });
  const report = await reportPlan(store, plan, rows);
  expect(reasonsOf(report)['segment']).toEqual(['1× result was cleaned']);
  expect(unitOf(report, 'B', 'quantify').reasons).toEqual(['waits for segment']);
  expect(unitOf(report, 'A', 'quantify').verdict).toBe('cached');
});

test('a touched, a missing and a refused source file are told apart', async () => {
  const plan = tissuePlan();
  await sampleRun(store, { run: RUN, plan, rows });
  await utimes(rows[0]!.image, new Date(), new Date(0));
  await rm(rows[1]!.image);
  const refused = { ...rows[2]!, problem: 'mpp is "x", write a number' };
  const report = await reportPlan(store, plan, [rows[0]!, rows[1]!, refused]);
  expect(unitOf(report, 'A', 'source').reasons).toEqual(['source file new or touched: content is hashed when it runs']);
  expect(unitOf(report, 'B', 'source').reasons).toEqual([`will fail: ${rows[1]!.image} is not there`]);
  expect(unitOf(report, 'C', 'source').reasons).toEqual(['will fail: mpp is "x", write a number']);
});

test('a failed unit says in which run it failed; reasons reach back past a run over other fields of view', async () => {
  const plan = tissuePlan();
  const error = { code: 'INVALID_INPUT', message: 'no nuclei', retryable: false, fields: {} } as const;
  await sampleRun(store, { run: RUN, plan, rows, failing: { 'C/segment': error } });
  await sampleRun(store, { run: '20250302-120000-bbbb', plan, rows: rows.slice(0, 1) });
  const report = await reportPlan(store, plan, rows);
  expect(report.comparedWith).toBe('20250302-120000-bbbb');
  expect(unitOf(report, 'C', 'segment').reasons).toEqual([`failed in run ${RUN} (INVALID_INPUT)`]);
});

test('a damaged record counts as no result', async () => {
  const plan = tissuePlan();
  await sampleRun(store, { run: RUN, plan, rows });
  const { key } = unitOf(await reportPlan(store, plan, rows), 'A', 'resample');
  await writeFile(join(store.root, `results/${key!.slice(0, 2)}/${key}.json`), '{"half');
  expect(unitOf(await reportPlan(store, plan, rows), 'A', 'resample')).toMatchObject({
    verdict: 'run',
    reasons: ['result was cleaned'],
  });
});
