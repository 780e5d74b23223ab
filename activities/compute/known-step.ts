import { FoveaError } from '../../core/errors.ts';
import type { AnyStep } from '../../core/step.ts';

/** Steps by name, as a worker looks them up. */
export interface Steps {
  get(name: string): AnyStep | undefined;
}

/** The step, in the version wanted. Throws WRONG_VERSION (another worker may have it) with both versions. */
export function knownStep(steps: Steps, name: string, version: number): AnyStep {
  const step = steps.get(name);
  if (step?.version === version) return step;
  const has = step === undefined ? 'does not know this step' : `has @${step.version}`;
  throw new FoveaError(
    'WRONG_VERSION',
    `${name}@${version} is wanted and this worker ${has}. Start a worker of the right version with the pipeline's ` +
      'plugins, or start a new run of the pipeline as it is now',
    { fields: { step: name, found: step?.version ?? null, wanted: version } },
  );
}
