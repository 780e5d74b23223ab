import type { z } from 'zod';
import type { Kind } from '../artifact.ts';
import type { IssueList } from '../issues.ts';
import { pipelineSchema, sourcePorts, sourceSchema, stepSchema } from '../pipeline.ts';
import type { PipelineFile, PipelineStep } from '../pipeline.ts';
import { reportSchema } from '../schema-issues.ts';

/** A step as far as it could be read, so that one mistake does not hide the others. */
export interface DraftStep {
  readonly id: string;
  readonly use: string | undefined;
  /** Port → references; null where what is wired could not be read. */
  readonly in: Readonly<Record<string, string | readonly string[] | null>>;
  readonly with: unknown;
  readonly models: Readonly<Record<string, string>>;
  readonly queue: string | undefined;
}

export interface Draft {
  /** In the order of the file. */
  readonly steps: ReadonlyMap<string, DraftStep>;
  /** Ids that the file has but whose steps or names are beyond reading: references to them are not reported again. */
  readonly unreadable: ReadonlySet<string>;
  /** Null when the ports could not be read. */
  readonly sourcePorts: Readonly<Record<string, Kind>> | null;
  readonly publish: Readonly<Record<string, string>>;
  /** The file itself, when the schema has nothing against it. */
  readonly file: PipelineFile | null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const member = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** `value` if the schema accepts it, else undefined. */
function accepted<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The members of a map that are well formed; `instead` stands for the others. */
function readable<T, U>(schema: z.ZodType<Record<string, T>>, value: unknown, instead: U): Record<string, T | U> {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).map(([key, item]): [string, T | U] => {
    const one = accepted(schema, { [key]: item });
    return [key, one !== undefined && Object.hasOwn(one, key) ? one[key]! : instead];
  });
  return Object.fromEntries(entries);
}

function draftStep(id: string, raw: Record<string, unknown>): DraftStep {
  const { shape } = stepSchema;
  const models = readable<string, null>(shape.models, member(raw, 'models'), null);
  return {
    id,
    use: accepted(shape.use, member(raw, 'use')),
    in: readable<PipelineStep['in'][string], null>(shape.in, member(raw, 'in'), null),
    with: accepted(shape.with, member(raw, 'with')),
    models: Object.fromEntries(Object.entries(models).filter((entry): entry is [string, string] => entry[1] !== null)),
    queue: accepted(shape.queue, member(raw, 'queue')),
  };
}

function draftSourcePorts(source: unknown): Draft['sourcePorts'] {
  const { shape } = sourceSchema;
  const ports = accepted(shape.ports, member(source, 'ports'));
  const labels = accepted(shape.labels, member(source, 'labels'));
  return ports === undefined || labels === undefined ? null : sourcePorts(ports, labels);
}

/** Checks the file against its schema, reports every problem, and returns all that could be read in spite of them. */
export function readDraft(value: unknown, issues: IssueList): Draft {
  const parsed = pipelineSchema.safeParse(value);
  if (!parsed.success) {
    const where = { at: [], code: 'SCHEMA', unknown: 'UNKNOWN_KEY', noun: 'key' } as const;
    reportSchema({ error: parsed.error, schema: pipelineSchema, value }, where, issues);
  }
  const steps = new Map<string, DraftStep>();
  const unreadable = new Set<string>();
  const raw = member(value, 'steps');
  for (const [id, step] of isRecord(raw) ? Object.entries(raw) : []) {
    const named = accepted(pipelineSchema.shape.steps, { [id]: { use: 'any' } }) !== undefined;
    if (named && isRecord(step)) steps.set(id, draftStep(id, step));
    else unreadable.add(id);
  }
  const publish = readable<string, null>(pipelineSchema.shape.publish, member(value, 'publish'), null);
  return {
    steps,
    unreadable,
    sourcePorts: draftSourcePorts(member(value, 'source')),
    publish: Object.fromEntries(
      Object.entries(publish).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
    file: parsed.success ? parsed.data : null,
  };
}
