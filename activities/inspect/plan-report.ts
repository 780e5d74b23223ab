import { stat } from 'node:fs/promises';
import type { ArtifactRef, Digest } from '../../core/artifact.ts';
import { canonical, sha256 } from '../../core/digest.ts';
import { explainChange, keyIngredients, stepKey, type Ingredients } from '../../core/key.ts';
import type { Plan, StepOutputs } from '../../core/plan.ts';
import type { Known } from '../../core/protocol.ts';
import { knownFrom, outsideReferences } from '../../workflows/schedule.ts';
import type { GatheredManifest } from '../compute/gathered.ts';
import { INGEST } from '../../core/pipeline.ts';
import { bind, lookUpFov, type UnitState } from '../engine/lookup.ts';
import type { SourceRow } from '../images/index.ts';
import type { Store } from '../store/store.ts';
import { openHistory, type History } from './history.ts';
import { mapBounded, READERS } from '../map-bounded.ts';

/** `waits`: whether it has to run shows when the steps before it have run. */
export type Verdict = 'cached' | 'run' | 'waits';

/** One step of one field of view (of the cohort, with fov null): what would happen to it, and why. */
export interface UnitReport {
  readonly fov: string | null;
  /** The step's id in the pipeline; `source` for the reading of the image. */
  readonly id: string;
  readonly verdict: Verdict;
  /** Null while an input is not known yet. */
  readonly key: Digest | null;
  /** Empty for cached units. */
  readonly reasons: readonly string[];
}

export interface StepReport {
  readonly id: string;
  /** `resample@1`; the reading of images has no version of its own to show. */
  readonly step: string;
  readonly scope: 'fov' | 'cohort';
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Distinct reasons, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly units: number }[];
}

export interface PlanReport {
  readonly pipeline: string;
  readonly plan: Digest;
  /** The newest run of the same pipeline, which changes are told against. */
  readonly comparedWith: string | null;
  readonly fovs: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly steps: readonly StepReport[];
  readonly units: readonly UnitReport[];
}

const TOUCHED = 'source file new or touched: content is hashed when it runs';

/** Why a unit whose key is known has no result. */
async function reasonsOf(
  fov: string | null,
  id: string,
  key: Digest,
  now: Ingredients,
  history: History,
): Promise<string[]> {
  const standing = await history.record(key);
  if (standing !== null) return ['result was cleaned'];
  const before = await history.of(fov, id === 'source' ? INGEST : id);
  if (before === null) return ['never computed'];
  const { entry, run } = before;
  const failed = entry.status === 'failed' ? `failed in run ${run} (${entry.error?.code ?? 'CRASHED'})` : null;
  if (entry.key === null) return [failed ?? 'never computed'];
  if (entry.key === key) return [failed ?? 'result was cleaned'];
  const record = await history.record(entry.key);
  if (record === null)
    return [failed === null ? 'changed; the result to compare with was cleaned' : `changed since it ${failed}`];
  const changes = explainChange(record.ingredients, now);
  return changes.length > 0 ? changes : ['never computed'];
}

async function sourceReasons(row: SourceRow): Promise<string[]> {
  if (row.problem !== null) return [`will fail: ${row.problem}`];
  const paths = [row.image, ...Object.values(row.labels ?? {})];
  const there = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  const missing = paths.filter((_, index) => there[index] === null);
  return missing.length === 0 ? [TOUCHED] : missing.map((path) => `will fail: ${path} is not there`);
}

async function reportFov(row: SourceRow, states: readonly UnitState[], history: History): Promise<UnitReport[]> {
  return mapBounded(states, 1, async ({ id, key, ingredients, outputs, waitsFor }): Promise<UnitReport> => {
    const unit = { fov: row.fov, id, key };
    if (outputs !== null) return { ...unit, verdict: 'cached', reasons: [] };
    if (waitsFor.length > 0) return { ...unit, verdict: 'waits', reasons: [`waits for ${waitsFor.join(', ')}`] };
    const reasons = key === null ? await sourceReasons(row) : await reasonsOf(row.fov, id, key, ingredients!, history);
    return { ...unit, verdict: 'run', reasons };
  });
}

/** The ref a gathered port would be bound to, as the engine makes it; the manifest itself is not written. */
function manifestRef(
  reference: string,
  outputs: readonly (readonly [fov: string, known: Known])[],
): ArtifactRef | number {
  const dot = reference.indexOf('.');
  const refs = outputs.map(([fov, known]) => ({
    fov,
    ref: known[reference.slice(0, dot)]?.[reference.slice(dot + 1)],
  }));
  const missing = refs.filter(({ ref }) => ref === undefined).length;
  const kind = refs[0]?.ref?.kind;
  if (missing > 0 || kind === undefined) return missing;
  const items = refs.map(({ fov, ref }) => ({ fov, digest: ref!.digest })).sort((a, b) => (a.fov < b.fov ? -1 : 1));
  return { kind, digest: sha256(canonical({ kind, items } satisfies GatheredManifest)) };
}

