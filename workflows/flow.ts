import { proxyActivities } from '@temporalio/workflow';
import type { ComputeActivities, FlowActivities } from '../core/protocol.ts';

const retry = {
  initialInterval: '1 second',
  backoffCoefficient: 2,
  maximumInterval: '1 minute',
  maximumAttempts: 8,
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
    startToCloseTimeout: '24 hours',
    heartbeatTimeout: '20 seconds',
    retry: { ...retry, initialInterval: '2 seconds', maximumAttempts: 3 },
    summary,
  });
