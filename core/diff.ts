import { digestOf } from './digest.ts';
import { differences } from './key.ts';
import { show } from './show-value.ts';
import type { Difference } from './key.ts';
import type { Plan, PlannedStep } from './plan.ts';
import { SOURCE } from './pipeline.ts';

export type ChangedIngredient =
  | 'added'
  | 'removed'
  | 'source'
  | 'step'
  | 'version'
  | 'params'
  | 'models'
  | 'runtime'
  | 'identity'
  | 'inputs'
  | 'upstream';

/** One reason why the results of a step differ between two plans. A step with several reasons has several changes. */
export interface Change {
  /** The step's id in the pipeline, or `source`. */
  readonly id: string;
  readonly ingredient: ChangedIngredient;
  /** Dotted path of what changed: `params.mpp`, `inputs.image`; for `upstream`, the ids at the root of it, comma-separated. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** The change as a sentence: `params.mpp 0.5 → 0.6`. */
  readonly message: string;
}

interface View {
  readonly plan: Plan;
  readonly steps: ReadonlyMap<string, PlannedStep>;
  /** Step id, or `source`, → digest of all that its results depend on, ids of steps left out. */
  readonly identities: ReadonlyMap<string, string>;
}

const OWN = ['step', 'version', 'params', 'models', 'runtime', 'identity'] as const;

function split(reference: string): [string, string] {
  const dot = reference.indexOf('.');
  return [reference.slice(0, dot), reference.slice(dot + 1)];
}

/** What a reference stands for, whatever the producing step is called. */
const originOf = (reference: string, { identities }: View): string => {
  const [id, port] = split(reference);
  return `${identities.get(id)}.${port}`;
};

/** The reading of one image does not depend on which images are read. */
const sourceIngredients = ({ source: { version, mpp, panel, ports } }: Plan): object => ({
  version,
  mpp,
  panel,
  ports,
});

function viewOf(plan: Plan): View {
  const identities = new Map([[SOURCE, digestOf('fovea.diff', sourceIngredients(plan))]]);
  const view = { plan, steps: new Map<string, PlannedStep>(), identities };
  // Stages and their steps stand in topological order.
  for (const planned of plan.stages.flatMap(({ steps }) => steps)) {
    const { step, version, params, models, runtime, identity } = planned;
    const inputs = Object.entries(planned.inputs).map(([port, wired]) => [
      port,
      typeof wired === 'string' ? originOf(wired, view) : wired.map((reference) => originOf(reference, view)),
    ]);
    const all = { step, version, params, models, runtime, identity, inputs: Object.fromEntries(inputs) as object };
    identities.set(planned.id, digestOf('fovea.diff', all));
    view.steps.set(planned.id, planned);
  }
  return view;
}

const change = (id: string, ingredient: ChangedIngredient, { path, before, after }: Difference): Change => ({
  ...{ id, ingredient, path, before, after },
  message: `${path} ${show(before)} → ${show(after)}`,
});

/** Why a step that both plans have differs by itself: its own ingredients, and inputs that come from elsewhere. */
function ownChanges(before: PlannedStep, after: PlannedStep, was: View, now: View): Change[] {
  const own = OWN.flatMap((ingredient) =>
    differences(before[ingredient], after[ingredient], ingredient).map((found) => change(after.id, ingredient, found)),
  );
  const rewired = differences(before.inputs, after.inputs, 'inputs').filter((found) => {
    if (found.before === undefined || found.after === undefined) return true;
    const origins = (wired: unknown, view: View): string =>
      [wired as string | string[]]
        .flat()
        .map((reference) => originOf(reference, view))
        .join();
    // A producer that was only renamed is no change of results.
    return origins(found.before, was) !== origins(found.after, now);
  });
  return [...own, ...rewired.map((found) => change(after.id, 'inputs', found))];
}

function sourceChanges(before: Plan, after: Plan): Change[] {
  return differences(before.source, after.source, SOURCE).map((found) => change(SOURCE, 'source', found));
}

/**
 * Which steps' results differ between two plans, and by which ingredient, in the order of `after`; removed steps come last.
 * Ids, queues, retries and time-outs are no ingredients: a step that was only renamed is not listed. A step whose own
 * ingredients are the same but that depends on a changed one is listed as `upstream`, with the steps at the root of it.
 */
export function diff(before: Plan, after: Plan): Change[] {
  const [was, now] = [viewOf(before), viewOf(after)];
  const changes = sourceChanges(before, after);
  /** Id → the ids whose own change reaches it. */
  const roots = new Map<string, ReadonlySet<string>>();
  if (was.identities.get(SOURCE) !== now.identities.get(SOURCE)) roots.set(SOURCE, new Set([SOURCE]));
  const known = new Set(was.identities.values());
  for (const [id, step] of now.steps) {
    const old = was.steps.get(id);
    if (old === undefined ? known.has(now.identities.get(id)!) : was.identities.get(id) === now.identities.get(id))
      continue;
    const producers = Object.values(step.inputs)
      .flat()
      .map((reference) => split(reference)[0]);
    const above = new Set(producers.flatMap((producer) => [...(roots.get(producer) ?? [])]));
    const none = { path: '', before: null, after: null };
    const own =
      old === undefined
        ? [{ id, ingredient: 'added' as const, ...none, message: `${id} is new` }]
        : ownChanges(old, step, was, now);
    changes.push(...own);
    if (own.length === 0 && above.size > 0) {
      const path = [...above].join(',');
      changes.push({ id, ingredient: 'upstream', ...none, path, message: `because of ${[...above].join(', ')}` });
    }
    roots.set(id, own.length > 0 ? new Set([...above, id]) : above);
  }
  const kept = new Set(now.identities.values());
  for (const [id, identity] of was.identities) {
    if (id === SOURCE || now.steps.has(id) || kept.has(identity)) continue;
    changes.push({ id, ingredient: 'removed', path: '', before: null, after: null, message: `${id} is gone` });
  }
  return changes;
}
