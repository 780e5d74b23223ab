import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { isFoveaError } from '../core/errors.ts';
import type { StepRequest } from '../core/protocol.ts';
import type { Attempt } from './engine/attempt.ts';
import type { Act, Activities, Engine } from './engine/engine.ts';
import { toFailure } from './failures.ts';

/** Well below every heartbeat time-out, and often enough to learn of a cancellation soon. */
const BEAT_MS = 3_000;

/** The attempt behind the running activity; beats on a timer, with the last progress, until stopped. */
function currentAttempt(): Attempt & { stop(): void } {
  const context = Context.current();
  const { attempt, taskQueue, workflowExecution, scheduledTimestampMs } = context.info;
  let last: unknown = null;
  const timer = setInterval(() => context.heartbeat(last), BEAT_MS);
  return {
    number: attempt,
    queue: taskQueue.slice(taskQueue.lastIndexOf('/') + 1),
    workflow: workflowExecution === undefined ? null : `${workflowExecution.workflowId}/${workflowExecution.runId}`,
    signal: context.cancellationSignal,
    submittedAt: new Date(scheduledTimestampMs).toISOString(),
    heartbeat(details) {
      last = details;
    },
    stop: () => clearInterval(timer),
  };
}

/** A cancelled attempt's failure: retryable when only this worker is going, final when the workflow was cancelled. */
function cancelled(signal: AbortSignal): Error {
  const why = signal.reason instanceof CancelledFailure ? signal.reason.message : '';
  if (why === 'WORKER_SHUTDOWN') return ApplicationFailure.retryable('the worker is shutting down', 'WORKER_SHUTDOWN');
  return new CancelledFailure(why === '' ? 'cancelled' : why);
}

async function perform<Request, Result>(act: Act<Request, Result>, request: Request): Promise<Result> {
  const attempt = currentAttempt();
  try {
    return await act(request, attempt);
  } catch (err) {
    if (attempt.signal.aborted) throw cancelled(attempt.signal);
    throw toFailure(err);
  } finally {
    attempt.stop();
  }
}

/**
 * A step's own failures count towards its attempts; a worker that died or was stopped in the middle does not. The
 * journal has the count.
 */
async function performStep(engine: Engine, act: Activities['step'], request: StepRequest): Promise<unknown> {
  const attempt = currentAttempt();
  try {
    return await act(request, attempt);
  } catch (err) {
    if (attempt.signal.aborted) throw cancelled(attempt.signal);
    if (isFoveaError(err) && err.retryable && err.code !== 'WRONG_VERSION') {
      const entries = await engine.journal(request.run).read();
      const own = entries.filter(
        ({ fov, step, status }) => fov === request.fov && step === request.planned.id && status === 'failed',
      );
      if (own.length >= request.planned.attempts) throw ApplicationFailure.nonRetryable(err.message, err.code);
    }
    throw toFailure(err);
  } finally {
    attempt.stop();
  }
}

/** The activities a Temporal worker registers: Fovea's own by name, and every step under its own name. */
export function temporalActivities(
  engine: Engine,
  { step, ...named }: Activities,
): Record<string, (...args: never[]) => Promise<unknown>> {
  const own = Object.entries(named).map(([name, act]): [string, (request: never) => Promise<unknown>] => [
    name,
    (request) => perform(act as Act<never, unknown>, request),
  ]);
  return { ...Object.fromEntries(own), default: (request: never) => performStep(engine, step, request) };
}
