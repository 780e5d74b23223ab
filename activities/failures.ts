import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { FoveaError, isFoveaError } from '../core/errors.ts';

/** Details beyond this are for the journal, not for a workflow's history. */
const MESSAGE_KEPT = 1500;

/** A full disk does not empty itself within seconds. */
const DISK_PAUSE = '1 minute';

/** The only place that knows Temporal's failures: a FoveaError as an ApplicationFailure of its code. */
export function toFailure(err: unknown): Error {
  if (err instanceof CancelledFailure) return err;
  const error = isFoveaError(err) ? err : new FoveaError('CRASHED', (err as Error).message, { cause: err });
  const message = error.message.length > MESSAGE_KEPT ? `${error.message.slice(0, MESSAGE_KEPT)}…` : error.message;
  return ApplicationFailure.create({
    type: error.code,
    message,
    nonRetryable: !error.retryable,
    ...(error.code === 'DISK_FULL' ? { nextRetryDelay: DISK_PAUSE } : {}),
  });
}
