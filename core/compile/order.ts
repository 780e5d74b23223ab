import type { Scope } from '../step.ts';
import type { DraftStep } from './draft.ts';

/** Id of the producing step → the consumer's port it is wired to; references to other ids (`source`) are left out. */
function producersOf(step: DraftStep, steps: ReadonlyMap<string, DraftStep>): Map<string, string> {
  const producers = new Map<string, string>();
  for (const [port, wired] of Object.entries(step.in)) {
    for (const reference of typeof wired === 'string' ? [wired] : (wired ?? [])) {
      const id = reference.slice(0, reference.indexOf('.'));
      if (steps.has(id) && !producers.has(id)) producers.set(id, port);
    }
  }
  return producers;
}

export interface Cycle {
  /** In the direction of the data, the first step again at the end. */
  readonly ids: readonly string[];
  /** The input of the first step through which the cycle closes. */
  readonly port: string;
}

/** Cycles, one for each knot of steps that wait for each other, in file order. Linear in steps and wires. */
export function cyclesOf(steps: ReadonlyMap<string, DraftStep>): Cycle[] {
  const cycles: Cycle[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const knotted = new Set<string>();
  for (const root of steps.keys()) {
    if (state.has(root)) continue;
    // An explicit stack: the depth of a pipeline is bounded by its file, not by the call stack.
    const stack = [{ id: root, producers: [...producersOf(steps.get(root)!, steps)] }];
    state.set(root, 'open');
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const next = top.producers.shift();
      if (next === undefined) {
        state.set(top.id, 'done');
        stack.pop();
        continue;
      }
      const [producer] = next;
      if (state.get(producer) === 'open') {
        // From the producer down the stack each step waits for the next; the data runs the other way.
        const ids = stack.slice(stack.findIndex(({ id }) => id === producer)).map(({ id }) => id);
        if (!ids.some((id) => knotted.has(id))) cycles.push(close(ids.reverse(), steps));
        for (const id of ids) knotted.add(id);
      } else if (!state.has(producer)) {
        state.set(producer, 'open');
        stack.push({ id: producer, producers: [...producersOf(steps.get(producer)!, steps)] });
      }
    }
  }
  return cycles;
}

/** Starts a cycle at the step that stands first in the file. */
function close(ids: readonly string[], steps: ReadonlyMap<string, DraftStep>): Cycle {
  const first = [...steps.keys()].find((id) => ids.includes(id))!;
  const at = ids.indexOf(first);
  const turned = [...ids.slice(at), ...ids.slice(0, at)];
  const port = producersOf(steps.get(first)!, steps).get(turned.at(-1)!)!;
  return { ids: [...turned, first], port };
}

/**
 * Cuts steps without cycles into stages: again and again all steps of one scope that have their inputs, fields of view first.
 * Among the ready the order is that of the file, so that the same file always gives the same plan.
 */
export function stagesOf<T extends { readonly id: string; readonly step: { readonly scope: Scope } }>(
  items: readonly T[],
  drafts: ReadonlyMap<string, DraftStep>,
): { readonly scope: Scope; readonly steps: readonly T[] }[] {
  const stages: { scope: Scope; steps: T[] }[] = [];
  const placed = new Set<string>();
  let waiting = items;
  let scope: Scope = 'fov';
  while (waiting.length > 0) {
    const ready = waiting.find(
      ({ id, step }) =>
        step.scope === scope && [...producersOf(drafts.get(id)!, drafts).keys()].every((p) => placed.has(p)),
    );
    if (ready === undefined) {
      scope = scope === 'fov' ? 'cohort' : 'fov';
      continue;
    }
    if (stages.at(-1)?.scope !== scope) stages.push({ scope, steps: [] });
    stages.at(-1)!.steps.push(ready);
    placed.add(ready.id);
    waiting = waiting.filter((item) => item !== ready);
  }
  return stages;
}
