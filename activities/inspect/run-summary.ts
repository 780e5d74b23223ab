import { existsSync } from 'node:fs';
import type { ErrorCode } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { INGEST } from '../../core/pipeline.ts';
import { openJournal, settle, type JournalEntry } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import { stateOf, type AskWorkflow, type KnownRun, type RunState } from './runs.ts';

export interface RunLine {
  readonly run: string;
  readonly pipeline: string;
  readonly state: RunState;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly fovs: number;
  /** Fields of view of which every step has a result. */
  readonly done: number;
  readonly failed: number;
  /** Null when the run published nothing, or has not yet. */
  readonly revision: string | null;
}

export interface StepSummary {
  readonly step: string;
  readonly computed: number;
  readonly cached: number;
  readonly failed: number;
  /** Of the computed units; null without any. */
  readonly medianMs: number | null;
  readonly maxMs: number | null;
  readonly peakRssBytes: number | null;
}

export interface FailedUnit {
  readonly fov: string | null;
  readonly step: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly attempts: number;
  /** What the last attempt left to look at, where it left anything. */
  readonly scratch: string | null;
}

export interface RunSummary extends RunLine {
  readonly user: string;
  readonly host: string;
  readonly command: readonly string[];
  readonly workflow: string | null;
  readonly steps: readonly StepSummary[];
  readonly failures: readonly FailedUnit[];
}

/** Ids of the steps in the order of the plan, the reading of images first. */
const idsOf = (plan: Plan, scope: 'fov' | 'cohort'): string[] =>
  plan.stages.filter((stage) => stage.scope === scope).flatMap(({ steps }) => steps.map(({ id }) => id));

function countFovs(plan: Plan, settled: ReadonlyMap<string, JournalEntry>): { done: number; failed: number } {
  const wanted = 1 + idsOf(plan, 'fov').length;
  const finished = new Map<string, number>();
  const failed = new Set<string>();
  for (const { fov, status } of settled.values()) {
    if (fov === null) continue;
    if (status === 'failed') failed.add(fov);
    else finished.set(fov, (finished.get(fov) ?? 0) + 1);
  }
  return { done: [...finished.values()].filter((count) => count >= wanted).length, failed: failed.size };
}

/** A run in one line. The journal is read only when the run has not reported its counts itself. */
export async function summariseLine(store: Store, known: KnownRun, ask: AskWorkflow): Promise<RunLine> {
  const { header, report } = known;
  const { run, pipeline, startedAt, fovs } = header;
  const line = {
    run,
    pipeline,
    startedAt,
    fovs,
    state: await stateOf(known, ask),
    finishedAt: report?.finishedAt ?? null,
  };
  if (report?.status === 'completed') {
    const { failures, published } = report;
    return { ...line, done: fovs - failures, failed: failures, revision: published?.revision ?? null };
  }
  const settled = settle(await openJournal(store.root, run).read());
  const plan = await store.getValue<Plan>(header.plan);
  return { ...line, ...countFovs(plan, settled), revision: report?.published?.revision ?? null };
}

function median(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function summariseStep(step: string, entries: readonly JournalEntry[]): StepSummary {
  const of = (status: JournalEntry['status']): JournalEntry[] => entries.filter((entry) => entry.status === status);
  const traces = of('computed').flatMap(({ trace }) => trace ?? []);
  const times = traces.map(({ wallMs }) => wallMs).sort((a, b) => a - b);
  const peaks = traces.map(({ peakRssBytes }) => peakRssBytes);
  return {
    ...{ step, computed: of('computed').length, cached: of('cached').length, failed: of('failed').length },
    ...{ medianMs: median(times), maxMs: times.at(-1) ?? null },
    peakRssBytes: peaks.length === 0 ? null : Math.max(...peaks),
  };
}

function failuresOf(settled: readonly JournalEntry[], all: readonly JournalEntry[]): FailedUnit[] {
  const tries = new Map<string, number>();
  for (const { fov, step, status } of all) {
    const unit = `${fov ?? ''}\0${step}`;
    if (status === 'failed') tries.set(unit, (tries.get(unit) ?? 0) + 1);
  }
  return settled
    .filter(({ status }) => status === 'failed')
    .map(({ fov, step, error, trace }) => {
      const scratch = trace?.scratch ?? null;
      return {
        ...{ fov, step, code: error?.code ?? 'CRASHED', message: error?.message ?? 'no message was kept' },
        attempts: tries.get(`${fov ?? ''}\0${step}`) ?? 1,
        scratch: scratch !== null && existsSync(scratch) ? scratch : null,
      };
    });
}

/** Everything a run's files say about it: per step how often it was computed, reused or failed, and what that cost. */
export async function summariseRun(store: Store, known: KnownRun, ask: AskWorkflow): Promise<RunSummary> {
  const { header } = known;
  const entries = await openJournal(store.root, header.run).read();
  const settled = [...settle(entries).values()];
  const plan = await store.getValue<Plan>(header.plan);
  const order = [INGEST, ...plan.stages.flatMap(({ steps }) => steps.map(({ id }) => id))];
  const others = [...new Set(settled.map(({ step }) => step))].filter((step) => !order.includes(step));
  const { user, host, command, workflow } = header;
  return {
    ...(await summariseLine(store, known, ask)),
    ...{ user, host, command, workflow },
    steps: [...order, ...others].map((step) =>
      summariseStep(
        step,
        settled.filter((entry) => entry.step === step),
      ),
    ),
    failures: failuresOf(settled, entries),
  };
}
