import type { Plan } from '../../core/plan.ts';
import type { Store } from '../store/store.ts';
import type { CataloguedModel, Catalogue } from './catalogue.ts';
import { checkModelFile } from './check-file.ts';
import { requireAccepted } from './licences.ts';

/** The models a plan uses, each once, in the plan's order. */
export function modelsOf({ stages }: Plan, catalogue: Catalogue): CataloguedModel[] {
  const digests = stages.flatMap(({ steps }) => steps.flatMap(({ models }) => Object.values(models)));
  return [...new Set(digests)].flatMap((digest) => catalogue.byDigest(digest) ?? []);
}

/**
 * Before anything runs: every model of the plan is here, is the file its record names, and its licence is accepted. Throws
 * NOT_FOUND (how to get it), MODEL_MISMATCH or LICENCE.
 */
export async function requireModels(plan: Plan, catalogue: Catalogue, store: Store): Promise<void> {
  for (const model of modelsOf(plan, catalogue)) {
    const { name, record } = model;
    await requireAccepted(store, { name, ...record }, `fovea models verify ${name} --accept-licence`);
    await checkModelFile(model);
  }
}
