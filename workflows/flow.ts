import { proxyActivities } from '@temporalio/workflow';
import type { ComputeActivities, FlowActivities } from '../core/protocol.ts';

/** Mostly for workers that die: how often an activity may fail by itself is counted by the worker. */
const retry = {
  initialInterval: '1 second',
  backoffCoefficient: 2,
  maximumInterval: '20 seconds',
  maximumAttempts: 100,
} as const;

/** Look-ups, manifests and journal entries: short, on the queue of the workflows themselves. */
export const flow = proxyActivities<FlowActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '20 seconds',
  retry,
});

/** Reading and publishing of fields of view: on the compute queue. */
export const compute = (prefix: string, summary: string): ReturnType<typeof proxyActivities<ComputeActivities>> =>
  proxyActivities<ComputeActivities>({
    taskQueue: `${prefix}/cpu`,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    startToCloseTimeout: '24 hours',
    heartbeatTimeout: '20 seconds',
    retry,
    summary,
  });
