import type { Digest } from '../../core/artifact.ts';
import { FoveaError } from '../../core/errors.ts';
import type { ModelHandle } from '../../core/step.ts';
import type { Inference } from '../compute/tasks.ts';
import { readCatalogue, type Catalogue } from './catalogue.ts';
import { createHandle } from './handle.ts';
import { createSessions } from './sessions.ts';

/** The models a compute process can run. */
export interface Models {
  /** Handles for a planned step's slots. Nothing is loaded before a handle's first run. Throws WRONG_VERSION. */
  handles(slots: Readonly<Record<string, Digest>>): Promise<Record<string, ModelHandle>>;
}

export function createModels(inference: Inference): Models {
  const sessions = createSessions(inference);
  let reading: Promise<Catalogue> | null = null;
  return {
    async handles(slots) {
      const entries = Object.entries(slots);
      if (entries.length === 0) return {};
      const catalogue = await (reading ??= readCatalogue(inference.modelFiles));
      return Object.fromEntries(
        entries.map(([slot, digest]) => {
          const model = catalogue.byDigest(digest);
          if (model === null) {
            throw new FoveaError(
              'WRONG_VERSION',
              `the plan wants the model ${digest.slice(0, 12)} as "${slot}", which no models file of this worker has ` +
                `(${inference.modelFiles.join(', ')}). Start the worker with the --models of the run, or start a new run`,
              { fields: { slot, digest } },
            );
          }
          return [slot, createHandle(model, sessions)];
        }),
      );
    },
  };
}
