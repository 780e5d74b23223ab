import { digestOf } from './digest.ts';
import type { Plan, SourcePlan } from './plan.ts';

/** Completes a plan with its digest: SHA-256 of `fovea.plan` and everything but the pipeline's name. */
export function sealPlan({ pipeline, schema, source, stages, publish, onFailure }: Omit<Plan, 'digest'>): Plan {
  const digest = digestOf('fovea.plan', { schema, source, stages, publish, onFailure });
  return { schema, pipeline, digest, source, stages, publish, onFailure };
}

/** Where the images come from, when it is not where the pipeline file says. */
export type SourceOverride = Partial<Pick<SourcePlan, 'samplesheet' | 'glob' | 'mpp' | 'panel'>>;

/** The plan for other images: a samplesheet replaces a glob and the other way round. The digest follows. */
export function overrideSource(plan: Plan, override: SourceOverride): Plan {
  const files =
    override.samplesheet != null ? { glob: null } : override.glob != null ? { samplesheet: null } : ({} as const);
  return sealPlan({ ...plan, source: { ...plan.source, ...override, ...files } });
}
