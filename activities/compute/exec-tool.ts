import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { FoveaError } from '../../core/errors.ts';
import type { ExecOptions, ExecResult } from '../../core/step.ts';

/** Output kept of a program; more is cut at the front so that the last words stay. */
const MAX_OUTPUT = 8 * 1024 * 1024;
const GRACE_MS = 5_000;

const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
const tail = (text: string, lines = 20): string => text.trimEnd().split('\n').slice(-lines).join('\n');

/** Only these of the worker's variables reach a program; secrets of the worker do not. */
const PASSED_ENV = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'CUDA_VISIBLE_DEVICES'];

export interface ToolCall {
  readonly argv: readonly string[];
  readonly options: ExecOptions;
  /** Scratch folder; also the default working folder and the only folder a container sees. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** The argv that runs inside a container: the scratch folder at its own path, no network, the caller's user. */
export function containerArgv(image: string, argv: readonly string[], folder: string, engine: string): string[] {
  const user = process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`];
  const mount = `type=bind,source=${folder},target=${folder}`;
  return [engine, 'run', '--rm', '--network', 'none', ...user, '--mount', mount, '--workdir', folder, image, ...argv];
}

/**
 * Runs a program without a shell. Writes `command.sh`, `stdout.log` and `stderr.log` into the scratch folder first and
 * last, so that a kept folder can be rerun by hand. Throws TOOL_FAILED with the exit code or signal and the last lines.
 */
export async function execTool({ argv, options, folder, signal }: ToolCall): Promise<ExecResult> {
  const engine = process.env['FOVEA_CONTAINER_ENGINE'] ?? 'docker';
  const full = options.container === undefined ? [...argv] : containerArgv(options.container, argv, folder, engine);
  const [program, ...rest] = full;
  if (program === undefined) throw new FoveaError('PLUGIN', 'ctx.exec was given an empty argv', { fields: { argv } });
  const cwd = options.cwd ?? folder;
  const exports = Object.entries(options.env ?? {}).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  const script = `#!/bin/sh\ncd ${quote(cwd)}\n${exports.join('')}exec ${full.map(quote).join(' ')}\n`;
  await writeFile(join(folder, 'command.sh'), script, { mode: 0o755 });
  const inherited = Object.fromEntries(
    PASSED_ENV.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
  const started = performance.now();
  const result = await execa(program, rest, {
    cwd,
    env: { ...inherited, ...options.env },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: GRACE_MS,
    maxBuffer: MAX_OUTPUT,
  });
  const seconds = (performance.now() - started) / 1000;
  await writeFile(join(folder, 'stdout.log'), result.stdout);
  await writeFile(join(folder, 'stderr.log'), result.stderr);
  if (result.isCanceled) throw new FoveaError('CANCELLED', `${program} was cancelled`);
  if (!result.failed) return { stdout: result.stdout, stderr: result.stderr, seconds };
  const how =
    result.exitCode === undefined
      ? (result.signal ?? result.originalMessage ?? 'it could not be started')
      : `exit code ${result.exitCode}`;
  const said = tail(result.stderr) || tail(result.stdout);
  throw new FoveaError(
    'TOOL_FAILED',
    `${program} failed (${how})${said === '' ? '' : `; its last words:\n${said}\n`}. Run it again by hand: sh ${join(folder, 'command.sh')}`,
    {
      fields: { argv: full, exitCode: result.exitCode ?? null, signal: result.signal ?? null, folder },
      retryable: !(options.finalExitCodes ?? []).includes(result.exitCode ?? -1),
    },
  );
}
