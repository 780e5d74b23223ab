import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { isFoveaError } from '../core/errors.ts';
import type { StepRequest } from '../core/protocol.ts';
import type { JournalEntry } from './store/journal.ts';
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

/** How often one of Fovea's own activities may fail by itself: look-ups and journals are cheap to repeat, publishing is not. */
const OWN_FAILURES = { flow: 8, compute: 3 } as const;

/** Each activity's own failures, counted in this process: a worker's death forgets them, and is none of them. */
type Failures = Map<string, number>;

async function perform<Request, Result>(
  act: Act<Request, Result>,
  request: Request,
  failures: Failures,
): Promise<Result> {
  const attempt = currentAttempt();
  const { activityId, workflowExecution } = Context.current().info;
  const id = `${workflowExecution?.runId ?? ''}/${activityId}`;
  try {
    const result = await act(request, attempt);
    failures.delete(id);
    return result;
  } catch (err) {
    if (attempt.signal.aborted) throw cancelled(attempt.signal);
    const count = (failures.get(id) ?? 0) + 1;
    const final = count >= (attempt.queue === 'flow' ? OWN_FAILURES.flow : OWN_FAILURES.compute);
    if (final) failures.delete(id);
    else failures.set(id, count);
    throw toFailure(err, final);
  } finally {
    attempt.stop();
  }
}

/** How long a step waits for a worker of its version: this many times three seconds. */
const WRONG_VERSIONS = 100;

/** Whether a step has failed as often as it may. Cancelled attempts are no failures. */
function exhausted(entries: readonly JournalEntry[], { fov, planned }: StepRequest): boolean {
  const codes = entries
    .filter((entry) => entry.fov === fov && entry.step === planned.id && entry.status === 'failed')
    .map(({ error }) => error?.code);
  const wrong = codes.filter((code) => code === 'WRONG_VERSION').length;
  const own = codes.filter((code) => code !== 'WRONG_VERSION' && code !== 'CANCELLED').length;
  return own >= planned.attempts || wrong >= WRONG_VERSIONS;
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
    const final = isFoveaError(err) && err.retryable && exhausted(await engine.journal(request.run).read(), request);
    throw toFailure(err, final);
  } finally {
    attempt.stop();
  }
}

/** The activities a Temporal worker registers: Fovea's own by name, and every step under its own name. */
export function temporalActivities(
  engine: Engine,
  { step, ...named }: Activities,
): Record<string, (...args: never[]) => Promise<unknown>> {
  const failures: Failures = new Map();
  const own = Object.entries(named).map(([name, act]): [string, (request: never) => Promise<unknown>] => [
    name,
    (request) => perform(act as Act<never, unknown>, request, failures),
  ]);
  return { ...Object.fromEntries(own), default: (request: never) => performStep(engine, step, request) };
}
