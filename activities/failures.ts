import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { FoveaError, isFoveaError, type ErrorCode } from '../core/errors.ts';

/** Details beyond this are for the journal, not for a workflow's history. */
const MESSAGE_KEPT = 1500;

/** A full disk does not empty itself within seconds; another worker of the queue may have the right version at once. */
const PAUSES: Partial<Record<ErrorCode, '1 minute' | '3 seconds'>> = {
  DISK_FULL: '1 minute',
  WRONG_VERSION: '3 seconds',
};

/** The only place that knows Temporal's failures: a FoveaError as an ApplicationFailure of its code. `final`: never tried again. */
export function toFailure(err: unknown, final = false): Error {
  if (err instanceof CancelledFailure) return err;
  const error = isFoveaError(err) ? err : new FoveaError('CRASHED', (err as Error).message, { cause: err });
  const message = error.message.length > MESSAGE_KEPT ? `${error.message.slice(0, MESSAGE_KEPT)}…` : error.message;
  const pause = PAUSES[error.code];
  return ApplicationFailure.create({
    type: error.code,
    message,
    nonRetryable: final || !error.retryable,
    ...(pause === undefined ? {} : { nextRetryDelay: pause }),
  });
}
