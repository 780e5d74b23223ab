import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settle, type JournalEntry } from '../../activities/store/journal.ts';
import { countingModule, countingPipeline, makeCohort } from '../support/engine.ts';
import { describeDurable, journals, linesOf, soak, until } from '../support/crash.ts';

type Params = Parameters<typeof countingPipeline>[0];

/** A cohort in a folder of its own and a counting pipeline over it, under a name. */
async function project(fovs: number, pipelines: Readonly<Record<string, string>>): Promise<string> {
  const { folder } = await makeCohort(fovs);
  folders.push(folder);
  for (const [name, text] of Object.entries(pipelines)) await writeFile(join(folder, name), text);
  return folder;
}
const folders: string[] = [];

const counting = (params: Params, name = 'counting'): string =>
  countingPipeline(params).replace('name: counting', `name: ${name}\nplugins: ['${fileURLToPath(countingModule)}']`);

const statuses = (entries: readonly JournalEntry[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of settle(entries).values()) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const roles = (folder: string): (string | null)[] =>
  soak
    .family(folder)
    .map(({ role }) => role)
    .sort();
const revisions = async (folder: string): Promise<string[]> =>
  (await readdir(join(folder, 'results/counting'))).filter((name) => name.startsWith('r')).sort();

await describeDurable('a durable run', () => {
  let logs = '';
  beforeAll(async () => {
    logs = await mkdtemp(join(tmpdir(), 'fovea-logs-'));
    folders.push(logs);
  });
  afterEach(() => {
    for (const folder of folders) for (const { pid } of soak.family(folder)) process.kill(pid, 'SIGKILL');
  });
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  test('completes, and the same command computes nothing and publishes nothing the second time', async () => {
    const log = join(logs, 'twice');
    const folder = await project(3, { 'pipeline.yaml': counting({ first: { log }, sum: { log } }) });
    expect((await soak.typeCommand(folder).done).code).toBe(0);
    const lines = await linesOf(log);
    expect(lines.sort()).toEqual(['cohort', 'f0 0', 'f1 0', 'f2 0']);
    expect(roles(folder)).toEqual([]);

    const again = soak.typeCommand(folder);
    expect((await again.done).code).toBe(0);
    expect(await linesOf(log)).toHaveLength(4);
    expect(await revisions(folder)).toEqual(['r0001']);
    const [first, second] = [...(await journals(folder)).values()];
    // All parities are even, so the fourth step is computed once and found twice.
    expect(statuses(first!)).toEqual({ computed: 14, cached: 2 });
    expect(statuses(second!)).toEqual({ cached: 16 });
  });

  test('two pipelines that share a slow step compute it once', async () => {
    const log = join(logs, 'shared');
    const first = { log, ms: 2_500 };
    const folder = await project(1, {
      'pipeline.yaml': counting({ first }),
      'other.yaml': counting({ first, second: { add: 5 } }, 'other'),
    });
    const commands = [soak.typeCommand(folder), soak.typeCommand(folder, [], 'other.yaml')];
    const ends = await Promise.all(commands.map(({ done }) => done));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(await linesOf(log)).toEqual(['f0 0']);
    const both = [...(await journals(folder)).values()].map((entries) => settle(entries).get('f0\0first')?.status);
    expect(both.sort()).toEqual(['cached', 'computed']);
    expect((await readdir(join(folder, 'results'))).sort()).toEqual(['counting', 'other']);
  });

  test('of two identical commands the second goes on with the run of the first', async () => {
    const log = join(logs, 'attach');
    const folder = await project(1, { 'pipeline.yaml': counting({ first: { log, ms: 6_000 } }) });
    const one = soak.typeCommand(folder);
    await until('the step runs', async () => (await linesOf(log)).length > 0);
    const two = soak.typeCommand(folder);
    expect([(await one.done).code, (await two.done).code]).toEqual([0, 0]);
    expect(two.said()).toMatch(/this run is in flight already as \d{8}-\d{6}-[0-9a-f]{4}: going on with it/);
    expect((await journals(folder)).size).toBe(1);
    expect(await linesOf(log)).toHaveLength(1);
  });

  test('Ctrl-C exits with 130, leaves no process, and the same command finishes', async () => {
    const log = join(logs, 'interrupted');
    const folder = await project(4, { 'pipeline.yaml': counting({ first: { log, ms: 1_500 } }) });
    const command = soak.typeCommand(folder);
    await until('a step runs', async () => (await linesOf(log)).length > 0);
    process.kill(command.pid, 'SIGINT');
    expect(await command.done).toEqual({ code: 130, signal: null });
    expect(command.said()).toContain('type the same command to go on, or `fovea cancel` to end it for good');
    expect(roles(folder)).toEqual([]);
    expect(existsSync(join(folder, 'results'))).toBe(false);

    const again = soak.typeCommand(folder);
    expect((await again.done).code).toBe(0);
    expect(again.said()).toContain('this run is in flight already');
    expect((await linesOf(log)).sort()).toEqual(['f0 0', 'f1 0', 'f2 0', 'f3 0']);
    expect(await revisions(folder)).toEqual(['r0001']);
  });

  test('cancelling ends the run as cancelled and stops its compute processes', async () => {
    const log = join(logs, 'cancelled');
    const folder = await project(2, { 'pipeline.yaml': counting({ first: { log, ms: 600_000 } }) });
    const command = soak.typeCommand(folder);
    await until('both steps run', async () => (await linesOf(log)).length === 2);
    const [run] = await readdir(join(folder, 'home/store/runs'));
    const { spawnSync } = await import('node:child_process');
    const asked = Date.now();
    const cancel = spawnSync(
      process.execPath,
      ['dist/cli/index.js', 'cancel', 'latest', '--home', join(folder, 'home')],
      {
        encoding: 'utf8',
      },
    );
    expect(`${cancel.stdout}${cancel.stderr}`).toContain(`run ${run} has ended (cancelled)`);
    expect(Date.now() - asked).toBeLessThan(20_000);
    expect(await command.done).toEqual({ code: 130, signal: null });
    expect(command.said()).toContain('the run was cancelled; type the same command to start it again');
    expect(roles(folder)).toEqual([]);
    const report = JSON.parse(await readFile(join(folder, 'home/store/runs', run!, 'report.json'), 'utf8')) as object;
    expect(report).toMatchObject({ status: 'cancelled', published: null });
  });

  test('a field of view that fails ends the command with 3, and with onFailure fail with 4', async () => {
    const second = { fail: 'throw', failFovs: ['f1'] };
    const folder = await project(2, {
      'pipeline.yaml': counting({ second }),
      'strict.yaml': counting({ second, pipeline: { onFailure: 'fail' } }, 'strict'),
    });
    const soft = soak.typeCommand(folder);
    expect((await soft.done).code).toBe(3);
    expect(soft.said()).toContain('fov f1, step second: this field of view is refused on purpose');
    const strict = soak.typeCommand(folder, [], 'strict.yaml');
    expect((await strict.done).code).toBe(4);
    expect(strict.said()).toContain(
      'the run failed: field of view f1 failed at second and onFailure is fail: fov f1, step second: this field of view is refused on purpose',
    );
    expect(await readdir(join(folder, 'results'))).toEqual(['counting']);
  });

  test('a step that hangs is killed at its time limit and tried again', async () => {
    const first = { fail: 'hang', failFovs: ['f0'], until: join(logs, 'mended') };
    const text = counting({ first }).replace('retry: 2 }', 'retry: 2, timeout: 2s }');
    const folder = await project(1, { 'pipeline.yaml': text });
    expect((await soak.typeCommand(folder).done).code).toBe(0);
    const [entries] = [...(await journals(folder)).values()];
    const tries = entries!.filter(({ step }) => step === 'first');
    expect(tries.map(({ status, attempt }) => [status, attempt])).toEqual([
      ['failed', 1],
      ['computed', 2],
    ]);
    expect(tries[0]!.error).toMatchObject({
      code: 'TIMEOUT',
      message: "fov f0, step first: no result after 2 s; raise the step's timeout in the pipeline file",
    });
  });

  test("a killed worker's step is noticed by its missing heartbeat and computed by the next worker", async () => {
    const log = join(logs, 'heartbeat');
    const folder = await project(1, { 'pipeline.yaml': counting({ first: { log, ms: 4_000 } }) });
    const command = soak.typeCommand(folder);
    await until('the step runs', async () => (await linesOf(log)).length === 1);
    const child = soak.family(folder).find(({ role }) => role === 'child')!.pid;
    process.kill(soak.family(folder).find(({ role }) => role === 'worker')!.pid, 'SIGKILL');
    const killed = Date.now();
    await until('its compute process is gone', () => !soak.family(folder).some(({ pid }) => pid === child), 3_000);
    await until('the step runs again', async () => (await linesOf(log)).length === 2, 40_000);
    expect(Date.now() - killed).toBeLessThan(28_000);
    expect((await command.done).code).toBe(0);
    // An attempt that died with its worker is no failure of the step.
    const [entries] = [...(await journals(folder)).values()];
    expect(entries!.filter(({ step }) => step === 'first').map(({ status }) => status)).toEqual(['computed']);
  });
});
