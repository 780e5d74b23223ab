/** Entry of a compute process: runs one task at a time, sent by `pool.ts` over IPC. Dies with its parent. */
import { Worker } from 'node:worker_threads';
import { createRegistry } from '../../core/registry.ts';
import { FoveaError, isFoveaError } from '../../core/errors.ts';
import { twin } from '../../kernels/twin.ts';
import { releaseKernelMemory } from '../../kernels/wasm/arena.ts';
import { openStore } from '../store/store.ts';
import { loadSteps } from '../load-steps.ts';
import { createArtifactCache } from './artifact-cache.ts';
import { startMeasuring } from './measure.ts';
import { createModels } from '../models/models.ts';
import { createRunner, type Runner } from './run-task.ts';
import type { FromChild, Task, ToChild } from './tasks.ts';

let runner: Runner | null = null;
const running = new Map<number, AbortController>();

const send = (message: FromChild): void => {
  if (process.connected) process.send?.(message);
};

async function start(message: Extract<ToChild, { type: 'start' }>): Promise<void> {
  try {
    chooseKernels();
    const store = await openStore(message.storeRoot);
    const steps = createRegistry(await loadSteps(message.stepModules));
    const models = createModels(message.inference);
    runner = createRunner({ store, steps, models, cache: createArtifactCache(message.cacheBytes) });
    send({ type: 'ready' });
  } catch (err) {
    send({ type: 'broken', error: asFovea(err).toJSON() });
  }
}

/** Once, at the start, so that a wish that cannot be met fails before any work. */
function chooseKernels(): void {
  try {
    twin();
  } catch (err) {
    throw new FoveaError('USAGE', (err as Error).message, { cause: err });
  }
}

const asFovea = (err: unknown): FoveaError =>
  isFoveaError(err)
    ? err
    : new FoveaError('CRASHED', `unexpected: ${err instanceof Error ? (err.stack ?? err.message) : String(err)}`);

async function run(id: number, task: Task): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  const measure = startMeasuring();
  let last = 0;
  const progress = (done: number, total: number): void => {
    const now = performance.now();
    if (now - last < 200 && done !== total) return;
    last = now;
    send({ type: 'progress', id, done, total });
  };
  try {
    if (runner === null) throw new FoveaError('CRASHED', 'a task came before the compute process was ready');
    const result = await runner.run(task, abort.signal, progress);
    send({ type: 'done', id, result, cost: measure() });
  } catch (err) {
    send({ type: 'failed', id, error: asFovea(err).toJSON(), cost: measure() });
  } finally {
    running.delete(id);
    // Within a task kernels share their working memory; between tasks the images kept here may need it.
    releaseKernelMemory();
  }
}

process.on('message', (message: ToChild) => {
  switch (message.type) {
    case 'start':
      void start(message);
      break;
    case 'run':
      void run(message.id, message.task);
      break;
    case 'cancel':
      running.get(message.id)?.abort();
      break;
  }
});
/** Ends this process and, since it leads a process group, the programs it started. */
function end(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.exit(0);
  }
}

/**
 * A step that computes without a pause sees no `disconnect`, so a thread looks whether the worker still lives: what a dead
 * worker left behind must not compute beside what its successor starts.
 */
const WATCH = `
const { workerData } = require('node:worker_threads');
setInterval(() => {
  if (process.ppid === workerData) return;
  try { process.kill(-process.pid, 'SIGKILL'); } catch { process.kill(process.pid, 'SIGKILL'); }
}, 500);
`;

process.on('disconnect', end);
new Worker(WATCH, { eval: true, workerData: process.ppid, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
