import { isCancellation } from '@temporalio/workflow';
import type { Failure, FovRequest, FovResult, Known } from '../core/protocol.ts';
import { applicationFailure, callStep } from './call-step.ts';
import { flow, compute } from './flow.ts';
import { runStage } from './schedule.ts';

/** A failure message in a payload; the journal has all of it. */
const MESSAGE_KEPT = 400;

/** Says which step failed and why, in the words of its error. */
export function describeFailure(fov: string | null, step: string, err: unknown): Failure {
  const failure = applicationFailure(err);
  const message = failure?.message ?? (err as { cause?: { message?: string } }).cause?.message ?? String(err);
  return {
    fov,
    step,
    code: (failure?.type ?? 'TIMEOUT') as Failure['code'],
    message: message.length > MESSAGE_KEPT ? `${message.slice(0, MESSAGE_KEPT)}…` : message,
  };
}

/** One field of view through one stage: ingest, then each step as an activity. Fails softly: the failure is the result. */
export async function fov(request: FovRequest): Promise<FovResult> {
  const { run, plan, cohort, stage, queues } = request;
  let at = 'ingest';
  try {
    let known: Known = request.fresh ? {} : await flow['fovea.lookup']({ run, plan, cohort, fov: request.fov, stage });
    if (known['source'] === undefined) {
      const source = await compute(queues, 'read the source')['fovea.ingest']({ run, fov: request.fov, cohort });
      known = { ...known, source };
    }
    await runStage(plan.stages[stage]!, known, async (planned, inputs) => {
      try {
        return await callStep({ run, fov: request.fov, planned, inputs }, queues);
      } catch (err) {
        if (at === 'ingest') at = planned.id;
        throw err;
      }
    });
    return null;
  } catch (err) {
    if (isCancellation(err)) throw err;
    return describeFailure(request.fov, at, err);
  }
}
