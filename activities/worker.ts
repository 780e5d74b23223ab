import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, type NativeConnectionOptions, Worker, Runtime, DefaultLogger } from '@temporalio/worker';
import type { Queue } from '../core/queues.ts';
import { createPool, type Pool } from './compute/pool.ts';
import { createActivities } from './activities.ts';
import { createEngine } from './engine/engine.ts';
import { pluginPackages } from './load-steps.ts';
import { compiled, FOVEA_VERSION } from './package-root.ts';
import { connectionOptions } from './server/index.ts';
import { openStore } from './store/store.ts';
import { temporalActivities } from './temporal.ts';
import { bundlePath } from './bundle.ts';

/** `flow`: workflows of runs, look-ups and manifests. `cpu`: the compute queues, and the workflows of fields of view. */
export type Role = 'flow' | 'cpu';

export interface WorkerOptions {
  readonly address: string;
  readonly namespace: string;
  readonly store: string;
  readonly roles: readonly Role[];
  /** Modules of steps, as URLs. */
  readonly stepModules: readonly string[];
  readonly queues: readonly Queue[];
  /** Models files, the later laid over the earlier. */
  readonly modelFiles: readonly string[];
  /** Compute processes of the first queue; larger queues get one each. */
  readonly slots?: number;
}

export interface FoveaWorker {
  /** Resolves when the worker has stopped; rejects when it broke. */
  readonly done: Promise<void>;
  readonly childPids: () => number[];
  stop(): void;
}

/** Memory that decoded artifacts may keep between the tasks of one compute process. */
const cacheBudget = (memoryBytes: number, slots: number): number =>
  Math.min(memoryBytes * 0.15, (totalmem() * 0.25) / slots, 2 ** 30);

/** Part of a queue's memory that loaded models may take; the rest is for images and activations. */
const SESSIONS_SHARE = 0.4;

export const queuePrefix = (storeId: string): string => `fovea-${storeId}`;

/** Compute pools by queue: as many processes as cores for the smallest queue, one for each larger one. */
export function createPools(
  options: Pick<WorkerOptions, 'store' | 'stepModules' | 'queues' | 'modelFiles' | 'slots'>,
  childEntry: string = compiled('activities/compute/child.js'),
): Record<string, Pool> {
  const pools: Record<string, Pool> = {};
  for (const [index, queue] of options.queues.entries()) {
    const size = index === 0 ? (options.slots ?? queue.slots ?? availableParallelism()) : (queue.slots ?? 1);
    pools[queue.name] = createPool({
      size,
      entry: childEntry,
      storeRoot: options.store,
      stepModules: options.stepModules,
      cacheBytes: cacheBudget(queue.memoryBytes, size),
      memoryLimitBytes: queue.memoryBytes,
      inference: {
        ...{ modelFiles: options.modelFiles, runtime: queue.runtime },
        threads: Math.max(1, Math.floor(Math.min(queue.cpus, availableParallelism() / size))),
        memoryBytes: queue.memoryBytes * SESSIONS_SHARE,
      },
    });
  }
  return pools;
}

/** More than a window of fields of view; those that have ended leave the cache by themselves. */
const CACHED_WORKFLOWS = 200;

const SHUTDOWN_GRACE = '10 seconds';
const CONNECT_MS = 15_000;
/** Heartbeats bring news of a cancellation back, so they are not held back as long as their time-out would allow. */
const HEARTBEAT = '3 seconds';

/** Log lines of the SDK as JSON on stderr, warnings and worse only. */
export function quietRuntime(): void {
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    process.stderr.write(
      `${JSON.stringify({ level, time: new Date().toISOString(), message, ...meta, error: String(meta?.['error'] ?? '') })}\n`,
    );
  });
  Runtime.install({
    logger,
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
}

/** A server that was killed may be on its way up again. */
async function connect(options: NativeConnectionOptions): Promise<NativeConnection> {
  for (const deadline = Date.now() + CONNECT_MS; ; await sleep(500)) {
    try {
      return await NativeConnection.connect(options);
    } catch (err) {
      if (Date.now() > deadline) throw err;
    }
  }
}

/** Connects and starts to serve the roles' queues: `flow` and `cpu` may share a process, but heavy work never leaves the children. */
export async function startWorker(options: WorkerOptions): Promise<FoveaWorker> {
  const store = await openStore(options.store);
  const prefix = queuePrefix(store.id);
  const kind = process.env['TEMPORAL_ADDRESS'] ? 'external' : 'embedded';
  const connection = await connect(connectionOptions({ address: options.address, kind }) as NativeConnectionOptions);
  const pools = options.roles.includes('cpu') ? createPools(options) : {};
  const engine = createEngine({
    store,
    pools,
    software: { fovea: FOVEA_VERSION, plugins: await pluginPackages(options.stepModules) },
  });
  const activities = temporalActivities(engine, createActivities(engine));
  const common = {
    ...{ connection, namespace: options.namespace, activities, shutdownGraceTime: SHUTDOWN_GRACE },
    maxHeartbeatThrottleInterval: HEARTBEAT,
  } as const;

  const workers: Worker[] = [];
  if (options.roles.includes('flow')) {
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: `${prefix}/flow`,
        workflowBundle: { codePath: bundlePath },
        maxConcurrentWorkflowTaskExecutions: 40,
        maxCachedWorkflows: CACHED_WORKFLOWS,
        maxConcurrentActivityTaskExecutions: 8,
      }),
    );
  }
  if (options.roles.includes('cpu')) {
    for (const [index, queue] of options.queues.entries()) {
      const size = index === 0 ? (options.slots ?? queue.slots ?? availableParallelism()) : (queue.slots ?? 1);
      workers.push(
        await Worker.create({
          ...common,
          taskQueue: `${prefix}/${queue.name}`,
          maxConcurrentActivityTaskExecutions: size * 2,
        }),
      );
    }
  }
  const done = Promise.all(workers.map((worker) => worker.run())).then(async () => {
    await Promise.all(Object.values(pools).map((pool) => pool.close()));
    await connection.close();
  });
  return {
    done,
    childPids: () => Object.values(pools).flatMap((pool) => pool.pids()),
    stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}
