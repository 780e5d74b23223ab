import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { readRuns, stateOf } from '../../activities/inspect/runs.ts';
import { writeTrace } from '../../activities/inspect/trace.ts';
import type { SourceRow } from '../../activities/images/index.ts';
import { openJournal } from '../../activities/store/journal.ts';
import { openStore, type Store } from '../../activities/store/store.ts';
import { statusCommand } from '../../cli/status.ts';
import { runCommand } from '../support/run-command.ts';
import { sampleRows, sampleRun, tissuePlan } from '../support/sample-store.ts';

const [FIRST, SECOND, THIRD] = ['20250301-120000-aaaa', '20250302-120000-bbbb', '20250303-120000-cccc'];
const error = {
  code: 'INVALID_INPUT',
  message: 'fov B, step segment: no nuclei',
  retryable: false,
  fields: {},
} as const;
let folder: string;
let store: Store;
let rows: SourceRow[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-status-'));
  store = await openStore(join(folder, 'store'));
  rows = await sampleRows(store, join(folder, 'images'), ['A', 'B']);
  const plan = tissuePlan();
  await sampleRun(store, { run: FIRST, plan, rows, failing: { 'B/segment': error }, revision: 'r0001' });
  await sampleRun(store, { run: SECOND, plan, rows, startedAt: '2025-03-02T12:00:00.000Z', revision: 'r0002' });
  await sampleRun(store, { run: THIRD, plan, rows, workflow: 'fovea-x', unfinished: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const status = (...args: string[]) => runCommand(statusCommand(), ...args, '--home', folder);

test('lists the runs, newest first; a run that no server can be asked about is unknown', async () => {
  const { stdout, exitCode } = await status();
  expect(exitCode).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toBe('run                   pipeline  started (UTC)        state      fovs  failed  revision');
  expect(lines.slice(1)).toEqual([
    `${THIRD}  tissue    2025-03-01 12:00:00  unknown    2/2        0`,
    `${SECOND}  tissue    2025-03-02 12:00:00  completed  2/2        0  r0002`,
    `${FIRST}  tissue    2025-03-01 12:00:00  completed  1/2        1  r0001`,
  ]);
});

test('the state of a run without a report is asked from the server', async () => {
  const [third] = await readRuns(store, 1);
  expect(await stateOf(third!, async () => true)).toBe('running');
  expect(await stateOf(third!, async () => false)).toBe('interrupted');
  const local = { ...third!, header: { ...third!.header, workflow: null } };
  const never = () => Promise.reject(new Error('asked'));
  expect(await stateOf(local, never, local.touchedAt + 60_000)).toBe('running');
  expect(await stateOf(local, never, local.touchedAt + 3_600_000)).toBe('interrupted');
});

test('one run: counts and timing per step, failures with code, message and scratch folder', async () => {
  const { stdout } = await status(FIRST.slice(0, 10));
  expect(stdout).toContain(`${FIRST}  tissue  completed\n`);
  expect(stdout).toContain('started   2025-03-01 12:00:00 UTC by ada on pc1, took 1.5 s\n');
  expect(stdout).toContain('fovs      1 of 2 done, 1 failed, published as r0001\n');
  expect(stdout).toMatch(/\nsegment {4}\s+1 +0 +1 +1\.5 s +1\.5 s +300 MiB\n/);
  expect(stdout).toContain('1 failure\n  B, segment: INVALID_INPUT\n    fov B, step segment: no nuclei\n');
  const scratch = join(store.root, 'scratch', FIRST, 'B', 'segment', 'attempt-1');
  expect(stdout).toContain(`    left to look at: ${scratch}\n`);

  const second = JSON.parse((await status('20250302', '--json')).stdout) as {
    steps: { step: string; cached: number }[];
  };
  expect(second.steps.map(({ step, cached }) => [step, cached])).toEqual([
    ['ingest', 2],
    ['resample', 2],
    ['normalize', 2],
    ['segment', 1],
    ['quantify', 1],
    ['summary', 0],
  ]);
});

test('latest, an ambiguous beginning, and a run there is not', async () => {
  expect((await status('latest')).stdout).toContain(`${THIRD}  tissue  unknown: no server answers`);
  const ambiguous = await status('202503');
  expect(ambiguous.exitCode).toBe(2);
  expect(ambiguous.error!.message).toBe(
    `3 runs begin with 202503: ${FIRST}, ${SECOND}, ${THIRD}; write more of the id`,
  );
  const unknown = await status('nonsense');
  expect(unknown.exitCode).toBe(2);
  expect(unknown.error!.message).toContain('no run nonsense');
  expect((await status('--trace')).error!.message).toContain('--trace is about one run');
  expect((await status('--limit', '0')).exitCode).toBe(2);
});

describe('the trace', () => {
  type Row = Record<string, string>;
  const parse = (csv: string): Row[] => Papa.parse<Row>(csv, { header: true, skipEmptyLines: true }).data;

  test('has Nextflow field names, raw numbers, and a line per attempt', async () => {
    const file = join(folder, 'trace.csv');
    const { stdout } = await status(FIRST, '--trace', file);
    expect(stdout).toBe(`10 tasks of run ${FIRST} written to ${file}\n`);
    const csv = await readFile(file, 'utf8');
    expect(csv.split('\n')[0]).toBe(
      'task_id,hash,native_id,process,tag,name,status,exit,attempt,submit,start,complete,duration,realtime,%cpu,' +
        'peak_rss,rchar,wchar,queue,hostname,container,workdir,error_action',
    );
    const found = parse(csv);
    const start = String(Date.parse('2025-03-01T12:00:00Z'));
    expect(found[1]).toMatchObject({
      ...{
        task_id: '2',
        process: 'resample',
        tag: 'A',
        name: 'resample (A)',
        status: 'COMPLETED',
        exit: '0',
        attempt: '1',
      },
      ...{ native_id: '4242', submit: start, start, duration: '1500', realtime: '1500', '%cpu': '80' },
      ...{
        peak_rss: '314572800',
        rchar: '10',
        wchar: '20',
        queue: 'cpu',
        hostname: 'pc1',
        workdir: '-',
        error_action: '-',
      },
    });
    expect(found[1]!['hash']).toMatch(/^[0-9a-f]{2}\/[0-9a-f]{6}$/);
    const failed = found.filter((row) => row['status'] === 'FAILED');
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ name: 'segment (B)', exit: '-', error_action: 'IGNORE' });
    expect(failed[0]!['workdir']).toContain('scratch');
  });

  test('reused results carry the facts of the task that made them', async () => {
    const cached = parse(await writeTrace(store, SECOND)).filter((row) => row['status'] === 'CACHED');
    expect(cached).toHaveLength(8);
    expect(cached[0]).toMatchObject({ native_id: '4242', realtime: '1500', attempt: '1', exit: '0' });
  });

  test('a retried attempt says RETRY and keeps its exit code; echoes of a result are left out', async () => {
    const run = '20250304-120000-dddd';
    await sampleRun(store, { run, plan: tissuePlan(), rows });
    const journal = openJournal(store.root, run);
    const [first] = await journal.read();
    const tool = { code: 'TOOL_FAILED', message: 'x', retryable: true, fields: { exitCode: 3 } } as const;
    const unit = { ...first!, fov: 'C', step: 'segment' };
    await journal.append([first!, { ...unit, status: 'failed', error: tool, key: null }, { ...unit, attempt: 2 }]);
    const rowsOf = parse(await writeTrace(store, run));
    expect(rowsOf).toHaveLength(13);
    const own = rowsOf.filter((row) => row['tag'] === 'C');
    expect(own.map(({ status: s, exit, error_action: action }) => [s, exit, action])).toEqual([
      ['FAILED', '3', 'RETRY'],
      ['CACHED', '0', '-'],
    ]);
    await rm(join(store.root, 'runs', run), { recursive: true });
  });
});

test('a store without runs says how to make one', async () => {
  const home = join(folder, 'elsewhere');
  await openStore(join(home, 'store'));
  const { stdout } = await runCommand(statusCommand(), '--home', home);
  expect(stdout).toBe('no runs yet: fovea run <pipeline.yaml>\n');
});

test('a folder in which nothing has run is left as it is', async () => {
  const home = join(folder, 'nowhere');
  const { error, exitCode } = await runCommand(statusCommand(), '--home', home);
  expect(exitCode).toBe(2);
  expect(error?.message).toMatch(
    /^there is no store at .*nowhere.store: nothing has run here yet\..* --home or --store$/,
  );
  expect(existsSync(home)).toBe(false);
});
