import { randomBytes } from 'node:crypto';
import type { Digest } from '../../core/artifact.ts';
import type { ComputeActivities, FlowActivities, StepRequest } from '../../core/protocol.ts';
import type { StepOutputs } from '../../core/plan.ts';
import type { Pool } from '../compute/pool.ts';
import type { SourceRow } from '../images/index.ts';
import { openJournal, type Journal } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import type { Attempt } from './attempt.ts';

/** What every activity is closed over. */
export interface Engine {
  readonly store: Store;
  /** The compute pool that serves a queue. */
  poolFor(queue: string): Pool;
  /** Rows of a cohort; the last few are kept in memory. */
  rows(cohort: Digest): Promise<readonly SourceRow[]>;
  journal(run: string): Journal;
  readonly software: Software;
}

export interface Software {
  readonly fovea: string;
  /** Step name → npm package and version, for steps of third parties. */
  readonly plugins: Readonly<Record<string, string>>;
}

export type Act<Request, Result> = (request: Request, attempt: Attempt) => Promise<Result>;

/** All activities, each with its attempt; `temporal.ts` and `local.ts` adapt them to their callers. */
export type Activities = {
  readonly [Name in keyof Named]: Act<Parameters<Named[Name]>[0], Awaited<ReturnType<Named[Name]>>>;
} & { readonly step: Act<StepRequest, StepOutputs> };

type Named = FlowActivities & ComputeActivities;

export interface EngineParts {
  readonly store: Store;
  readonly pools: Readonly<Record<string, Pool>>;
  readonly software: Software;
}

const COHORTS_KEPT = 4;

export function createEngine({ store, pools, software }: EngineParts): Engine {
  const cohorts = new Map<Digest, Promise<readonly SourceRow[]>>();
  const journals = new Map<string, Journal>();
  return {
    store,
    software,
    poolFor(queue) {
      const pool = pools[queue] ?? Object.values(pools)[0];
      if (pool === undefined) throw new Error(`this worker has no compute pool, and queue ${queue} needs one`);
      return pool;
    },
    rows(cohort) {
      const held = cohorts.get(cohort) ?? store.getValue<readonly SourceRow[]>(cohort);
      cohorts.delete(cohort);
      cohorts.set(cohort, held);
      held.catch(() => cohorts.delete(cohort));
      for (const oldest of cohorts.keys()) if (cohorts.size > COHORTS_KEPT) cohorts.delete(oldest);
      return held;
    },
    journal(run) {
      const journal = journals.get(run) ?? openJournal(store.root, run);
      journals.set(run, journal);
      return journal;
    },
  };
}

/** A run's id: UTC date and time to sort by, four letters to tell apart. */
export function newRunId(now = new Date()): string {
  const stamp = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}
