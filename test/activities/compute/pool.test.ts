import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool, type Pool } from '../../../activities/compute/pool.ts';
import type { Task } from '../../../activities/compute/tasks.ts';
import { openStore, type Store } from '../../../activities/store/store.ts';
import { compiled } from '../../../activities/package-root.ts';
import type { PlannedStep } from '../../../core/plan.ts';
import { countingModule, logged } from '../../support/engine.ts';
import { until } from '../../support/crash.ts';

let folder: string;
let store: Store;
let pool: Pool;

function makePool(size: number, stepModules = [countingModule]): Pool {
  pool = createPool({
    inference: { modelFiles: [], runtime: 'js', threads: 1, memoryBytes: 2 ** 30 },
    ...{ size, stepModules, entry: compiled('activities/compute/child.js'), storeRoot: store.root },
    ...{ cacheBytes: 2 ** 20, memoryLimitBytes: 300 * 2 ** 20 },
  });
  return pool;
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fovea-pool-'));
  store = await openStore(join(folder, 'store'));
});
afterEach(async () => {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A task that adds to a stored table of one value. */
async function task(fov: string, params: Readonly<Record<string, unknown>> = {}, version = 1): Promise<Task> {
  const table = { rows: 1, columns: [{ name: 'value', values: Float64Array.of(1), unit: null, measure: null }] };
  const { ref } = await store.writeArtifact('Table', table, true);
  const all = { add: 0, log: '', ms: 0, fail: 'never', failFovs: [fov], until: '', ...params };
  const planned = {
    id: 'add',
    step: 'add-count',
    version,
    params: all,
    models: {},
    keep: true,
  } as unknown as PlannedStep;
  return { kind: 'step', fov, planned, inputs: { table: ref }, scratch: { folder: join(folder, `scratch-${fov}`) } };
}
const options = (timeoutMs = 30_000, signal = new AbortController().signal) => ({ signal, timeoutMs });
const alive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

test('a field of view stays on its process; a busy one is not waited for', async () => {
  makePool(2);
  const on = async (fov: string, ms = 0): Promise<number> => (await pool.run(await task(fov, { ms }), options())).pid;
  const [a, b] = await Promise.all([on('a', 300), on('b', 300)]);
  expect(a).not.toBe(b);
  expect([await on('b'), await on('a'), await on('b')]).toEqual([b, a, b]);
  const [first, second] = await Promise.all([on('a', 300), on('a', 300)]);
  expect(new Set([first, second])).toEqual(new Set([a, b]));
});

test('more tasks than processes wait their turn', async () => {
  makePool(1);
  const log = join(folder, 'log');
  const tasks = await Promise.all(['a', 'b', 'c'].map((fov) => task(fov, { log, ms: 50 })));
  const pids = await Promise.all(tasks.map(async (each) => (await pool.run(each, options())).pid));
  expect(new Set(pids).size).toBe(1);
  expect(await logged(log)).toEqual(['a 0', 'b 0', 'c 0']);
});

test('a process that dies is reported and replaced', async () => {
  makePool(1);
  const { pid } = await pool.run(await task('a'), options());
  await expect(pool.run(await task('a', { fail: 'kill' }), options())).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
  const next = await pool.run(await task('a'), options());
  expect(next.pid).not.toBe(pid);
});

test('a task that does not stop when cancelled is killed after a grace, and the next one runs', async () => {
  makePool(1);
  const abort = new AbortController();
  const log = join(folder, 'log');
  const hanging = pool.run(await task('a', { log, fail: 'hang' }), options(60_000, abort.signal));
  await until('it runs', async () => (await logged(log)).length === 1);
  const [pid] = pool.pids();
  const asked = Date.now();
  abort.abort();
  await expect(hanging).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(Date.now() - asked).toBeGreaterThan(2_500);
  expect(alive(pid!)).toBe(false);
  await expect(pool.run(await task('a'), options())).resolves.toMatchObject({
    result: expect.anything() as unknown,
    pid: expect.any(Number) as unknown,
  });
});

test('a task that heeds its signal ends at once', async () => {
  makePool(1);
  const abort = new AbortController();
  const log = join(folder, 'log');
  const sleeping = pool.run(await task('a', { log, ms: 60_000 }), options(60_000, abort.signal));
  await until('it runs', async () => (await logged(log)).length === 1);
  const asked = Date.now();
  abort.abort();
  await expect(sleeping).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(Date.now() - asked).toBeLessThan(1_500);
});

test('the time limit and the memory limit kill', async () => {
  makePool(1);
  await expect(pool.run(await task('a', { fail: 'hang' }), options(1_000))).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: "no result after 1 s; raise the step's timeout in the pipeline file",
  });
  const eaten = pool.run(await task('a', { fail: 'eat' }), options());
  await expect(eaten).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', fields: { limitBytes: 300 * 2 ** 20 } });
});

test('a step of another version, or a plugin that cannot be loaded, is an error and no broken pool', async () => {
  makePool(1);
  await expect(pool.run(await task('a', {}, 2), options())).rejects.toMatchObject({
    code: 'WRONG_VERSION',
    message: expect.stringContaining('add-count@2 is wanted and this worker has @1') as unknown,
  });
  await pool.close();
  makePool(1, [`file://${folder}/nowhere.mjs`]);
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(pool.run(await task('a'), options())).rejects.toMatchObject({ code: 'PLUGIN' });
    expect(pool.pids()).toEqual([]);
  }
});

test('close ends the processes, and what comes later is refused', async () => {
  makePool(2);
  await Promise.all([
    pool.run(await task('a', { ms: 100 }), options()),
    pool.run(await task('b', { ms: 100 }), options()),
  ]);
  const pids = pool.pids();
  expect(pids).toHaveLength(2);
  await pool.close();
  expect(pids.filter(alive)).toEqual([]);
  await expect(pool.run(await task('a'), options())).rejects.toMatchObject({ code: 'CANCELLED', retryable: true });
});
