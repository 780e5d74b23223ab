import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compileCommand } from '../../cli/compile.ts';
import { describeStep } from '../../cli/describe-step.ts';
import { diffCommand } from '../../cli/diff.ts';
import { duCommand } from '../../cli/du.ts';
import { planCommand } from '../../cli/plan.ts';
import { stepsCommand } from '../../cli/steps.ts';
import { stepsMarkdown } from '../../cli/steps-text.ts';
import { writeOmeTiff } from '../../activities/images/index.ts';
import { openStore } from '../../activities/store/store.ts';
import { builtinSteps } from '../../plugins/index.ts';
import { runCommand } from '../support/run-command.ts';
import { outputsOf, sampleRows, sampleRun, TISSUE, tissuePlan } from '../support/sample-store.ts';

const watershed = resolve('configs/pipelines/watershed.yaml');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('fovea compile', () => {
  test('shows stages, steps with their versions, queues, what is kept and what is published', async () => {
    const { stdout, exitCode, error } = await runCommand(compileCommand(), watershed);
    expect(error).toBeNull();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^watershed {2}plan [0-9a-f]{12}\nsource {4}samplesheet\.csv {2}→ {2}image\n/);
    expect(stdout).toContain('stage 1, per field of view: 6 steps');
    expect(stdout).toContain('stage 2, once for the cohort: 1 step');
    expect(stdout).toMatch(/\n {2}resample +resample@1 +cpu → cpu-large +1 × CPU, 2 GiB +recomputed\n/);
    expect(stdout).toMatch(/\n {2}native-cells +regrid@1 .*published\n/);
    expect(stdout).toMatch(/\n {2}cells +Labels +native-cells\.labels\n/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('--print gives the plan itself; problems have their lines', async () => {
    const plan = JSON.parse((await runCommand(compileCommand(), watershed, '--print')).stdout) as { stages: unknown[] };
    expect(plan.stages).toHaveLength(2);
    const wrong = join(folder, 'wrong.yaml');
    await writeFile(wrong, (await readFile(watershed, 'utf8')).replace('mpp: 0.5', 'mppx: 0.5'));
    const { exitCode, error } = await runCommand(compileCommand(), wrong);
    expect(exitCode).toBe(2);
    expect(error!.message).toMatch(/wrong\.yaml:\d+.*mppx/s);
    expect((await runCommand(compileCommand(), join(folder, 'none.yaml'))).error!.message).toContain('cannot be read');
  });
});

test('fovea plan: counts, reasons and every unit; --check exits with 6', async () => {
  const names = ['DNA', 'CD45'];
  const planes = names.map(() => new Uint16Array(64 * 64).fill(7));
  const channels = names.map((name) => ({ name, role: null }));
  await writeOmeTiff(join(folder, 'a.tif'), { height: 64, width: 64, mpp: 0.5, intensity: 'counts', channels, planes });
  await writeFile(join(folder, 'samplesheet.csv'), 'fov,image,mpp,panel\nA,a.tif,0.5,\n');
  const file = join(folder, 'pipeline.yaml');
  await writeFile(file, await readFile(watershed, 'utf8'));
  const { stdout, exitCode, error } = await runCommand(
    planCommand(),
    file,
    '--all',
    '--check',
    '--home',
    join(folder, 'p'),
  );
  expect(error).toBeNull();
  expect(exitCode).toBe(6);
  expect(stdout).toContain('watershed: 1 field of view, no earlier run\n');
  expect(stdout).toMatch(/\nid +step +cached +to run +waits\nsource +ingest +0 +1 +0\nresample +resample@1 +0 +0 +1\n/);
  expect(stdout).toMatch(/\n {2}source +1× {2}source file new or touched: content is hashed when it runs\n/);
  expect(stdout).toMatch(
    /\nA +quantify +waits +waits for native-cells, source, native-nuclei|\nA +quantify +waits +waits for/,
  );
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(`0 cached, 1 to run, 7 waiting for them: fovea run ${file}`);
});

describe('fovea diff', () => {
  test('two files: the change, and what it reaches', async () => {
    const [before, after] = [watershed, join(folder, 'after.yaml')];
    await writeFile(after, (await readFile(watershed, 'utf8')).replace('percentile: 99', 'percentile: 98'));
    const { stdout, exitCode } = await runCommand(diffCommand(), before, after, '--check');
    expect(exitCode).toBe(6);
    expect(stdout).toMatch(/normalize +params +params\.percentile 99 → 98\n/);
    expect(stdout).toMatch(/segment +upstream +because of normalize\n/);
    expect(stdout).not.toMatch(/^resample /m);
    const same = await runCommand(diffCommand(), before, before, '--check');
    expect(same).toMatchObject({ exitCode: 0, stdout: 'no step gives other results\n' });
    expect((await runCommand(diffCommand(), before, 'latest')).error!.message).toContain('are not of one kind');
  });

  test('two runs: outputs that differ, by which ingredient, and outcomes', async () => {
    const store = await openStore(join(folder, 'd', 'store'));
    const rows = await sampleRows(store, join(folder, 'd', 'images'), ['A', 'B']);
    const [first, second] = ['20250301-120000-aaaa', '20250302-120000-bbbb'];
    await sampleRun(store, { run: first, plan: tissuePlan(), rows });
    const error = { code: 'INVALID_INPUT', message: 'no nuclei', retryable: false, fields: {} } as const;
    const coarse = tissuePlan(TISSUE.replace('mpp: 0.5', 'mpp: 0.9'));
    await sampleRun(store, { run: second, plan: coarse, rows, failing: { 'B/segment': error } });
    const { stdout } = await runCommand(diffCommand(), first, second, '--home', join(folder, 'd'));
    expect(stdout).toMatch(/^20250301-120000-aaaa → 20250302-120000-bbbb: 2 the same, 9 different\n/);
    expect(stdout).toMatch(/\nresample +other bytes: image +params\.mpp 0\.5 → 0\.9 +A, B\n/);
    expect(stdout).toMatch(/\nsegment +other outcome: cells, nuclei +failed: INVALID_INPUT +B\n/);
    expect(stdout).toMatch(/\nquantify +only in the first run +B\n/);
    const same = await runCommand(diffCommand(), first, first, '--check', '--home', join(folder, 'd'));
    expect(same).toMatchObject({ exitCode: 0, stdout: `${first} → ${first}: 11 the same, 0 different\n` });
  });
});

test('fovea du: by step, by kind, by run', async () => {
  const store = await openStore(join(folder, 'u', 'store'));
  const rows = await sampleRows(store, join(folder, 'u', 'images'), ['A', 'B']);
  await sampleRun(store, { run: '20250301-120000-aaaa', plan: tissuePlan(), rows });
  const { stdout } = await runCommand(duCommand(), '--home', join(folder, 'u'));
  expect(stdout).toMatch(/\n {2}segment-watershed@3 +4 +[\d.]+ KiB\n/);
  expect(stdout).toMatch(/\n {2}quantify@1 +2 +[\d.]+ KiB\n/);
  expect(stdout).toMatch(/\n {2}records +11 +[\d.]+ KiB\n/);
  expect(stdout).toMatch(/\n {2}20250301-120000-aaaa +7 +[\d.]+ KiB\n/);
  const usage = JSON.parse((await runCommand(duCommand(), '--json', '--home', join(folder, 'u'))).stdout) as {
    total: number;
    artifacts: { bytes: number }[];
    store: { bytes: number }[];
  };
  expect(usage.total).toBe([...usage.artifacts, ...usage.store].reduce((sum, { bytes }) => sum + bytes, 0));
  expect(
    await store.hasArtifact((await outputsOf(store, '20250301-120000-aaaa', 'A', 'segment'))['cells']!.digest),
  ).toBe(true);
});

describe('fovea steps', () => {
  test('lists the steps, and shows one with its parameters', async () => {
    const list = await runCommand(stepsCommand());
    expect(list.error).toBeNull();
    expect(list.stdout).toMatch(/\nresample@1 +fov +image → image\n {4}Resamples an image to a target pixel size\.\n/);
    const { stdout } = await runCommand(stepsCommand(), 'resample');
    expect(stdout).toContain('resample@1  once per field of view\n');
    expect(stdout).toContain('in      image: Image\nout     image: Image\nneeds   1 × CPU, 2 GiB\n');
    expect(stdout).toContain('  mpp: number > 0  (default 0.5)\n      target pixel size, µm per pixel\n');
    expect(stdout).toContain('  method: bilinear | nearest  (default "bilinear")\n');
    const unknown = await runCommand(stepsCommand(), 'resmple');
    expect(unknown.exitCode).toBe(2);
    expect(unknown.error!.message).toContain('there is no step "resmple"');
    expect(unknown.error!.message).toContain('resample');
  });

  test('docs/steps.md is current: fovea steps --markdown > docs/steps.md', async () => {
    const steps = [...builtinSteps].sort((a, b) => (a.name < b.name ? -1 : 1)).map(describeStep);
    expect(await readFile('docs/steps.md', 'utf8')).toBe(stepsMarkdown(steps));
  });
});
