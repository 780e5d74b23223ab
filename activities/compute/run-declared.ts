import type { ArtifactRef, Kind, Kinds } from '../../core/artifact.ts';
import { FoveaError, isFoveaError } from '../../core/errors.ts';
import type { BoundInputs } from '../../core/plan.ts';
import { portKind, type AnyStep, type PortSpec, type StepContext } from '../../core/step.ts';
import { problemsOf } from '../../core/validate.ts';
import { plainContext } from './context.ts';
import type { Materialiser } from './materialiser.ts';

export interface DeclaredRun {
  readonly step: AnyStep;
  readonly params: unknown;
  readonly refs: BoundInputs;
  readonly materialiser: Materialiser;
  readonly fov: string | null;
  readonly signal: AbortSignal;
  /** A full context; without one the step gets no scratch folder and no external programs. */
  readonly ctx?: StepContext;
}

export type OutputValues = Record<string, { readonly kind: Kind; readonly value: Kinds[Kind] }>;

async function readInputs({ step, refs, materialiser }: DeclaredRun): Promise<Record<string, unknown>> {
  const one = (ref: ArtifactRef): Promise<unknown> =>
    step.scope === 'cohort' ? materialiser.gather(ref) : materialiser.get(ref);
  const inputs: Record<string, unknown> = {};
  for (const port of Object.keys(step.inputs)) {
    const bound = refs[port];
    if (bound === undefined) continue;
    inputs[port] = 'digest' in bound ? await one(bound) : await Promise.all(bound.map(one));
  }
  return inputs;
}

/** Checks what a step returned against its declared ports. Throws INVALID_OUTPUT naming the step and the port. */
function checkOutputs(step: AnyStep, returned: Record<string, unknown>): OutputValues {
  const broken = (port: string, what: string): FoveaError =>
    new FoveaError('INVALID_OUTPUT', `step ${step.name}@${step.version} broke its contract: output ${port} ${what}`, {
      fields: { step: step.name, port },
    });
  const outputs: OutputValues = {};
  for (const [port, spec] of Object.entries(step.outputs as Record<string, PortSpec>)) {
    const value = returned[port];
    if (value === undefined) {
      if (typeof spec === 'object' && 'optional' in spec) continue;
      throw broken(port, 'is missing');
    }
    const kind = portKind(spec);
    const problems = problemsOf(kind, value as Kinds[Kind]);
    if (problems.length > 0) throw broken(port, `is not a valid ${kind}: ${problems.join('; ')}`);
    outputs[port] = { kind, value: value as Kinds[Kind] };
  }
  const extra = Object.keys(returned).find((port) => !(port in step.outputs));
  if (extra !== undefined) throw broken(extra, 'is not declared');
  return outputs;
}

/** Runs a step on materialised inputs and checks its outputs. A kernel's RangeError or TypeError becomes INVALID_INPUT. */
export async function runDeclared(run: DeclaredRun): Promise<OutputValues> {
  const { step, fov, signal } = run;
  const inputs = await readInputs(run);
  const params: unknown = step.params.parse(run.params);
  try {
    const returned: unknown = await step.run(inputs, params, run.ctx ?? plainContext(fov, signal));
    return checkOutputs(step, (returned ?? {}) as Record<string, unknown>);
  } catch (err) {
    if (isFoveaError(err)) throw err;
    if (signal.aborted) throw new FoveaError('CANCELLED', `step ${step.name} was cancelled`, { cause: err });
    if (err instanceof RangeError) throw new FoveaError('INVALID_INPUT', err.message, { cause: err });
    throw new FoveaError('CRASHED', `step ${step.name}@${step.version} threw: ${(err as Error).stack ?? String(err)}`, {
      cause: err,
    });
  }
}
