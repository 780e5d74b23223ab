import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { FoveaError } from '../../core/errors.ts';
import type { Finished, FromChild, Inference, RunOptions, Task, TaskKind, ToChild } from './tasks.ts';

export interface SlotOptions {
  readonly name: string;
  /** The compiled `child.js`. */
  readonly entry: string;
  readonly storeRoot: string;
  readonly stepModules: readonly string[];
  /** Budget for decoded artifacts kept between tasks. */
  readonly cacheBytes: number;
  readonly inference: Inference;
  /** A child whose resident memory passes this is killed: OUT_OF_MEMORY. */
  readonly memoryLimitBytes: number;
}

export interface Slot {
  readonly pid: number | null;
  readonly usedAt: number;
  run(task: Task, options: RunOptions): Promise<Finished<TaskKind>>;
  close(): Promise<void>;
}

/** After a cancel message the child has this long to stop by itself, and the program it runs with it. */
const GRACE_MS = 3_000;
const WATCH_MS = 250;
const STDERR_KEPT = 4_000;

function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}

/** Ends a compute process and the programs it started: each child leads a process group of its own. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is empty already.
  }
}

/** One child process, started at its first task and again after it died. */
export function createSlot(options: SlotOptions): Slot {
  let child: ChildProcess | null = null;
  let ready: Promise<void> | null = null;
  let stderr = '';
  let usedAt = 0;
  let nextId = 1;

  function spawn(): Promise<void> {
    stderr = '';
    const started = fork(options.entry, [], {
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
      execArgv: ['--enable-source-maps'],
      env: { ...process.env, FOVEA_COMPUTE: options.name, NODE_OPTIONS: '' },
    });
    child = started;
    started.stderr?.on('data', (bytes: Buffer) => {
      stderr = (stderr + bytes.toString()).slice(-STDERR_KEPT);
    });
    const { storeRoot, stepModules, cacheBytes, inference } = options;
    // A child that died meanwhile is reported by its exit; the failed send itself says nothing more.
    started.send({ type: 'start', storeRoot, stepModules, cacheBytes, inference } satisfies ToChild, () => undefined);
    return new Promise((resolve, reject) => {
      const onMessage = (message: FromChild): void => {
        if (message.type === 'ready') resolve();
        else if (message.type === 'broken') {
          abandon(started);
          reject(FoveaError.fromJSON(message.error));
        } else return;
        started.off('message', onMessage);
      };
      started.on('message', onMessage);
      started.once('exit', (code, signal) => {
        abandon(started);
        reject(died(code, signal));
      });
      started.once('error', (err) => reject(new FoveaError('CRASHED', `no compute process: ${err.message}`)));
    });
  }

  /** Kills a child with all it started, or what is left of them. The next task gets a new one. */
  function abandon(which: ChildProcess): void {
    killGroup(which.pid);
    if (child === which) [child, ready] = [null, null];
  }

  function died(code: number | null, signal: NodeJS.Signals | null, peak = 0): FoveaError {
    const said = stderr.trim() === '' ? '' : `; its last words: ${stderr.trim().slice(-800)}`;
    if (signal === 'SIGKILL') {
      const held = peak > 0 ? `, which held ${Math.round(peak / 2 ** 20)} MiB,` : '';
      return new FoveaError(
        'OUT_OF_MEMORY',
        `the compute process${held} was killed (SIGKILL), most likely for memory: its limit is ` +
          `${Math.round(options.memoryLimitBytes / 2 ** 20)} MiB. Raise the queue's memory in configs/queues.yaml or ask for ` +
          'a larger one',
        { fields: { signal, peakRssBytes: peak, limitBytes: options.memoryLimitBytes } },
      );
    }
    return new FoveaError('CRASHED', `the compute process died (${signal ?? `exit code ${code}`})${said}`, {
      fields: { code, signal },
    });
  }

  async function run(task: Task, { signal, timeoutMs, onProgress }: RunOptions): Promise<Finished<TaskKind>> {
    ready ??= spawn();
    await ready;
    const current = child;
    if (current === null) throw died(null, null);
    if (signal.aborted) throw new FoveaError('CANCELLED', 'cancelled before it started');
    const id = nextId++;
    let peak = 0;
    let stoppedFor: FoveaError | null = null;

    return new Promise<Finished<TaskKind>>((resolve, reject) => {
      let grace: NodeJS.Timeout | undefined;
      /** Asks the child to stop; when it does not, or its program does not, they are killed. */
      const stop = (why: FoveaError): void => {
        if (stoppedFor !== null) return;
        stoppedFor = why;
        if (current.connected) current.send({ type: 'cancel', id } satisfies ToChild, () => undefined);
        grace = setTimeout(() => abandon(current), GRACE_MS);
      };
      const watch = setInterval(() => {
        peak = Math.max(peak, residentBytes(current.pid ?? 0));
        if (peak > options.memoryLimitBytes) abandon(current);
      }, WATCH_MS);
      const deadline = setTimeout(() => {
        const seconds = Math.round(timeoutMs / 1000);
        stop(new FoveaError('TIMEOUT', `no result after ${seconds} s; raise the step's timeout in the pipeline file`));
      }, timeoutMs);
      const onAbort = (): void => stop(new FoveaError('CANCELLED', 'cancelled'));
      const finish = (): void => {
        clearInterval(watch);
        clearTimeout(deadline);
        clearTimeout(grace);
        signal.removeEventListener('abort', onAbort);
        current.off('message', onMessage);
        current.off('exit', onExit);
        usedAt = performance.now();
      };
      const onMessage = (message: FromChild): void => {
        if (!('id' in message) || message.id !== id) return;
        if (message.type === 'progress') return onProgress?.(message.done, message.total);
        finish();
        if (message.type === 'failed') {
          if (stoppedFor === null) return reject(FoveaError.fromJSON(message.error));
          // What a stopped program started itself may live on; it is in the child's group.
          abandon(current);
          return reject(stoppedFor);
        }
        resolve({ result: message.result, cost: message.cost, pid: current.pid ?? 0 });
      };
      const onExit = (code: number | null, killedBy: NodeJS.Signals | null): void => {
        finish();
        reject(stoppedFor ?? died(code, killedBy, peak));
      };
      current.on('message', onMessage);
      current.once('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      current.send({ type: 'run', id, task } satisfies ToChild, () => undefined);
    });
  }

  return {
    get pid() {
      return child?.pid ?? null;
    },
    get usedAt() {
      return usedAt;
    },
    run,
    async close() {
      const current = child;
      if (current === null) return;
      const gone = new Promise((resolve) => current.once('exit', resolve));
      current.disconnect();
      const force = setTimeout(() => current.kill('SIGKILL'), GRACE_MS);
      await gone;
      clearTimeout(force);
    },
  };
}
