import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { compiled } from '../activities/package-root.ts';
import { FoveaError } from '../core/errors.ts';

export interface WorkerProcessOptions {
  readonly address: string;
  readonly namespace: string;
  readonly store: string;
  readonly stepModules: readonly string[];
  readonly queuesFile: string | null;
  readonly modelFiles: readonly string[];
  readonly home: string;
  readonly slots: number | null;
  readonly log: string;
}

/** A worker of this command, started again when it dies, until closed. */
export interface WorkerProcess {
  readonly pid: () => number | null;
  /** Rejects when the worker died too often to go on. */
  readonly broken: Promise<never>;
  /** Lets it finish what is in flight; after `graceMs` it is killed. */
  close(graceMs: number): Promise<void>;
}

const RESTARTS = 50;
/** Deaths in a row before the worker has served at all: a broken installation, not bad luck. */
const STILLBIRTHS = 3;
const LAST_WORDS = 2_000;
/** Each of a worker's isolates keeps three such spaces, 16 MiB each by default; smaller ones cost no time here. */
const YOUNG_SPACE = '--max-semi-space-size=4';

/** MB: without a bound V8 collects garbage late; 1,000 fields of view need less than 160. */
const OLD_SPACE = '--max-old-space-size=256';

/** Starts `fovea worker` beside this process; it ends when this process does, however that ends. */
export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const args = ['worker', '--address', options.address, '--namespace', options.namespace, '--store', options.store];
  for (const url of options.stepModules) args.push('--steps', url);
  args.push('--home', options.home);
  for (const file of options.modelFiles) args.push('--models', file);
  if (options.queuesFile !== null) args.push('--queues', options.queuesFile);
  if (options.slots !== null) args.push('--slots', String(options.slots));
  mkdirSync(dirname(options.log), { recursive: true });
  const log = createWriteStream(options.log, { flags: 'a' });

  let child: ChildProcess | null = null;
  let closing = false;
  let restarts = 0;
  let stillbirths = 0;
  let giveUp: (err: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => (giveUp = reject));
  broken.catch(() => undefined);

  const start = (): void => {
    let served = false;
    let words = '';
    // Its own process group: a terminal's Ctrl-C reaches only this command, which then stops the worker in order.
    const started = fork(compiled('cli/index.js'), args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      execArgv: ['--enable-source-maps', YOUNG_SPACE, OLD_SPACE],
    });
    child = started;
    started.stdout?.pipe(log, { end: false });
    started.stderr?.pipe(log, { end: false });
    started.stderr?.on('data', (bytes: Buffer) => (words = (words + bytes.toString()).slice(-LAST_WORDS)));
    started.once('message', () => (served = true));
    started.once('exit', (code, signal) => {
      child = null;
      if (closing) return;
      stillbirths = served ? 0 : stillbirths + 1;
      restarts += 1;
      if (restarts > RESTARTS || stillbirths >= STILLBIRTHS) {
        const how = signal ?? `exit code ${code}`;
        giveUp(
          new FoveaError(
            'CRASHED',
            `the worker died ${restarts} times (${how}): ${words.trim()}\nIts log is ${options.log}. What is finished is in ` +
              'the store: mend the cause and run the same command again',
          ),
        );
        return;
      }
      log.write(`the worker died (${signal ?? `exit code ${code}`}); starting it again\n`);
      setTimeout(
        () => {
          if (!closing) start();
        },
        Math.min(2_000, 100 * 2 ** restarts),
      );
    });
  };
  start();

  return {
    pid: () => child?.pid ?? null,
    broken,
    async close(graceMs) {
      closing = true;
      const current = child;
      if (current !== null) {
        const gone = new Promise((resolve) => current.once('exit', resolve));
        current.kill('SIGTERM');
        const force = setTimeout(() => current.kill('SIGKILL'), graceMs);
        await gone;
        clearTimeout(force);
      }
      await new Promise((resolve) => log.end(resolve));
    },
  };
}
