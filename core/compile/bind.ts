import type { Kind } from '../artifact.ts';
import type { IssueList, Path } from '../issues.ts';
import { SOURCE } from '../pipeline.ts';
import { portKind } from '../step.ts';
import type { AnyStep, PortSpec, Scope } from '../step.ts';
import { listed, remedy } from '../suggest.ts';
import type { Draft, DraftStep } from './draft.ts';
import type { ResolvedStep } from './resolve.ts';

/** What stands at the end of a reference. */
export interface Origin {
  readonly kind: Kind;
  readonly scope: Scope;
}

/** Port → what is wired to it, as the plan holds it. */
export type Wiring = Readonly<Record<string, string | readonly string[]>>;

const portsOf = (ports: AnyStep['inputs']): Map<string, PortSpec> =>
  new Map(Object.entries(ports as Record<string, PortSpec>));
const isOptional = (spec: PortSpec): boolean => typeof spec === 'object' && 'optional' in spec;
const isMany = (spec: PortSpec): boolean => typeof spec === 'object' && 'many' in spec;

/** Every reference the pipeline offers, and what is known of the ids in it. */
export interface Origins {
  readonly all: ReadonlyMap<string, Origin>;
  /** Ids that exist but whose ports are unknown, because of a problem reported elsewhere. */
  readonly obscure: ReadonlySet<string>;
}

export function originsOf(draft: Draft, steps: ReadonlyMap<string, ResolvedStep>): Origins {
  const all = new Map<string, Origin>();
  for (const [port, kind] of Object.entries(draft.sourcePorts ?? {}))
    all.set(`${SOURCE}.${port}`, { kind, scope: 'fov' });
  for (const { id, step } of steps.values()) {
    for (const [port, spec] of portsOf(step.outputs)) {
      all.set(`${id}.${port}`, { kind: portKind(spec), scope: step.scope });
    }
  }
  const obscure = new Set([...draft.unreadable, ...[...draft.steps.keys()].filter((id) => !steps.has(id))]);
  if (draft.sourcePorts === null) obscure.add(SOURCE);
  return { all, obscure };
}

const idOf = (reference: string): string => reference.slice(0, reference.indexOf('.'));

/** What a reference leads to; null when nothing does, which is reported unless the cause has been. */
export function follow(reference: string, at: Path, origins: Origins, issues: IssueList): Origin | null {
  const origin = origins.all.get(reference);
  if (origin !== undefined) return origin;
  if (!origins.obscure.has(idOf(reference))) {
    const siblings = [...origins.all.keys()].filter((known) => idOf(known) === idOf(reference));
    const hint =
      siblings.length > 0
        ? remedy(reference, siblings, 'it has')
        : remedy(reference, [...origins.all.keys()], 'there are');
    issues.add('UNKNOWN_SOURCE', at, `nothing produces "${reference}"; ${hint}`);
  }
  return null;
}

/** References of `kind` that `step` could be wired to, for a remedy. */
function offers(kind: Kind, step: DraftStep, origins: Origins): string {
  const fit = [...origins.all].filter(([name, o]) => o.kind === kind && o.scope === 'fov' && idOf(name) !== step.id);
  if (fit.length === 0) return `nothing here produces ${kind}`;
  return `${kind} comes from: ${listed(fit.map(([name]) => name))}`;
}

function checkWire(reference: string, port: string, at: Path, wanted: Kind, consumer: Consumer): void {
  const { draft, step, origins, issues } = consumer;
  const origin = follow(reference, at, origins, issues);
  if (origin === null) return;
  if (origin.kind !== wanted) {
    const message = `"${port}" wants ${wanted}, "${reference}" is ${origin.kind}`;
    issues.add('KIND_MISMATCH', at, `${message}; ${offers(wanted, draft, origins)}`);
  } else if (origin.scope === 'cohort' && step.scope === 'fov') {
    const why = `"${reference}" exists once for the whole cohort, and step ${step.name} runs once per field of view`;
    issues.add('SCOPE', at, `${why}: a gathered result is not scattered again; wire an output of a per-field step`);
  } else if (origin.scope === 'cohort') {
    const why = `"${reference}" exists once for the whole cohort, and "${port}" gathers one ${wanted} per field of view`;
    issues.add('SCOPE', at, `${why}; wire an output of a per-field step`);
  }
}

interface Consumer {
  readonly draft: DraftStep;
  readonly step: AnyStep;
  readonly origins: Origins;
  readonly issues: IssueList;
}

function wirePort(port: string, wired: string | readonly string[] | null, consumer: Consumer): Wiring[string] | null {
  const { draft, step, issues } = consumer;
  const at = ['steps', draft.id, 'in', port];
  const ports = portsOf(step.inputs);
  const spec = ports.get(port);
  if (spec === undefined) {
    issues.add(
      'UNKNOWN_PORT',
      at,
      `step ${step.name} has no input "${port}"; ${remedy(port, [...ports.keys()], 'its inputs')}`,
    );
    return null;
  }
  if (wired === null) return null;
  const list = typeof wired === 'string' ? [wired] : wired;
  if (typeof wired !== 'string' && !isMany(spec)) {
    issues.add(
      'LIST_NOT_ALLOWED',
      at,
      `"${port}" takes one ${portKind(spec)}, found a list of ${list.length}; write one reference`,
    );
  }
  for (const [index, reference] of list.entries()) {
    checkWire(reference, port, typeof wired === 'string' ? at : [...at, index], portKind(spec), consumer);
  }
  return isMany(spec) ? list : wired;
}

/** Checks every wire of a step: ports, references, kinds, scopes, what is missing. Returns the wiring in port order. */
export function bind(draft: DraftStep, { step }: ResolvedStep, origins: Origins, issues: IssueList): Wiring {
  const consumer = { draft, step, origins, issues };
  const wiring = new Map<string, string | readonly string[]>();
  for (const [port, wired] of Object.entries(draft.in)) {
    const bound = wirePort(port, wired, consumer);
    if (bound !== null) wiring.set(port, bound);
  }
  for (const [port, spec] of portsOf(step.inputs)) {
    if (isOptional(spec) || Object.hasOwn(draft.in, port)) continue;
    const kind = portKind(spec);
    const message = `step ${step.name} wants ${kind} as "${port}", which is not wired; ${offers(kind, draft, origins)}`;
    issues.add('MISSING_INPUT', ['steps', draft.id, 'in', port], message);
  }
  return Object.fromEntries([...wiring].sort(([a], [b]) => (a < b ? -1 : 1)));
}
