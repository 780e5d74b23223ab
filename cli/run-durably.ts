import { setTimeout as sleep } from 'node:timers/promises';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { writeRunHeader } from '../activities/engine/run-files.ts';
import { ensureServer, holdServer, type ServerHandle } from '../activities/server/index.ts';
import type { Store } from '../activities/store/store.ts';
import { FoveaError, isFoveaError } from '../core/errors.ts';
import type { RunCounts, RunRequest, RunResult } from '../core/protocol.ts';
import { connectTo } from './connect.ts';

import type { Loaded } from './load-pipeline.ts';
import type { Progress } from './progress.ts';
import type { Project } from './project.ts';
import { headerOf, workerLog, type ExecuteOptions } from './run-header.ts';
import { startWorkerProcess } from './worker-process.ts';

export interface DurableRun {
  readonly store: Store;
  readonly project: Project;
  readonly loaded: Loaded;
  readonly options: ExecuteOptions;
  readonly request: RunRequest;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

const POLL_MS = 500;
const ANSWER_MS = 5_000;
const ATTEMPTS = 5;
/** The worker's own grace for steps in flight, and some. */
const STOP_MS = 20_000;
const CANCELLED_TEXT =
  'interrupted. The run stands where it was: type the same command to go on, or `fovea cancel` to end it for good';

/** One id per pipeline, plan, cohort and store: the same command finds its own run, and nobody else's. */
export function workflowIdOf({ plan, cohort, queues }: RunRequest): string {
  return `fovea/${plan.pipeline}/${plan.digest.slice(0, 16)}-${cohort.slice(0, 16)}-${queues.replace('fovea-', '')}`;
}

/** Starts the run's workflow, or attaches to the same run when it is in flight. */
async function startOrAttach(client: Client, run: DurableRun): Promise<{ handle: WorkflowHandle; id: string }> {
  const { request, store, loaded, options } = run;
  const { plan } = request;
  const workflowId = workflowIdOf(request);
  const introduce = async (run: string): Promise<void> => {
    if (!(await store.blobs.has(`runs/${run}/run.json`))) {
      await writeRunHeader(store, await headerOf(store, { ...request, run }, loaded, workflowId));
    }
  };
  try {
    const handle = await client.workflow.start('pipeline', {
      workflowId,
      taskQueue: `${request.queues}/flow`,
      args: [request],
      memo: { run: request.run },
      searchAttributes: {
        FoveaPipeline: [plan.pipeline],
        FoveaPlan: [plan.digest.slice(0, 16)],
        FoveaRun: [request.run],
      },
      staticSummary: `${plan.pipeline}: ${request.fovs} fields of view`,
      staticDetails: `Run \`${request.run}\`, plan \`${plan.digest}\`.\n\nSteps: ${plan.stages
        .flatMap((stage) => stage.steps.map((step) => `\`${step.id}\` (${step.step}@${step.version})`))
        .join(' → ')}`,
    });
    await introduce(request.run);
    return { handle, id: request.run };
  } catch (err) {
    if (!(err instanceof WorkflowExecutionAlreadyStartedError)) throw err;
    const handle = client.workflow.getHandle(workflowId);
    const { memo } = await handle.describe();
    const id = String(memo?.['run'] ?? request.run);
    options.note(`this run is in flight already as ${id}: going on with it`);
    await introduce(id);
    return { handle, id };
  }
}

/** The workflow's result, asked for by polling: a server that was killed is started again and asked again. */
async function follow(handle: WorkflowHandle, run: DurableRun, revive: () => Promise<void>): Promise<RunResult> {
  for (;;) {
    if (run.signal.aborted) throw new FoveaError('CANCELLED', CANCELLED_TEXT);
    try {
      const { status } = await withTimeout(handle.describe(), ANSWER_MS);
      if (status.name !== 'RUNNING' && status.name !== 'CONTINUED_AS_NEW') return (await handle.result()) as RunResult;
    } catch (err) {
      if (err instanceof WorkflowFailedError) throw runFailure(err);
      await revive();
    }
    const counts = await withTimeout(handle.query<RunCounts>('counts'), ANSWER_MS).catch(() => null);
    if (counts !== null) run.progress.update(counts);
    await sleep(POLL_MS, undefined, { signal: run.signal }).catch(() => undefined);
  }
}

/** The SDK itself asks a dead server for half a minute; meanwhile nobody would start it again. */
const withTimeout = <T>(promise: Promise<T>, ms: number): Promise<T> =>
  Promise.race([
    promise,
    sleep(ms, undefined, { ref: false }).then(() =>
      Promise.reject(new Error('the Temporal server did not answer in time')),
    ),
  ]);

/** Asks again when the server was killed in between. */
async function patiently<T>(act: () => Promise<T>, revive: () => Promise<void>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await withTimeout(act(), 2 * ANSWER_MS);
    } catch (err) {
      if (isFoveaError(err) || attempt === ATTEMPTS) throw err;
      await revive();
    }
  }
}

function runFailure(err: WorkflowFailedError): FoveaError {
  const cause = err.cause as { type?: string; message?: string; name?: string } | undefined;
  if (cause?.name === 'CancelledFailure')
    return new FoveaError('CANCELLED', 'the run was cancelled; type the same command to start it again');
  return new FoveaError('STORE', `the run failed: ${cause?.message ?? err.message}. Finished steps are kept`, {
    retryable: false,
    fields: { type: cause?.type },
  });
}

/** The server was killed, and the one started in its stead listens elsewhere, since its port had been taken. */
class ServerMoved extends Error {}

/** The run on one server: a worker of its own, and the wait for the result. Throws ServerMoved when the server has. */
async function runOn(
  server: ServerHandle,
  ensure: () => Promise<ServerHandle>,
  run: DurableRun,
): Promise<{ run: string; result: RunResult; ui: string | null }> {
  const { project, store, loaded, options } = run;
  const worker = startWorkerProcess({
    address: server.address,
    namespace: server.namespace,
    store: store.root,
    stepModules: loaded.stepModules,
    queuesFile: options.queuesFile,
    modelFiles: loaded.modelFiles,
    home: project.home,
    slots: options.slots,
    log: workerLog(project),
  });
  let moved = false;
  try {
    const revive = async (): Promise<void> => {
      if (server.kind !== 'embedded') return;
      moved = (await ensure()).address !== server.address;
      if (moved) throw new ServerMoved();
    };
    const connected = await patiently(() => connectTo(server), revive);
    try {
      const { handle, id } = await patiently(() => startOrAttach(connected.client, run), revive);
      const page =
        server.ui === null
          ? null
          : `${server.ui}/namespaces/${server.namespace}/workflows/${encodeURIComponent(handle.workflowId)}`;
      if (page !== null && !options.quiet) options.note(`watch it: ${page}`);
      const result = await Promise.race([follow(handle, run, revive), worker.broken]);
      run.progress.update({ fovs: result.fovs, done: result.done, failed: result.failed });
      return { run: id, result, ui: page };
    } finally {
      await connected.close();
    }
  } finally {
    // A worker whose server is gone has nobody to tell what it finishes; the store has it.
    await worker.close(moved ? 0 : STOP_MS);
  }
}

/** Carries a run out on a Temporal server, the embedded one unless TEMPORAL_ADDRESS names another. */
export async function runDurably(run: DurableRun): Promise<{ run: string; result: RunResult; ui: string | null }> {
  const { project, options, request, signal } = run;
  const releaseServer = await holdServer(project.home);
  const ensure = (): Promise<ServerHandle> => ensureServer({ home: project.home, log: (line) => options.note(line) });
  try {
    for (;;) {
      const server = await ensure();
      try {
        return await runOn(server, ensure, run);
      } catch (err) {
        if (!(err instanceof ServerMoved)) throw err;
      }
    }
  } finally {
    await releaseServer({ keep: options.keepServer });
    if (signal.aborted) options.note(`run ${request.run} can go on at any time`);
  }
}
