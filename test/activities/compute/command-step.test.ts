import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPool, type Pool } from '../../../activities/compute/pool.ts';
import type { Task, TaskResults } from '../../../activities/compute/tasks.ts';
import { compiled } from '../../../activities/package-root.ts';
import { openStore, type Store } from '../../../activities/store/store.ts';
import type { PlannedStep } from '../../../core/plan.ts';
import { until } from '../../support/crash.ts';

let folder: string;
let store: Store;
let pool: Pool;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fovea command '));
  store = await openStore(join(folder, 'store'));
  pool = createPool({
    inference: { modelFiles: [], runtime: 'js', threads: 1, memoryBytes: 2 ** 30 },
    ...{ size: 1, stepModules: [pathToFileURL('test/support/command-steps.mjs').href], storeRoot: store.root },
    ...{ entry: compiled('activities/compute/child.js'), cacheBytes: 2 ** 20, memoryLimitBytes: 2 ** 30 },
  });
});
afterEach(async () => {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

const scratch = (): string => join(folder, 'scratch');
async function run(params: Readonly<Record<string, unknown>>, timeoutMs = 30_000): Promise<TaskResults['step']> {
  const table = { rows: 1, columns: [{ name: 'value', values: Float64Array.of(2.5), unit: null, measure: null }] };
  const { ref } = await store.writeArtifact('Table', table, true);
  const planned = {
    id: 'add',
    step: 'test/add-by-program',
    version: 1,
    params,
    models: {},
    keep: true,
  } as unknown as PlannedStep;
  const task: Task = { kind: 'step', fov: 'f0', planned, inputs: { table: ref }, scratch: { folder: scratch() } };
  const { result } = await pool.run(task, { signal: new AbortController().signal, timeoutMs });
  return result as TaskResults['step'];
}

test("a program's output becomes an artifact, and the scratch folder goes", async () => {
  const { outputs } = await run({ add: 4, mode: 'add' });
  const value = await store.readArtifact<'Table'>({ kind: 'Table', digest: outputs['table']!.digest });
  expect([...(value.columns[0]!.values as Float64Array)]).toEqual([6.5]);
  expect(existsSync(scratch())).toBe(false);
});

test('a failed attempt keeps all that is needed to run it again by hand', async () => {
  const failure = run({ add: -10, mode: 'add' });
  await expect(failure).rejects.toMatchObject({ code: 'TOOL_FAILED', retryable: false, fields: { exitCode: 3 } });
  await expect(failure).rejects.toThrow('its last words:\nno value below zero: -7.5');
  expect(readdirSync(scratch())).toEqual(
    expect.arrayContaining([
      'command.sh',
      'error.txt',
      'log.jsonl',
      'request.json',
      'stderr.log',
      'stdout.log',
      'table.csv',
    ]),
  );
  const request = JSON.parse(readFileSync(join(scratch(), 'request.json'), 'utf8')) as object;
  expect(request).toMatchObject({ fov: 'f0', planned: { params: { add: -10 } } });
  const again = spawnSync('sh', [join(scratch(), 'command.sh')], { encoding: 'utf8' });
  expect([again.status, again.stderr.trim()]).toEqual([3, 'no value below zero: -7.5']);
});

test('the time limit takes the program along, and what that has started', async () => {
  const hanging = run({ add: 0, mode: 'hang' }, 2_500);
  hanging.catch(() => undefined);
  const file = join(scratch(), 'grandchild');
  const pid = await until(
    'the program has started another',
    () => existsSync(file) && Number(readFileSync(file, 'utf8')),
  );
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  await expect(hanging).rejects.toMatchObject({ code: 'TIMEOUT' });
  await until(
    'the other is gone',
    () => !/^State:\s+[^Z]/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''),
    3_000,
  );
});