/** Units of the cohort's steps: their keys are known once every field of view's are. */
async function reportCohort(
  store: Store,
  plan: Plan,
  outputs: readonly (readonly [string, Known])[],
  history: History,
): Promise<UnitReport[]> {
  const reports: UnitReport[] = [];
  let known: Record<string, StepOutputs> = {};
  for (const stage of plan.stages) {
    if (stage.scope !== 'cohort') continue;
    const gathers = outsideReferences(stage).map((reference) => [reference, manifestRef(reference, outputs)] as const);
    const missing = new Map(gathers.flatMap(([reference, ref]) => (typeof ref === 'number' ? [[reference, ref]] : [])));
    const refs = gathers.flatMap(([reference, ref]) => (typeof ref === 'number' ? [] : [[reference, ref] as const]));
    known = { ...known, ...knownFrom(Object.fromEntries(refs)) };
    for (const planned of stage.steps) {
      const { inputs, waitsFor } = bind(planned, known);
      const unit = { fov: null, id: planned.id };
      if (inputs === null) {
        const fovs = Math.max(
          0,
          ...Object.values(planned.inputs)
            .flat()
            .map((reference) => missing.get(reference) ?? 0),
        );
        const what = fovs === 0 ? waitsFor.join(', ') : `${fovs} ${fovs === 1 ? 'field' : 'fields'} of view`;
        reports.push({ ...unit, key: null, verdict: 'waits', reasons: [`waits for ${what}`] });
        continue;
      }
      const ingredients = keyIngredients(planned, inputs);
      const key = stepKey(ingredients);
      const result = await store.result(key);
      if (result !== null) known[planned.id] = result.outputs;
      const reasons = result === null ? await reasonsOf(null, planned.id, key, ingredients, history) : [];
      reports.push({ ...unit, key, verdict: result === null ? 'run' : 'cached', reasons });
    }
  }
  return reports;
}

function tally(units: readonly UnitReport[]): Record<Verdict, number> {
  const counts = { cached: 0, run: 0, waits: 0 };
  for (const { verdict } of units) counts[verdict] += 1;
  return counts;
}

function stepReports(plan: Plan, units: readonly UnitReport[]): StepReport[] {
  const byId = new Map<string, UnitReport[]>();
  for (const unit of units) {
    const own = byId.get(unit.id);
    if (own === undefined) byId.set(unit.id, [unit]);
    else own.push(unit);
  }
  const steps = plan.stages.flatMap(({ scope, steps: planned }) =>
    planned.map(({ id, step, version }) => ({ id, step: `${step}@${version}`, scope })),
  );
  return [{ id: 'source', step: INGEST, scope: 'fov' as const }, ...steps].map((step) => {
    const own = byId.get(step.id) ?? [];
    const reasons = new Map<string, number>();
    for (const reason of own.flatMap((unit) => unit.reasons)) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const sorted = [...reasons].map(([reason, count]) => ({ reason, units: count })).sort((a, b) => b.units - a.units);
    return { ...step, counts: tally(own), reasons: sorted };
  });
}

/**
 * What a run of `plan` over `rows` would do: per unit whether its result is there, has to be computed or waits for steps
 * before it, and which ingredient of the key changed against the newest run of the same pipeline. Reads records, journals
 * and file stats only; nothing is written and no image is read.
 */
export async function reportPlan(store: Store, plan: Plan, rows: readonly SourceRow[]): Promise<PlanReport> {
  const history = await openHistory(store, plan.pipeline);
  const perFov = await mapBounded(rows, READERS, async (row) => {
    const states = await lookUpFov(store, plan, row);
    const known = Object.fromEntries(states.flatMap(({ id, outputs }) => (outputs === null ? [] : [[id, outputs]])));
    return { fov: row.fov, known: known as Known, units: await reportFov(row, states, history) };
  });
  const outputs = perFov.map(({ fov, known }) => [fov, known] as const);
  const units = [...perFov.flatMap((fov) => fov.units), ...(await reportCohort(store, plan, outputs, history))];
  return {
    pipeline: plan.pipeline,
    plan: plan.digest,
    comparedWith: history.newest?.run ?? null,
    fovs: rows.length,
    counts: tally(units),
    steps: stepReports(plan, units),
    units,
  };
}
