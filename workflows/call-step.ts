import { ActivityFailure, ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { PlannedStep, StepOutputs } from '../core/plan.ts';
import type { StepRequest } from '../core/protocol.ts';

type StepActivity = (request: StepRequest) => Promise<StepOutputs>;

/** The kind of failure that a larger queue may cure. */
const OUT_OF_MEMORY = 'OUT_OF_MEMORY';

/**
 * A step's own failures are counted by the worker, which ends the attempts the plan allows. What the server counts on top
 * are attempts that died with their worker, or that found a worker of the wrong version.
 */
const DEATHS_SURVIVED = 100;

/** The application failure inside an activity failure, if there is one. */
export function applicationFailure(err: unknown): ApplicationFailure | null {
  const cause = err instanceof ActivityFailure ? err.cause : err;
  return cause instanceof ApplicationFailure ? cause : null;
}

/**
 * Calls a step as the activity of its name. After an out-of-memory kill the next larger queue of the plan is tried.
 * Dead workers are noticed by the missing heartbeat; how long a step may compute is the worker's business, since the time
 * spent waiting for another run's lease does not count.
 */
export async function callStep(request: StepRequest, prefix: string): Promise<StepOutputs> {
  const { planned } = request;
  for (const [index, queue] of planned.queues.entries()) {
    const last = index === planned.queues.length - 1;
    const activities = proxyActivities<Record<string, StepActivity>>({
      taskQueue: `${prefix}/${queue}`,
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      ...stepTimes(planned),
      retry: {
        initialInterval: '2 seconds',
        backoffCoefficient: 3,
        maximumInterval: '20 seconds',
        maximumAttempts: planned.attempts + DEATHS_SURVIVED,
        nonRetryableErrorTypes: last ? [] : [OUT_OF_MEMORY],
      },
      summary: planned.id === planned.step ? `v${planned.version}` : `${planned.id} (v${planned.version})`,
    });
    try {
      return await activities[planned.step]!(request);
    } catch (err) {
      if (last || applicationFailure(err)?.type !== OUT_OF_MEMORY) throw err;
    }
  }
  throw ApplicationFailure.nonRetryable(`step ${planned.id} has no queue`, 'PIPELINE');
}

function stepTimes(planned: PlannedStep): {
  startToCloseTimeout: number;
  scheduleToCloseTimeout: string;
  heartbeatTimeout: string;
} {
  const day = 24 * 3600 * 1000;
  return {
    startToCloseTimeout: Math.max(day, planned.timeoutMs * 2),
    scheduleToCloseTimeout: '7 days',
    heartbeatTimeout: '20 seconds',
  };
}
