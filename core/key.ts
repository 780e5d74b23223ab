import type { Digest } from './artifact.ts';
import { canonical, digestOf } from './digest.ts';
import type { BoundInputs, PlannedStep } from './plan.ts';
import { show } from './show-value.ts';

/** All that a step's result depends on, in clear. Its hash is the cache key; it is kept in the run record. */
export interface Ingredients {
  readonly step: string;
  readonly version: number;
  readonly params: unknown;
  /** Port → digest of the artifact wired to it; `many` ports: digests in the order of the wiring. */
  readonly inputs: Readonly<Record<string, Digest | readonly Digest[]>>;
  /** Slot → digest of the model: its file and what its step reads of the record. */
  readonly models: Readonly<Record<string, Digest>>;
  readonly runtime: string;
  readonly identity: Readonly<Record<string, unknown>>;
}

/** The ingredients of a planned step whose inputs are known. The step's id, queue, retries and time-out are none. */
export function keyIngredients(planned: PlannedStep, inputs: BoundInputs): Ingredients {
  const { step, version, params, models, runtime, identity } = planned;
  const digests = Object.entries(inputs).map(([port, bound]): [string, Digest | readonly Digest[]] => [
    port,
    'digest' in bound ? bound.digest : bound.map((ref) => ref.digest),
  ]);
  return { step, version, params, inputs: Object.fromEntries(digests), models, runtime, identity };
}

/** The key of a step's result: SHA-256 of `fovea.step`, a line feed and the canonical JSON of the ingredients. */
export function stepKey({ step, version, params, inputs, models, runtime, identity }: Ingredients): Digest {
  return digestOf('fovea.step', { step, version, params, inputs, models, runtime, identity });
}

/** One difference between two JSON values: the dotted path to it and what stood there, undefined where nothing did. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every leaf in which two JSON values differ, in key order; arrays are compared as a whole. */
export function differences(before: unknown, after: unknown, path: string): Difference[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => {
      const [b, a] = [before, after].map((side) => (Object.hasOwn(side, key) ? side[key] : undefined));
      return differences(b, a, path === '' ? key : `${path}.${key}`);
    });
  }
  const same = before === undefined || after === undefined ? before === after : canonical(before) === canonical(after);
  return same ? [] : [{ path, before, after }];
}

const sentence = ({ path, before, after }: Difference): string => `${path} ${show(before)} → ${show(after)}`;
const short = (digest: Digest | undefined): Digest | undefined => digest?.slice(0, 12);

function explainInputs(before: Ingredients['inputs'], after: Ingredients['inputs']): string[] {
  const ports = [...new Set(differences(before, after, '').map(({ path }) => path))];
  return ports.map((port) => {
    if (!Object.hasOwn(before, port)) return `input ${port} is now wired`;
    if (!Object.hasOwn(after, port)) return `input ${port} is no longer wired`;
    const [was, now] = [before[port]!, after[port]!];
    if (typeof was === 'string' || typeof now === 'string') return `input ${port} changed`;
    if (was.length !== now.length) return `input ${port} ${was.length} → ${now.length} members`;
    if ([...was].sort().join() === [...now].sort().join()) return `input ${port} is in another order`;
    const changed = now.flatMap((digest, index) => (digest === was[index] ? [] : [index]));
    return `input ${port}[${changed.join(',')}] changed`;
  });
}

/** What changed between two sets of ingredients, a sentence each: `params.mpp 0.5 → 0.6`, `input image changed`. */
export function explainChange(before: Ingredients, after: Ingredients): string[] {
  const models = differences(before.models, after.models, 'models').map(({ path, before: was, after: now }) =>
    sentence({ path, before: short(was as Digest | undefined), after: short(now as Digest | undefined) }),
  );
  return [
    ...differences(before.step, after.step, 'step').map(sentence),
    ...differences(before.version, after.version, 'version').map(sentence),
    ...differences(before.params, after.params, 'params').map(sentence),
    ...explainInputs(before.inputs, after.inputs),
    ...models,
    ...differences(before.runtime, after.runtime, 'runtime').map(sentence),
    ...differences(before.identity, after.identity, 'identity').map(sentence),
  ];
}
