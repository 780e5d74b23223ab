import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  executeChild,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Failure, Published, RunCounts, RunRequest, RunResult } from '../core/protocol.ts';
import { callStep } from './call-step.ts';
import { compute, flow } from './flow.ts';
import { describeFailure, fov } from './fov.ts';
import { knownFrom, outsideReferences, runStage } from './schedule.ts';
import { inWindow } from './window.ts';

/** Where a continued run goes on. */
export interface Cursor {
  readonly stage: number;
  readonly offset: number;
  readonly publishPage: number;
  readonly done: number;
  readonly failed: number;
}

const START: Cursor = { stage: 0, offset: 0, publishPage: 0, done: 0, failed: 0 };

/** Well below the 51,200 events that a server allows, and few enough to be replayed within seconds. */
const HISTORY_EVENTS = 3000;

export const countsQuery = defineQuery<RunCounts>('counts');

/**
 * A pipeline over a cohort: stage by stage, field-of-view stages in pages of children within a bounded window, cohort
 * stages once, then publication, whole or not at all. Continues as new between pages, with a cursor and two counts.
 */
export async function pipeline(request: RunRequest, cursor: Cursor = START): Promise<RunResult> {
  const counts = { fovs: request.fovs, done: cursor.done, failed: cursor.failed };
  setHandler(countsQuery, () => ({ ...counts }));
  const { run, plan, cohort } = request;

  const continueWhenLong = async (next: Partial<Cursor>): Promise<void> => {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    if (!continueAsNewSuggested && historyLength < (request.historyEvents ?? HISTORY_EVENTS)) return;
    await condition(allHandlersFinished);
    await continueAsNew<typeof pipeline>(request, { ...START, done: counts.done, failed: counts.failed, ...next });
  };

  try {
    for (let stage = cursor.stage; stage < plan.stages.length; stage++) {
      if (plan.stages[stage]!.scope === 'cohort') {
        if (counts.failed < counts.fovs) await cohortStage(request, stage);
        continue;
      }
      for (let offset = stage === cursor.stage ? cursor.offset : 0; offset < request.fovs;) {
        const failures = await fovPage(request, stage, offset, counts);
        offset += request.pageSize;
        if (failures.length > 0 && plan.onFailure === 'fail') throw abandoned(failures[0]!);
        await continueWhenLong({ stage, offset });
      }
    }
    // Where every field of view failed there is nothing to summarise or publish; the failures are the result.
    const nextPage = (publishPage: number): Promise<void> =>
      continueWhenLong({ stage: plan.stages.length, publishPage });
    const published = counts.failed < counts.fovs ? await publish(request, cursor.publishPage, nextPage) : null;
    await flow['fovea.finish']({ run, status: 'completed', fovs: counts.fovs, failures: counts.failed, published });
    return { ...counts, published };
  } catch (err) {
    if ((err as Error).name === 'ContinueAsNew') throw err;
    const status = isCancellation(err) ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() =>
      flow['fovea.finish']({ run, status, fovs: counts.fovs, failures: counts.failed, published: null }),
    );
    throw err;
  }

  async function fovPage(
    { pageSize, window, queues }: RunRequest,
    stage: number,
    offset: number,
    counts: { done: number; failed: number },
  ): Promise<Failure[]> {
    const page = await flow['fovea.page']({ run, plan, cohort, stage, offset, limit: pageSize });
    const failures: Failure[] = [];
    counts.done += page.complete;
    await inWindow(page.todo, window, async ({ fov: id, fresh }) => {
      if (plan.onFailure === 'fail' && failures.length > 0) return;
      const failure = await child(id, stage, fresh, queues);
      counts.done += 1;
      if (failure === null) return;
      counts.failed += 1;
      failures.push(failure);
    });
    if (failures.length > 0) await flow['fovea.collect']({ run, failures });
    return failures;
  }

  /** A child that was terminated or timed out from outside is a failed field of view, not a failed run. */
  async function child(id: string, stage: number, fresh: boolean, queues: string): Promise<Failure | null> {
    try {
      return await executeChild(fov, {
        args: [{ run, fov: id, plan, cohort, stage, fresh, queues }],
        workflowId: `${workflowInfo().workflowId}/${stage}/${id}`,
        searchAttributes: { FoveaFov: [id], FoveaRun: [run] },
        staticSummary: `field of view ${id}`,
      });
    } catch (err) {
      if (isCancellation(err)) throw err;
      return describeFailure(id, 'workflow', err);
    }
  }
}

function abandoned({ fov: id, step, code, message }: Failure): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `field of view ${id} failed at ${step} and onFailure is fail: ${message}`,
    code,
  );
}

async function cohortStage({ run, plan, cohort, queues }: RunRequest, stage: number): Promise<void> {
  const gathers = await flow['fovea.gather']({ run, cohort, references: outsideReferences(plan.stages[stage]!) });
  await runStage(plan.stages[stage]!, knownFrom(gathers), async (planned, inputs) => {
    try {
      return await callStep({ run, fov: null, planned, inputs }, queues);
    } catch (err) {
      if (isCancellation(err)) throw err;
      const { code, message } = describeFailure(null, planned.id, err);
      throw ApplicationFailure.nonRetryable(`cohort step ${planned.id} failed: ${message}`, code);
    }
  });
}

async function publish(
  { run, plan, cohort, results, queues, window }: RunRequest,
  from: number,
  pageDone: (next: number) => Promise<void>,
): Promise<Published | null> {
  if (results === null || Object.keys(plan.publish).length === 0) return null;
  const request = { run, plan, cohort, results };
  const { unchanged, pages } = await flow['fovea.prepare-publish'](request);
  if (unchanged === null) {
    const rest = Array.from({ length: pages - from }, (_, index) => from + index);
    for (let start = 0; start < rest.length; start += window) {
      const some = rest.slice(start, start + window);
      await Promise.all(
        some.map((page) =>
          compute(queues, `publish, page ${page + 1} of ${pages}`)['fovea.publish-fovs']({ ...request, page }),
        ),
      );
      await pageDone(from + start + some.length);
    }
  }
  return compute(queues, 'seal the revision')['fovea.seal'](request);
}
