import { join } from 'node:path';
import { FoveaError, isFoveaError } from '../../core/errors.ts';
import { keyIngredients, stepKey } from '../../core/key.ts';
import type { StepOutputs } from '../../core/plan.ts';
import type { StepRequest } from '../../core/protocol.ts';
import type { Attempt } from './attempt.ts';
import { computeOnce } from './compute-once.ts';
import type { Engine } from './engine.ts';

/** A model that fails on the same input twice will fail again. */
function finalAfterRetry(err: unknown, attempt: number): unknown {
  if (!isFoveaError(err, 'MODEL_FAILED') || attempt < 2) return err;
  return new FoveaError(err.code, err.message, { retryable: false, fields: err.fields, cause: err });
}

/** Carries out one planned step of one field of view (or of the cohort), or finds that it has been done. */
export async function stepActivity(engine: Engine, request: StepRequest, attempt: Attempt): Promise<StepOutputs> {
  const { run, fov, planned, inputs } = request;
  const ingredients = keyIngredients(planned, inputs);
  const folder = join(engine.store.root, 'scratch', run, fov ?? '_cohort', planned.id, `attempt-${attempt.number}`);
  const container = planned.identity['container'];
  return computeOnce(
    engine,
    {
      ...{ run, fov, stepId: planned.id, ingredients, keep: planned.keep, scratch: folder },
      key: stepKey(ingredients),
      container: typeof container === 'string' ? container : null,
      async compute() {
        const task = engine.poolFor(attempt.queue).run(
          { kind: 'step', fov, planned, inputs, scratch: { folder } },
          {
            signal: attempt.signal,
            timeoutMs: planned.timeoutMs,
            onProgress: (done, total) => attempt.heartbeat({ done, total }),
          },
        );
        const { result, cost, pid } = await task.catch((err: unknown) => {
          throw finalAfterRetry(err, attempt.number);
        });
        return { ...result, cost, pid, bytesRead: 0, source: null, warnings: [] };
      },
    },
    attempt,
  );
}
