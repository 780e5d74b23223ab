import type { ArtifactRef } from '../../core/artifact.ts';
import { keyIngredients, stepKey, type Ingredients } from '../../core/key.ts';
import type { BoundInputs, Plan, PlannedStep, StepOutputs } from '../../core/plan.ts';
import type { Known } from '../../core/protocol.ts';
import type { SourceRow } from '../images/index.ts';
import type { JournalEntry } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import { knownDigests } from './file-digests.ts';
import { arrangeDigests, filesOf, listRow } from './source-list.ts';
import { INGEST } from '../../core/pipeline.ts';
import { ingestIngredients } from './ingest.ts';

/** What is known of one unit before anything runs. */
export interface UnitState {
  readonly id: string;
  readonly step: string;
  /** Null while an input is not known yet. */
  readonly key: string | null;
  readonly ingredients: Ingredients | null;
  readonly outputs: StepOutputs | null;
  /** Steps it waits for, by id. */
  readonly waitsFor: readonly string[];
}

/** Resolves a step's references to refs; null where some step before it has no result yet. */
export function bind(planned: PlannedStep, known: Known): { inputs: BoundInputs | null; waitsFor: string[] } {
  const waitsFor = new Set<string>();
  const refTo = (reference: string): ArtifactRef | null => {
    const dot = reference.indexOf('.');
    const id = reference.slice(0, dot);
    const ref = known[id]?.[reference.slice(dot + 1)] ?? null;
    if (ref === null) waitsFor.add(id);
    return ref;
  };
  const inputs: Record<string, ArtifactRef | readonly ArtifactRef[]> = {};
  for (const [port, reference] of Object.entries(planned.inputs)) {
    if (typeof reference === 'string') {
      const ref = refTo(reference);
      if (ref !== null) inputs[port] = ref;
    } else {
      const refs = reference.map(refTo);
      inputs[port] = refs.flatMap((ref) => ref ?? []);
    }
  }
  return { inputs: waitsFor.size === 0 ? inputs : null, waitsFor: [...waitsFor] };
}

async function sourceState(store: Store, row: SourceRow): Promise<UnitState> {
  const unknown = { id: 'source', step: INGEST, key: null, ingredients: null, outputs: null, waitsFor: [] };
  if (row.problem !== null) return unknown;
  const listed = await listRow(store, row).catch(() => null);
  const files = listed === null ? null : await knownDigests(store, filesOf(listed)).catch(() => null);
  if (listed === null || files === null) return unknown;
  const { image, labels } = arrangeDigests(listed, files);
  const ingredients = ingestIngredients(row, image, labels);
  const key = stepKey(ingredients);
  return { ...unknown, key, ingredients, outputs: (await store.result(key))?.outputs ?? null };
}

/**
 * The state of every unit of one field of view, in one go: walks the plan's keys as far as results are known. Reads only
 * records and file stats; a source whose file was touched since it was hashed counts as unknown.
 */
export async function lookUpFov(store: Store, plan: Plan, row: SourceRow): Promise<UnitState[]> {
  const states = [await sourceState(store, row)];
  const known: Record<string, StepOutputs> = {};
  if (states[0]!.outputs !== null) known['source'] = states[0]!.outputs;
  for (const stage of plan.stages) {
    if (stage.scope !== 'fov') continue;
    for (const planned of stage.steps) {
      const { inputs, waitsFor } = bind(planned, known);
      const { id, step } = planned;
      if (inputs === null) {
        states.push({ id, step, key: null, ingredients: null, outputs: null, waitsFor });
        continue;
      }
      const ingredients = keyIngredients(planned, inputs);
      const key = stepKey(ingredients);
      const outputs = (await store.result(key))?.outputs ?? null;
      states.push({ id, step, key, ingredients, outputs, waitsFor });
      if (outputs !== null) known[id] = outputs;
    }
  }
  return states;
}

/** Finished units as the workflow wants them: outputs by step id. */
export function knownOutputs(states: readonly UnitState[]): Known {
  return Object.fromEntries(states.flatMap(({ id, outputs }) => (outputs === null ? [] : [[id, outputs]])));
}

/** Journal entries of the finished units: a reused result is recorded in its run like a computed one. */
export function cachedEntries(fov: string, states: readonly UnitState[]): JournalEntry[] {
  const at = new Date().toISOString();
  return states.flatMap(({ id, key, outputs }) => {
    if (outputs === null) return [];
    const step = id === 'source' ? INGEST : id;
    return [{ at, fov, step, status: 'cached', attempt: 1, key, outputs, error: null, trace: null }];
  });
}
