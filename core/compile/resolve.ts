import type { Digest } from '../artifact.ts';
import type { IssueList, Path } from '../issues.ts';
import { canonical } from '../digest.ts';
import { chooseQueues, needsOf } from '../queues.ts';
import type { Needs, Queue } from '../queues.ts';
import type { Registry } from '../registry.ts';
import { reportSchema } from '../schema-issues.ts';
import type { AnyStep } from '../step.ts';
import { listed, remedy } from '../suggest.ts';
import type { DraftStep } from './draft.ts';

/** What a pipeline is compiled against. */
export interface Environment {
  readonly registry: Registry;
  /** From `parseQueues`. */
  readonly queues: readonly Queue[];
  /** Model name → the digest of its record and the step it is for. */
  readonly models?: Readonly<Record<string, { readonly digest: Digest; readonly task?: string }>>;
}

/** A step of the file with everything but its wiring decided. */
export interface ResolvedStep {
  readonly id: string;
  readonly step: AnyStep;
  readonly params: unknown;
  readonly identity: Readonly<Record<string, unknown>>;
  readonly models: Readonly<Record<string, Digest>>;
  readonly queues: readonly string[];
  readonly runtime: string;
  readonly needs: Needs;
}

/** A deep copy of a value that JSON can hold unchanged, keys sorted. Throws on anything else. */
function plainJson(value: unknown, where: string): unknown {
  const check = (item: unknown, path: string): void => {
    if (typeof item !== 'object' || item === null) return;
    const prototype: unknown = Object.getPrototypeOf(item);
    const plain = Array.isArray(item) || prototype === null || Object.getPrototypeOf(prototype) === null;
    if (!plain) throw new TypeError(`${path} is a ${item.constructor.name}, which JSON cannot hold`);
    for (const [key, inner] of Object.entries(item)) check(inner, `${path}.${key}`);
  };
  check(value, where);
  return JSON.parse(canonical(value));
}

const reason = (err: unknown): string => (err instanceof Error ? err.message : String(err));

function resolveParams(
  step: AnyStep,
  draft: DraftStep,
  issues: IssueList,
): { params: unknown; identity: object } | null {
  const at = ['steps', draft.id, 'with'];
  try {
    const value = draft.with ?? {};
    const parsed = step.params.safeParse(value);
    if (!parsed.success) {
      const where = { at, code: 'PARAMS', unknown: 'PARAMS', noun: 'parameter' } as const;
      reportSchema({ error: parsed.error, schema: step.params, value }, where, issues);
      return null;
    }
    const identity = plainJson(step.identity?.(parsed.data) ?? {}, 'identity') as object;
    return { params: plainJson(parsed.data, 'with'), identity };
  } catch (err) {
    // A plugin's own code ran: its schema's refinements or its `identity`.
    issues.add('PARAMS', at, `step ${step.name} cannot digest these parameters: ${reason(err)}; tell its author`);
    return null;
  }
}

function resolveModels(
  step: AnyStep,
  draft: DraftStep,
  environment: Environment,
  issues: IssueList,
): Record<string, Digest> {
  const at: Path = ['steps', draft.id, 'models'];
  const defaults = step.models ?? {};
  const slots = Object.keys(defaults);
  const known = environment.models ?? {};
  const names = Object.keys(known);
  const digests: Record<string, Digest> = {};
  for (const slot of Object.keys(draft.models).filter((name) => !slots.includes(name))) {
    const wanted = slots.length === 0 ? 'it uses no models; remove the line' : remedy(slot, slots, 'its slots');
    issues.add('UNKNOWN_MODEL', [...at, slot], `step ${step.name} has no model slot "${slot}"; ${wanted}`);
  }
  for (const slot of slots) {
    const name = draft.models[slot] ?? defaults[slot] ?? null;
    if (name === null) {
      const message = `step ${step.name} needs a model as "${slot}"; write models: { ${slot}: name }, models.yaml has`;
      issues.add('UNKNOWN_MODEL', [...at, slot], `${message}: ${listed(names)}`);
      continue;
    }
    const record = Object.hasOwn(known, name) ? known[name]! : null;
    const task = record?.task ?? null;
    if (record === null) {
      issues.add(
        'UNKNOWN_MODEL',
        [...at, slot],
        `there is no model "${name}"; ${remedy(name, names, 'models.yaml has')}`,
      );
    } else if (task !== null && task !== step.name) {
      const fitting = names.filter((each) => known[each]!.task === step.name);
      issues.add(
        'UNKNOWN_MODEL',
        [...at, slot],
        `model "${name}" is for ${task}, not for ${step.name}; models for it: ${listed(fitting)}`,
      );
    } else digests[slot] = record.digest;
  }
  return digests;
}

/** Finds the step and decides its parameters, models and queues. Null, with the reasons in `issues`, if any of it fails. */
export function resolveStep(draft: DraftStep, environment: Environment, issues: IssueList): ResolvedStep | null {
  if (draft.use === undefined) return null;
  const step = environment.registry.get(draft.use);
  if (step === undefined) {
    const names = environment.registry.names();
    const message = `there is no step "${draft.use}"; ${remedy(draft.use, names, 'the steps')}`;
    const plugin = draft.use.includes('/') ? ' (is its package among plugins?)' : '';
    issues.add('UNKNOWN_STEP', ['steps', draft.id, 'use'], message + plugin);
    return null;
  }
  const resolved = resolveParams(step, draft, issues);
  const models = resolveModels(step, draft, environment, issues);
  const needs = needsOf(step);
  const choice = chooseQueues(needs, draft.queue, environment.queues);
  if ('problem' in choice)
    issues.add('NO_QUEUE', ['steps', draft.id, ...(draft.queue ? ['queue'] : [])], choice.problem);
  const { params, identity } = resolved ?? { params: {}, identity: {} };
  const { queues, runtime } = 'problem' in choice ? { queues: [], runtime: '' } : choice;
  // Failures are in `issues`: the step itself is known, so its wiring can still be checked.
  return { id: draft.id, step, params, identity: identity as ResolvedStep['identity'], models, queues, runtime, needs };
}
