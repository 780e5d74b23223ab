import { KINDS } from './artifact.ts';
import type { Kind } from './artifact.ts';
import { FoveaError } from './errors.ts';
import { parseMemory } from './memory.ts';
import { portName } from './pipeline.ts';
import type { AnyStep } from './step.ts';
import { listed, remedy } from './suggest.ts';

/** The steps a worker or a compiler knows, by name. */
export interface Registry {
  get(name: string): AnyStep | undefined;
  /** Sorted. */
  names(): readonly string[];
  /** In the order they were given. */
  all(): readonly AnyStep[];
}

const NAME = /^(?:@?[a-z0-9][a-z0-9-]{0,39}\/)?[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MEMBERS = [
  ...['name', 'version', 'summary', 'scope', 'params', 'inputs', 'outputs'],
  ...['models', 'resources', 'keep', 'identity', 'run'],
];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isKind = (value: unknown): value is Kind => KINDS.includes(value as Kind);
const isPort = (name: unknown): boolean => portName.safeParse(name).success;

/** zod is recognised by its shape: a plugin may bring its own copy. */
function isStrictObject(schema: unknown): boolean {
  const def = (schema as { _zod?: { def?: { type?: unknown; catchall?: { _zod?: { def?: { type?: unknown } } } } } })
    ._zod?.def;
  return def?.type === 'object' && def.catchall?._zod?.def?.type === 'never';
}

function portProblems(ports: unknown, side: 'inputs' | 'outputs'): string[] {
  if (!isRecord(ports)) return [`${side} must map ports to kinds, found ${JSON.stringify(ports)}`];
  const wrappers = side === 'inputs' ? ['many', 'optional'] : ['optional'];
  const problems = Object.entries(ports).flatMap(([port, spec]) => {
    if (!isPort(port)) return [`${side}: "${port}" is no port name; use a letter a–z, then letters, digits, "_", "-"`];
    const [wrapper, ...more] = isRecord(spec) ? Object.keys(spec) : [];
    const wrapped = wrapper !== undefined && more.length === 0 && wrappers.includes(wrapper);
    const kind = wrapped ? (spec as Record<string, unknown>)[wrapper] : spec;
    if (isKind(kind)) return [];
    const forms = wrappers.map((word) => `{ ${word}: kind }`).join(' or ');
    return [`${side}.${port}: ${JSON.stringify(spec)} is neither a kind (${KINDS.join(', ')}) nor ${forms}`];
  });
  if (side === 'outputs' && Object.keys(ports).length === 0) problems.push('outputs is empty; a step yields something');
  return problems;
}

function resourceProblems(resources: unknown): string[] {
  if (resources === undefined) return [];
  const { cpus, memory } = isRecord(resources) ? resources : {};
  const problems: string[] = [];
  if (typeof cpus !== 'number' || !(cpus > 0 && cpus <= 1024)) {
    problems.push(`resources.cpus must be a number above 0, found ${JSON.stringify(cpus)}`);
  }
  if (typeof memory !== 'string' || parseMemory(memory) === null) {
    problems.push(`resources.memory must be an amount such as "4 GiB", found ${JSON.stringify(memory)}`);
  }
  return problems;
}

function modelProblems(models: unknown): string[] {
  if (models === undefined) return [];
  if (!isRecord(models) || Array.isArray(models)) return ['models must map slots to the model each uses, or to null'];
  return Object.entries(models).flatMap(([slot, name]) => {
    if (!isPort(slot)) return [`models: "${slot}" is no slot name`];
    return name === null || (typeof name === 'string' && name !== '')
      ? []
      : [`models.${slot} must name a model or be null`];
  });
}

/** Everything that is wrong with a declaration, in plain sentences; empty when it is a step. */
export function stepProblems(declaration: unknown): string[] {
  if (!isRecord(declaration)) return ['a step is the object that defineStep returns'];
  const { name, version, summary, scope, params, inputs, outputs, models, resources, keep, identity, run } =
    declaration;
  const problems = Object.keys(declaration)
    .filter((member) => !MEMBERS.includes(member))
    .map((member) => `unknown member "${member}"; ${remedy(member, MEMBERS, 'a step has')}`);
  if (typeof name !== 'string' || name.length > 80 || !NAME.test(name)) {
    problems.push(`name must be verb or verb-method in lower case (scope/verb-method for third parties)`);
  }
  if (!Number.isSafeInteger(version) || (version as number) < 1) {
    problems.push(`version must be a whole number from 1, found ${JSON.stringify(version)}`);
  }
  if (typeof summary !== 'string' || summary.trim() === '') problems.push('summary must be one sentence');
  if (scope !== 'fov' && scope !== 'cohort') {
    problems.push(`scope must be "fov" or "cohort", found ${JSON.stringify(scope)}`);
  }
  if (!isRecord(params) || !isStrictObject(params)) problems.push('params must be a z.strictObject of zod 4');
  problems.push(...portProblems(inputs, 'inputs'), ...portProblems(outputs, 'outputs'));
  problems.push(...modelProblems(models), ...resourceProblems(resources));
  if (keep !== undefined && typeof keep !== 'boolean') problems.push('keep must be true or false');
  if (identity !== undefined && typeof identity !== 'function') problems.push('identity must be a function of params');
  if (typeof run !== 'function') problems.push('run must be a function of inputs, params and ctx');
  return problems;
}

const titleOf = (step: unknown, index: number): string =>
  isRecord(step) && typeof step['name'] === 'string' ? `step "${step['name']}"` : `step number ${index + 1}`;

/**
 * The steps by name. Throws one PLUGIN error that names every malformed declaration and every name given twice;
 * `fields.problems` lists them.
 */
export function createRegistry(steps: readonly AnyStep[]): Registry {
  const byName = new Map<string, AnyStep>();
  const problems = steps.flatMap((step, index) => {
    const wrong = stepProblems(step).map((problem) => `${titleOf(step, index)}: ${problem}`);
    if (wrong.length > 0) return wrong;
    if (byName.has(step.name)) return [`${titleOf(step, index)} is registered twice; rename one of them`];
    byName.set(step.name, step);
    return [];
  });
  if (problems.length > 0) {
    const text = `malformed steps:${problems.map((problem) => `\n  ${problem}`).join('')}\ncorrect the declarations`;
    throw new FoveaError('PLUGIN', text, { fields: { problems, known: listed([...byName.keys()]) } });
  }
  const names = [...byName.keys()].sort();
  return { get: (name) => byName.get(name), names: () => names, all: () => [...byName.values()] };
}
