import { availableParallelism } from 'node:os';
import { createActivities } from '../activities/activities.ts';
import { createEngine, newRunId } from '../activities/engine/engine.ts';
import { writeRunHeader, writeRunReport } from '../activities/engine/run-files.ts';
import { pluginPackages } from '../activities/load-steps.ts';
import { runLocally } from '../activities/local.ts';
import { FOVEA_VERSION } from '../activities/package-root.ts';
import type { Store } from '../activities/store/store.ts';
import { createPools, queuePrefix } from '../activities/worker.ts';
import { FoveaError } from '../core/errors.ts';
import type { RunRequest, RunResult } from '../core/protocol.ts';
import type { Loaded } from './load-pipeline.ts';
import { createProgress } from './progress.ts';
import type { Project } from './project.ts';
import { runDurably } from './run-durably.ts';
import { headerOf, type ExecuteOptions } from './run-header.ts';

export interface Executed {
  readonly run: string;
  readonly result: RunResult;
  readonly seconds: number;
  /** Temporal's page of the run, while the server is up. */
  readonly ui: string | null;
}

const PAGE_SIZE = 200;

/** Ctrl-C and SIGTERM as a signal; a second one ends the process at once. */
function interruptible(note: (text: string) => void): { signal: AbortSignal; release(): void } {
  const abort = new AbortController();
  const onSignal = (): void => {
    if (abort.signal.aborted) process.exit(130);
    note('stopping; once more to leave at once');
    abort.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: abort.signal,
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

async function requestOf(store: Store, project: Project, loaded: Loaded, options: ExecuteOptions): Promise<RunRequest> {
  const { plan, rows, queues } = loaded;
  const slots = options.slots ?? queues[0]?.slots ?? availableParallelism();
  return {
    run: newRunId(),
    plan,
    cohort: await store.putValue(rows),
    fovs: rows.length,
    pageSize: PAGE_SIZE,
    // Few at once: a field of view's decoded artifacts stay in memory from step to step.
    window: options.window ?? Math.max(4, 2 * slots),
    queues: queuePrefix(store.id),
    results: options.publish ? project.results : null,
  };
}

/** Runs a loaded pipeline to its end, durably on a server or, with `local`, in this process. */
export async function execute(
  store: Store,
  project: Project,
  loaded: Loaded,
  options: ExecuteOptions,
): Promise<Executed> {
  if (loaded.rows.length === 0) {
    throw new FoveaError(
      'SAMPLESHEET',
      'the cohort is empty: the samplesheet has a header and no line. Add a field of view',
    );
  }
  const request = await requestOf(store, project, loaded, options);
  const started = performance.now();
  const { signal, release } = interruptible(options.note);
  const progress = createProgress(request.fovs, options.quiet);
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    if (!options.local) {
      const durable = await runDurably({ store, project, loaded, options, request, signal, progress });
      return { ...durable, seconds: seconds() };
    }
    options.note('running without a server: quick, but not durable. When this command ends, so does the run');
    await writeRunHeader(store, await headerOf(store, request, loaded, null));
    const pools = createPools({
      store: store.root,
      stepModules: loaded.stepModules,
      queues: loaded.queues,
      modelFiles: loaded.modelFiles,
      ...(options.slots === null ? {} : { slots: options.slots }),
    });
    try {
      const engine = createEngine({
        store,
        pools,
        software: { fovea: FOVEA_VERSION, plugins: await pluginPackages(loaded.stepModules) },
      });
      const result = await runLocally(request, {
        activities: createActivities(engine),
        signal,
        onCounts: (counts) => progress.update(counts),
      });
      return { run: request.run, result, seconds: seconds(), ui: null };
    } catch (err) {
      if (!signal.aborted) throw err;
      await writeRunReport(store, { ...reportOf(request), finishedAt: new Date().toISOString() });
      throw new FoveaError('CANCELLED', 'interrupted. Finished steps are kept: type the same command to go on');
    } finally {
      await Promise.all(Object.values(pools).map((pool) => pool.close()));
    }
  } finally {
    progress.done();
    release();
  }
}

const reportOf = ({ run, fovs }: RunRequest) =>
  ({ run, status: 'cancelled', fovs, failures: 0, published: null }) as const;
