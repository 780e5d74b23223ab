import type { ArtifactRef } from '../core/artifact.ts';
import type { BoundInputs, PlannedStep, Stage, StepOutputs } from '../core/plan.ts';
import type { Known } from '../core/protocol.ts';

/** How a step is carried out: by an activity in a workflow, by a plain function without a server. */
export type Call = (planned: PlannedStep, inputs: BoundInputs) => Promise<StepOutputs>;

/**
 * Walks one stage: starts each step when its inputs exist, steps already known never. Settles when no step is running
 * any more: with all outputs, or with the first failure (steps that do not depend on it still finish, so that nothing
 * computed is lost).
 */
export async function runStage(stage: Stage, known: Known, call: Call): Promise<Known> {
  const outputs: Record<string, StepOutputs> = { ...known };
  const started = new Map<string, Promise<StepOutputs>>();
  for (const { id } of stage.steps) {
    const finished = known[id];
    if (finished !== undefined) started.set(id, Promise.resolve(finished));
  }

  const refTo = async (reference: string): Promise<ArtifactRef> => {
    const dot = reference.indexOf('.');
    const [id, port] = [reference.slice(0, dot), reference.slice(dot + 1)];
    const ports = await (started.get(id) ?? known[id]);
    const ref = ports?.[port];
    if (ref === undefined) throw new Error(`nothing has produced "${reference}"`);
    return ref;
  };

  const start = async (planned: PlannedStep): Promise<StepOutputs> => {
    const inputs: Record<string, ArtifactRef | readonly ArtifactRef[]> = {};
    for (const [port, reference] of Object.entries(planned.inputs)) {
      inputs[port] = typeof reference === 'string' ? await refTo(reference) : await Promise.all(reference.map(refTo));
    }
    return call(planned, inputs);
  };

  for (const planned of stage.steps) {
    if (!started.has(planned.id)) started.set(planned.id, start(planned));
  }
  const settled = await Promise.allSettled(started.values());
  const failed = settled.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  for (const [id, promise] of started) outputs[id] = await promise;
  return outputs;
}

const idOf = (reference: string): string => reference.slice(0, reference.indexOf('.'));

/** What a stage takes from the stages before it, sorted and without repeats. */
export function outsideReferences(stage: Stage): string[] {
  const own = new Set(stage.steps.map((step) => step.id));
  const references = stage.steps.flatMap((step) => Object.values(step.inputs).flat());
  return [...new Set(references.filter((reference) => !own.has(idOf(reference))))].sort();
}

/** Refs by reference as outputs by step id. */
export function knownFrom(refs: Readonly<Record<string, ArtifactRef>>): Known {
  const known: Record<string, Record<string, ArtifactRef>> = {};
  for (const [reference, ref] of Object.entries(refs)) {
    const id = idOf(reference);
    known[id] = { ...known[id], [reference.slice(id.length + 1)]: ref };
  }
  return known;
}
