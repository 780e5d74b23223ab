import { z } from 'zod';
import { show } from '../core/show-value.ts';
import { needsOf } from '../core/queues.ts';
import { formatMemory } from '../core/memory.ts';
import { portKind, type AnyStep, type PortSpec } from '../core/step.ts';

export interface ParamDescription {
  readonly name: string;
  /** `number > 0`, `bilinear | nearest`, `string[]`. */
  readonly type: string;
  readonly required: boolean;
  /** As it stands in YAML; null when there is none. */
  readonly default: string | null;
  readonly description: string;
}

export interface PortDescription {
  readonly name: string;
  /** `Image`, `Labels, optional`, `list of Labels`. */
  readonly kind: string;
}

export interface StepDescription {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly scope: 'fov' | 'cohort';
  readonly inputs: readonly PortDescription[];
  readonly outputs: readonly PortDescription[];
  readonly params: readonly ParamDescription[];
  /** `net (mesmer-mini)`: slots and the models they use unless told otherwise. */
  readonly models: readonly string[];
  readonly cpus: number;
  readonly memory: string;
  readonly keep: boolean;
}

/** The parts of JSON Schema that zod writes for parameters. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** zod bounds whole numbers by what a double holds exactly, which tells a reader nothing. */
const bound = (value: number | undefined): number | undefined =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const [low, above] = [bound(minimum), bound(exclusiveMinimum)];
  const [high, below] = [bound(maximum), bound(exclusiveMaximum)];
  if (low !== undefined && high !== undefined) return ` ${low}–${high}`;
  const from = above !== undefined ? ` > ${above}` : low !== undefined ? ` ≥ ${low}` : '';
  const to = below !== undefined ? ` < ${below}` : high !== undefined ? ` ≤ ${high}` : '';
  return from !== '' && to !== '' ? `${from} and${to}` : from + to;
}

/** A parameter's type in words. */
function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return show(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(show).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.type === 'integer') return `whole number${range(schema)}`;
  if (schema.type === 'number') return `number${range(schema)}`;
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'anything' : typeOf(schema.items)}`;
  if (schema.type === 'object') {
    const values = schema.additionalProperties;
    if (schema.properties === undefined && typeof values === 'object') return `map to ${typeOf(values)}`;
    return 'map';
  }
  return schema.type ?? 'anything';
}

/** Parameters by their dotted names: those of nested maps stand for themselves. */
function paramsOf(schema: Schema, prefix = ''): ParamDescription[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, param]) => {
    const name = `${prefix}${key}`;
    const required = schema.required?.includes(key) === true && param.default === undefined;
    const own = {
      ...{ name, type: typeOf(param), required, description: param.description ?? '' },
      default: param.default === undefined ? null : JSON.stringify(param.default),
    };
    return param.properties === undefined ? [own] : [own, ...paramsOf(param, `${name}.`)];
  });
}

function portsOf(ports: Readonly<Record<string, PortSpec>>, scope: AnyStep['scope']): PortDescription[] {
  return Object.entries(ports).map(([name, spec]) => {
    const kind = portKind(spec);
    const gathered = scope === 'cohort' ? ' of every field of view' : '';
    if (typeof spec === 'string') return { name, kind: `${kind}${gathered}` };
    return { name, kind: 'many' in spec ? `list of ${kind}${gathered}` : `${kind}${gathered}, optional` };
  });
}

/** A step's declaration as its users need it: ports, parameters with types and defaults, needs. */
export function describeStep(step: AnyStep): StepDescription {
  const { name, version, summary, scope, inputs, outputs, models, keep } = step;
  const { cpus, memoryBytes } = needsOf(step);
  return {
    ...{ name, version, summary, scope },
    inputs: portsOf(inputs as Record<string, PortSpec>, scope),
    outputs: portsOf(outputs as Record<string, PortSpec>, 'fov'),
    params: paramsOf(z.toJSONSchema(step.params as z.ZodType, { io: 'input', unrepresentable: 'any' }) as Schema),
    models: Object.entries(models ?? {}).map(([slot, name]) => (name === null ? slot : `${slot} (${name})`)),
    ...{ cpus, memory: formatMemory(memoryBytes), keep: keep !== false },
  };
}
