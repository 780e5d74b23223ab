import { setTimeout as sleep } from 'node:timers/promises';
import { FoveaError, isFoveaError } from '../core/errors.ts';
import type { BoundInputs, PlannedStep, StepOutputs } from '../core/plan.ts';
import type { Failure, Published, RunCounts, RunRequest, RunResult } from '../core/protocol.ts';
import { knownFrom, outsideReferences, runStage } from '../workflows/schedule.ts';
import { inWindow } from '../workflows/window.ts';
import type { Attempt } from './engine/attempt.ts';
import type { Activities } from './engine/engine.ts';

export interface LocalOptions {
  readonly activities: Activities;
  readonly signal: AbortSignal;
  readonly onCounts?: (counts: RunCounts) => void;
}

const FIRST_PAUSE_MS = 2_000;

const attemptOn = (queue: string, number: number, signal: AbortSignal): Attempt => ({
  number,
  queue,
  workflow: null,
  signal,
  submittedAt: new Date().toISOString(),
  heartbeat: () => undefined,
});

/** The retries that the workflow leaves to the server: same attempts, same pauses, larger queue after a memory kill. */
async function withRetries<T>(
  queues: readonly string[],
  attempts: number,
  signal: AbortSignal,
  act: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  let queue = 0;
  let failures = 0;
  for (let number = 1; ; number++) {
    try {
      return await act(attemptOn(queues[queue] ?? 'flow', number, signal));
    } catch (err) {
      if (signal.aborted || !isFoveaError(err) || !err.retryable) throw err;
      if (err.code === 'OUT_OF_MEMORY' && queue < queues.length - 1) {
        queue += 1;
        continue;
      }
      failures += 1;
      if (failures >= attempts) throw err;
      await sleep(FIRST_PAUSE_MS * 3 ** (failures - 1), undefined, { signal });
    }
  }
}

/**
 * The same schedule in this process, without a server: for a quick look. Not durable: when this process ends, so does the
 * run, though finished steps stay in the store and a next run finds them.
 */
export async function runLocally(
  request: RunRequest,
  { activities, signal, onCounts }: LocalOptions,
): Promise<RunResult> {
  const { run, plan, cohort, results } = request;
  const counts = { fovs: request.fovs, done: 0, failed: 0 };
  const flow = attemptOn('flow', 1, signal);
  const tell = (): void => onCounts?.({ ...counts });

  const callStep = (fov: string | null, planned: PlannedStep, inputs: BoundInputs): Promise<StepOutputs> =>
    withRetries(planned.queues, planned.attempts, signal, (attempt) =>
      activities.step({ run, fov, planned, inputs }, attempt),
    );

  async function oneFov(fov: string, stage: number, fresh: boolean): Promise<Failure | null> {
    let at = 'ingest';
    try {
      let known = fresh ? {} : await activities['fovea.lookup']({ run, plan, cohort, fov, stage }, flow);
      if (known['source'] === undefined) {
        const source = await withRetries(['cpu'], 3, signal, (attempt) =>
          activities['fovea.ingest']({ run, fov, cohort }, attempt),
        );
        known = { ...known, source };
      }
      await runStage(plan.stages[stage]!, known, async (planned, inputs) => {
        try {
          return await callStep(fov, planned, inputs);
        } catch (err) {
          if (at === 'ingest') at = planned.id;
          throw err;
        }
      });
      return null;
    } catch (err) {
      if (signal.aborted) throw err;
      const error = isFoveaError(err) ? err : new FoveaError('CRASHED', (err as Error).message, { cause: err });
      return { fov, step: at, code: error.code, message: error.message };
    }
  }

  async function fovStage(stage: number): Promise<void> {
    for (let offset = 0; offset < request.fovs; offset += request.pageSize) {
      const page = await activities['fovea.page']({ run, plan, cohort, stage, offset, limit: request.pageSize }, flow);
      counts.done += page.complete;
      tell();
      const failures: Failure[] = [];
      await inWindow(page.todo, request.window, async ({ fov, fresh }) => {
        if (signal.aborted) throw new FoveaError('CANCELLED', 'interrupted');
        const failure = await oneFov(fov, stage, fresh);
        counts.done += 1;
        if (failure !== null) {
          counts.failed += 1;
          failures.push(failure);
          if (plan.onFailure === 'fail') throw new FoveaError(failure.code, failure.message);
        }
        tell();
      });
      if (failures.length > 0) await activities['fovea.collect']({ run, failures }, flow);
    }
  }

  async function cohortStage(stage: number): Promise<void> {
    const references = outsideReferences(plan.stages[stage]!);
    const gathers = await activities['fovea.gather']({ run, cohort, references }, flow);
    await runStage(plan.stages[stage]!, knownFrom(gathers), (planned, inputs) => callStep(null, planned, inputs));
  }

  async function publish(): Promise<Published | null> {
    if (results === null || Object.keys(plan.publish).length === 0) return null;
    const what = { run, plan, cohort, results };
    const cpu = attemptOn('cpu', 1, signal);
    const { unchanged, pages } = await activities['fovea.prepare-publish'](what, flow);
    for (let page = 0; unchanged === null && page < pages; page++) {
      await activities['fovea.publish-fovs']({ ...what, page }, cpu);
    }
    return activities['fovea.seal'](what, cpu);
  }

  const finish = (status: 'completed' | 'failed' | 'cancelled', published: Published | null): Promise<void> =>
    activities['fovea.finish']({ run, status, fovs: counts.fovs, failures: counts.failed, published }, flow);
  try {
    for (const [stage, { scope }] of plan.stages.entries()) {
      if (scope === 'fov') await fovStage(stage);
      else if (counts.failed < counts.fovs) await cohortStage(stage);
    }
    const published = counts.failed < counts.fovs ? await publish() : null;
    await finish('completed', published);
    return { ...counts, published };
  } catch (err) {
    await finish(signal.aborted ? 'cancelled' : 'failed', null);
    throw err;
  }
}
