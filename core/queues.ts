import { z } from 'zod';
import { IssueList } from './issues.ts';
import { formatMemory, MEMORY, parseMemory } from './memory.ts';
import { readYaml } from './read-yaml.ts';
import { reportSchema } from './schema-issues.ts';
import type { AnyStep } from './step.ts';
import { remedy } from './suggest.ts';

/** Runtime of steps without models. */
export const JS_RUNTIME = 'js';

/** The queue that every installation has: fields of view are read and published on it. */
const IO_QUEUE = 'cpu';

/** A Temporal task queue and what a worker on it offers each step. */
export interface Queue {
  readonly name: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** `js`, or the inference runtime and version, such as `ort-1.30-cuda`. */
  readonly runtime: string;
  /** Steps at a time on one worker; null when the worker works it out from its cores and memory. */
  readonly slots: number | null;
}

const queueSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a queue name is a letter a–z followed by up to 39 of a–z, 0–9 and "-"'),
  cpus: z.number().positive().max(1024),
  memory: z.string().regex(MEMORY, 'write an amount such as "4 GiB"'),
  runtime: z.string().min(1).max(100).default(JS_RUNTIME),
  slots: z.int().min(1).max(1024).nullable().default(null),
});
const queuesSchema = z.array(queueSchema).min(1, 'write at least one queue').max(100);

/**
 * Reads `queues.yaml`: a list of queues, within each runtime from small to large, since a step that runs out of memory goes
 * on to the next one. Throws one PIPELINE error with every problem.
 */
export function parseQueues(text: string, file: string): Queue[] {
  const issues = new IssueList(file);
  const value = readYaml(text, issues);
  const complaint = 'cannot be used';
  issues.throwIfAny(complaint);
  const parsed = queuesSchema.safeParse(value);
  if (!parsed.success) {
    const where = { at: [], code: 'SCHEMA', unknown: 'UNKNOWN_KEY', noun: 'key' } as const;
    reportSchema({ error: parsed.error, schema: queuesSchema, value }, where, issues);
    issues.throwIfAny(complaint);
    return [];
  }
  const queues: Queue[] = [];
  for (const [index, { name, cpus, memory, runtime, slots }] of parsed.data.entries()) {
    const memoryBytes = parseMemory(memory) ?? 0;
    if (memoryBytes === 0) issues.add('SCHEMA', [index, 'memory'], 'a queue offers more than no memory');
    if (queues.some((queue) => queue.name === name)) {
      issues.add('SCHEMA', [index, 'name'], `two queues are named "${name}"; rename one of them`);
    }
    const smaller = queues.findLast((queue) => queue.runtime === runtime);
    if (smaller !== undefined && smaller.memoryBytes > memoryBytes) {
      const message = `"${name}" (${memory}) stands after "${smaller.name}" (${formatMemory(smaller.memoryBytes)})`;
      issues.add('SCHEMA', [index, 'memory'], `${message}; sort the queues of a runtime from small to large`);
    }
    queues.push({ name, cpus, memoryBytes, runtime, slots });
  }
  if (!queues.some(({ name, runtime }) => name === IO_QUEUE && runtime === JS_RUNTIME)) {
    const message = `no queue is named "${IO_QUEUE}" with runtime ${JS_RUNTIME}: it reads the sources and publishes; add it`;
    issues.add('SCHEMA', [], message);
  }
  issues.throwIfAny(complaint);
  return queues;
}

export interface Needs {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly models: boolean;
}

const DEFAULT_MEMORY = '2 GiB';

/** What a step declares it needs; 1 CPU and 2 GiB when it says nothing. */
export function needsOf(step: AnyStep): Needs {
  const { cpus, memory } = step.resources ?? { cpus: 1, memory: DEFAULT_MEMORY };
  return { cpus, memoryBytes: parseMemory(memory)!, models: Object.keys(step.models ?? {}).length > 0 };
}

const counted = (cpus: number): string => `${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`;

const offer = ({ name, cpus, memoryBytes, runtime }: Queue): string =>
  `"${name}" offers ${counted(cpus)}, ${formatMemory(memoryBytes)}, ${runtime}`;

export type QueueChoice =
  { readonly queues: readonly string[]; readonly runtime: string } | { readonly problem: string };

/**
 * The queues that suffice, in file order, and the runtime they share. Steps without models run as `js` on `js` queues; steps
 * with models on the first queue with an inference runtime that is large enough and the later ones of that runtime, because
 * the runtime is part of the key. A queue asked for by name comes first, whatever its runtime if the step has no models.
 */
export function chooseQueues(needs: Needs, asked: string | undefined, queues: readonly Queue[]): QueueChoice {
  const names = queues.map(({ name }) => name);
  const from = asked === undefined ? 0 : names.indexOf(asked);
  if (from < 0) return { problem: `there is no queue "${asked}"; ${remedy(asked!, names, 'the queues')}` };
  const runs = ({ runtime }: Queue): boolean => (runtime !== JS_RUNTIME) === needs.models;
  const suffices = (queue: Queue): boolean => queue.cpus >= needs.cpus && queue.memoryBytes >= needs.memoryBytes;
  const wanted = `${counted(needs.cpus)} and ${formatMemory(needs.memoryBytes)}${needs.models ? ' and an inference runtime' : ''}`;
  const named = asked === undefined ? undefined : queues[from]!;
  if (named !== undefined && !(suffices(named) && (runs(named) || !needs.models))) {
    return { problem: `the step needs ${wanted}, ${offer(named)}; name a larger queue or none` };
  }
  const first = named ?? queues.find((queue) => runs(queue) && suffices(queue));
  if (first === undefined) {
    const offers = queues.map(offer).join('; ') || 'there are no queues';
    return { problem: `no queue suffices: the step needs ${wanted}; ${offers}; add a queue to queues.yaml` };
  }
  const chosen = queues
    .slice(queues.indexOf(first))
    .filter((queue) => queue.runtime === first.runtime && suffices(queue));
  return { queues: chosen.map(({ name }) => name), runtime: needs.models ? first.runtime : JS_RUNTIME };
}
