import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { containerArgv, execTool } from '../../../activities/compute/exec-tool.ts';
import type { ExecOptions, ExecResult } from '../../../core/step.ts';
import { until } from '../../support/crash.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fovea tool's "));
});
afterEach(() => {
  delete process.env['FOVEA_CONTAINER_ENGINE'];
  delete process.env['FOVEA_TEST_SECRET'];
  rmSync(folder, { recursive: true, force: true });
});

const tool = (
  argv: readonly string[],
  options: ExecOptions = {},
  signal = new AbortController().signal,
): Promise<ExecResult> => execTool({ argv, options, folder, signal });
const node = (script: string, ...args: string[]): string[] => [process.execPath, '-e', script, '--', ...args];
const ODD = ['a b', "it's", '"$HOME"', '`id`; echo no', '*', '', 'line\nbreak'];

test('arguments arrive as they are: no shell reads them', async () => {
  const { stdout, seconds } = await tool(node('console.log(JSON.stringify(process.argv.slice(1)))', ...ODD));
  expect(JSON.parse(stdout)).toEqual(ODD);
  expect(seconds).toBeGreaterThan(0);
});

test('command.sh does by hand what was done', async () => {
  const script = "require('fs').writeFileSync('out.json', JSON.stringify([process.argv.slice(1), process.env.NAME]))";
  await tool(node(script, ...ODD), { env: { NAME: "o'hara $HOME" } });
  const first = readFileSync(join(folder, 'out.json'), 'utf8');
  expect(JSON.parse(first)).toEqual([ODD, "o'hara $HOME"]);
  rmSync(join(folder, 'out.json'));
  expect(spawnSync('sh', [join(folder, 'command.sh')], { cwd: '/' }).status).toBe(0);
  expect(readFileSync(join(folder, 'out.json'), 'utf8')).toBe(first);
});

test("the worker's secrets do not reach a program", async () => {
  process.env['FOVEA_TEST_SECRET'] = 'hidden';
  const { stdout } = await tool(node('console.log(JSON.stringify(process.env))'), { env: { GIVEN: 'yes' } });
  const seen = JSON.parse(stdout) as Record<string, string>;
  expect(seen).toMatchObject({ GIVEN: 'yes', PATH: process.env['PATH'] });
  expect(Object.keys(seen).filter((name) => /FOVEA|TEMPORAL|npm_/.test(name))).toEqual([]);
});

test('a failure names the exit code and the last words, and final exit codes are not tried again', async () => {
  const script = "for (let i = 0; i < 100; i++) console.error('line ' + i); process.exit(7)";
  const failure = tool(node(script));
  await expect(failure).rejects.toMatchObject({
    code: 'TOOL_FAILED',
    retryable: true,
    fields: { exitCode: 7, folder },
  });
  await expect(failure).rejects.toThrow(
    /failed \(exit code 7\); its last words:\nline 80\n(line \d+\n)*line 99\n\. Run it again by hand: sh /,
  );
  await expect(failure).rejects.not.toThrow(/line 79\n/);
  await expect(tool(node(script), { finalExitCodes: [7] })).rejects.toMatchObject({ retryable: false });
  await expect(tool(['no-such-program-anywhere'])).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  await expect(tool([])).rejects.toMatchObject({ code: 'PLUGIN' });
});

test('a program that says a lot is not cut off: the step sees the end, the log has all', async () => {
  const { stdout } = await tool(
    node(
      "const line = 'x'.repeat(1023) + '\\n'; for (let i = 0; i < 12 * 1024; i++) process.stdout.write(line); process.stdout.write('the end\\n')",
    ),
  );
  expect(stdout.length).toBe(8 * 2 ** 20 - 1);
  expect(stdout.endsWith('\nthe end')).toBe(true);
  expect(readFileSync(join(folder, 'stdout.log')).length).toBe(12 * 2 ** 20 + 'the end\n'.length);
});

test('cancelling ends the program, by force where it does not listen', async () => {
  const abort = new AbortController();
  const script =
    "process.on('SIGTERM', () => {}); require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)";
  const running = tool(node(script), {}, abort.signal);
  const pid = await until(
    'it runs',
    () => existsSync(join(folder, 'pid')) && Number(readFileSync(join(folder, 'pid'), 'utf8')),
  );
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(existsSync(`/proc/${String(pid)}`)).toBe(false);
});

/** A process that is gone, or waits as a zombie for somebody to ask after it. */
const gone = (pid: number): boolean =>
  !/^State:\s+[^Z]/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '');

test('a time limit ends the program with all that it has started, by force if need be, and tells its last words', async () => {
  const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
  const script =
    `const { spawn } = require('child_process'); ${stubborn} console.error('loading the model');` +
    `const child = spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}]);` +
    "require('fs').writeFileSync('pids', process.pid + ' ' + child.pid)";
  const running = tool(node(script), { timeoutMs: 1_500 });
  running.catch(() => undefined);
  const pids = await until(
    'it runs',
    () => existsSync(join(folder, 'pids')) && readFileSync(join(folder, 'pids'), 'utf8'),
  );
  await expect(running).rejects.toMatchObject({
    code: 'TIMEOUT',
    retryable: true,
    fields: { timeoutMs: 1_500, folder },
  });
  await expect(running).rejects.toThrow(
    /ran for more than its limit of 1\.5 s and was ended with all that it had started; its last words:\nloading the model\n\. Run it again by hand: sh /,
  );
  for (const pid of String(pids).split(' ').map(Number)) expect(gone(pid)).toBe(true);
});

test('a program that ends within its time limit is left alone', async () => {
  const { stdout } = await tool(node("console.log('done')"), { timeoutMs: 20_000 });
  expect(stdout).toBe('done');
});

test('a container gets the scratch folder, the variables of the step, no network, and is ended by its name', async () => {
  const image = `registry.example/tool@sha256:${'0'.repeat(64)}`;
  expect(
    containerArgv({ engine: 'podman', image, name: 'fovea-1', env: ['A'], folder: '/s' }, ['run me', '--x']),
  ).toEqual([
    ...['podman', 'run', '--rm', '--name', 'fovea-1', '--network', 'none'],
    ...['--user', `${process.getuid!()}:${process.getgid!()}`, '--env', 'A'],
    ...['--mount', 'type=bind,source=/s,target=/s', '--workdir', '/s', image, 'run me', '--x'],
  ]);
  const engine = join(folder, 'engine');
  writeFileSync(engine, `#!/bin/sh\nprintf '%s\\n' "$@" >> "${folder}/called"\n[ "$1" = kill ] || exec sleep 30\n`);
  chmodSync(engine, 0o755);
  process.env['FOVEA_CONTAINER_ENGINE'] = engine;
  const abort = new AbortController();
  const running = tool(['tool'], { container: image, env: { A: '1' } }, abort.signal);
  running.catch(() => undefined);
  const called = (): string[] =>
    existsSync(join(folder, 'called')) ? readFileSync(join(folder, 'called'), 'utf8').trim().split('\n') : [];
  await until('the engine is called', () => called().includes('tool'));
  const name = called()[3]!;
  expect(name).toMatch(/^fovea-[0-9a-f]{12}$/);
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  await until('the container is ended by its name', () => called().slice(-2).join(' ') === `kill ${name}`, 3_000);
  await sleep(10);
});
