import { randomBytes } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { FoveaError } from '../../core/errors.ts';
import type { ExecOptions, ExecResult } from '../../core/step.ts';
import { endProcessTree } from './process-tree.ts';

/** Output of a program that a step gets to see; more is cut at the front so that the last words stay. The logs have all. */
const MAX_OUTPUT = 8 * 1024 * 1024;

/** Shorter than the time after which the whole compute process is killed (`slot.ts`). */
const GRACE_MS = 2_000;

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

/** A container to run: its image by digest, its name, and the names of the variables it gets from its caller. */
export interface ContainerCall {
  readonly engine: string;
  readonly image: string;
  readonly name: string;
  readonly env: readonly string[];
  readonly folder: string;
}

/** The argv that runs inside a container: the scratch folder at its own path, no network, the caller's user. */
export function containerArgv({ engine, image, name, env, folder }: ContainerCall, argv: readonly string[]): string[] {
  const user = process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`];
  const mount = `type=bind,source=${folder},target=${folder}`;
  const [run, variables] = [[engine, 'run', '--rm', '--name', name], env.flatMap((variable) => ['--env', variable])];
  return [...run, '--network', 'none', ...user, ...variables, '--mount', mount, '--workdir', folder, image, ...argv];
}

/**
 * Runs a program without a shell. Writes `command.sh`, `stdout.log` and `stderr.log` into the scratch folder first and
 * last, so that a kept folder can be rerun by hand. Throws TOOL_FAILED with the exit code or signal and the last lines, TIMEOUT with
 * the last lines once `timeoutMs` have passed and the program is ended with all that it has started, and CANCELLED.
 */
export async function execTool({ argv, options, folder, signal }: ToolCall): Promise<ExecResult> {
  const engine = process.env['FOVEA_CONTAINER_ENGINE'] ?? 'docker';
  const name = `fovea-${randomBytes(6).toString('hex')}`;
  const full =
    options.container === undefined
      ? [...argv]
      : containerArgv({ engine, image: options.container, name, env: Object.keys(options.env ?? {}), folder }, argv);
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
  const [outLog, errLog] = [join(folder, 'stdout.log'), join(folder, 'stderr.log')];
  // The engine's client may be gone before its container is; the engine itself is asked as well.
  const endContainer = (): void => {
    if (options.container !== undefined) void execa(engine, ['kill', name], { reject: false, stdio: 'ignore' });
  };
  signal.addEventListener('abort', endContainer, { once: true });
  const late: { ending: Promise<void> | null } = { ending: null };
  let timer: NodeJS.Timeout | undefined;
  try {
    const running = execa(program, rest, {
      cwd,
      env: { ...inherited, ...options.env },
      extendEnv: false,
      stdin: 'ignore',
      stdout: { file: outLog },
      stderr: { file: errLog },
      buffer: false,
      reject: false,
      cancelSignal: signal,
      forceKillAfterDelay: GRACE_MS,
    });
    if (options.timeoutMs !== undefined) {
      timer = setTimeout(() => {
        endContainer();
        if (running.pid !== undefined) late.ending = endProcessTree(running.pid, GRACE_MS);
      }, options.timeoutMs);
    }
    const result = await running;
    clearTimeout(timer);
    await late.ending;
    const seconds = (performance.now() - started) / 1000;
    if (result.isCanceled) throw new FoveaError('CANCELLED', `${program} was cancelled`);
    const [stdout, stderr] = [await endOf(outLog), await endOf(errLog)];
    if (late.ending !== null) throw tookTooLong({ stdout, stderr }, { argv: full, options, folder });
    if (!result.failed) return { stdout, stderr, seconds };
    throw toolFailed(result, { stdout, stderr }, { argv: full, options, folder });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', endContainer);
  }
}

/** The last MAX_OUTPUT bytes of a log, without the closing line break. */
async function endOf(path: string): Promise<string> {
  const log = await open(path);
  const { size } = await log.stat();
  const bytes = Buffer.alloc(Math.min(size, MAX_OUTPUT));
  await log.read(bytes, 0, bytes.length, size - bytes.length).finally(() => log.close());
  return bytes.toString('utf8').replace(/\r?\n$/, '');
}

interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

type Called = Pick<ToolCall, 'argv' | 'options' | 'folder'>;

/** The last words of a program and how to run it again, as the end of a sentence. */
function closing({ stdout, stderr }: Said, folder: string): string {
  const said = tail(stderr) || tail(stdout);
  const words = said === '' ? '' : `; its last words:\n${said}\n`;
  return `${words}. Run it again by hand: sh ${join(folder, 'command.sh')}`;
}

function tookTooLong(said: Said, { argv, options, folder }: Called): FoveaError {
  const seconds = (options.timeoutMs ?? 0) / 1000;
  return new FoveaError(
    'TIMEOUT',
    `${argv[0]} ran for more than its limit of ${seconds} s and was ended with all that it had started${closing(said, folder)}`,
    { fields: { argv, timeoutMs: options.timeoutMs, folder } },
  );
}

function toolFailed(
  result: Readonly<{
    exitCode?: number | undefined;
    signal?: string | undefined;
    originalMessage?: string | undefined;
  }>,
  said: Said,
  { argv, options, folder }: Called,
): FoveaError {
  const how =
    result.exitCode === undefined
      ? (result.signal ?? result.originalMessage ?? 'it could not be started')
      : `exit code ${result.exitCode}`;
  return new FoveaError('TOOL_FAILED', `${argv[0]} failed (${how})${closing(said, folder)}`, {
    fields: { argv, exitCode: result.exitCode ?? null, signal: result.signal ?? null, folder },
    retryable: !(options.finalExitCodes ?? []).includes(result.exitCode ?? -1),
  });
}
