import { setTimeout as sleep } from 'node:timers/promises';
import { hostname } from 'node:os';
import type { Digest } from '../../core/artifact.ts';
import { FoveaError, isFoveaError } from '../../core/errors.ts';
import type { Ingredients } from '../../core/key.ts';
import type { StepOutputs } from '../../core/plan.ts';
import type { TaskCost } from '../compute/tasks.ts';
import type { JournalEntry, StepTrace } from '../store/journal.ts';
import { tryLease, type Lease } from '../store/lease.ts';
import type { ResultRecord, SourceFacts } from '../store/records.ts';
import type { Attempt } from './attempt.ts';
import type { Engine } from './engine.ts';

/** What a computation yields beside its cost. */
export interface Computed {
  readonly outputs: StepOutputs;
  readonly cost: TaskCost;
  readonly pid: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly source: SourceFacts | null;
  readonly warnings: readonly string[];
}

/** A result wanted: its key, and how to compute it when nobody has. */
export interface Wanted {
  readonly run: string;
  readonly fov: string | null;
  readonly stepId: string;
  readonly key: Digest;
  readonly ingredients: Ingredients;
  readonly keep: boolean;
  readonly container: string | null;
  /** Scratch folder of a failed attempt, for the trace. */
  readonly scratch: string | null;
  compute(): Promise<Computed>;
}

const WAIT_MS = 100;

/** The lease on a key, or the record that another process finished meanwhile. */
async function leaseOrRecord(engine: Engine, key: Digest, attempt: Attempt): Promise<Lease | ResultRecord> {
  for (;;) {
    const lease = await tryLease(engine.store.root, key);
    const record = await engine.store.result(key);
    if (record !== null) {
      await lease?.release();
      return record;
    }
    if (lease !== null) return lease;
    if (attempt.signal.aborted)
      throw new FoveaError('CANCELLED', 'cancelled while another run computed the same result');
    attempt.heartbeat({ waiting: key });
    await sleep(WAIT_MS);
  }
}

function entry(
  wanted: Wanted,
  attempt: Attempt,
  rest: Pick<JournalEntry, 'status' | 'outputs' | 'error' | 'trace'>,
): JournalEntry {
  const { fov, stepId, key } = wanted;
  return { at: new Date().toISOString(), fov, step: stepId, attempt: attempt.number, key, ...rest };
}

function produced(engine: Engine, wanted: Wanted, attempt: Attempt, trace: StepTrace): ResultRecord['produced'] {
  const { run, fov, stepId, container, ingredients } = wanted;
  const { queue, host, pid, startedAt, finishedAt, wallMs, cpuMs, peakRssBytes, bytesRead, bytesWritten } = trace;
  return {
    ...{ run, fov, stepId, container, queue, host, pid, startedAt, finishedAt },
    ...{ wallMs, cpuMs, peakRssBytes, bytesRead, bytesWritten },
    workflow: attempt.workflow,
    attempt: attempt.number,
    fovea: engine.software.fovea,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    plugin: engine.software.plugins[ingredients.step] ?? null,
  };
}

/**
 * The heart of every step: look the key up; failing that, take the lease, look again, compute, record. The record is
 * written before the activity completes, so an attempt repeated after a crash finds it. Every outcome, a reused one too,
 * is an entry in the run's journal. Errors are Fovea's own, with the field of view and step put before the message.
 */
export async function computeOnce(engine: Engine, wanted: Wanted, attempt: Attempt): Promise<StepOutputs> {
  const { store } = engine;
  const journal = engine.journal(wanted.run);
  const reuse = async (record: ResultRecord): Promise<StepOutputs> => {
    await journal.append([
      entry(wanted, attempt, { status: 'cached', outputs: record.outputs, error: null, trace: null }),
    ]);
    return record.outputs;
  };

  const got = await leaseOrRecord(engine, wanted.key, attempt);
  if ('key' in got) return reuse(got);

  const startedAt = new Date().toISOString();
  const traceOf = (
    cost: TaskCost,
    pid: number,
    bytesRead: number,
    bytesWritten: number,
    scratch: string | null,
  ): StepTrace => ({
    ...cost,
    ...{ name: wanted.ingredients.step, queue: attempt.queue, host: hostname(), pid, bytesRead, bytesWritten, scratch },
    submittedAt: attempt.submittedAt,
    startedAt,
    finishedAt: new Date().toISOString(),
  });
  try {
    const { outputs, cost, pid, bytesRead, bytesWritten, source, warnings } = await wanted.compute();
    const trace = traceOf(cost, pid, bytesRead, bytesWritten, null);
    const { key, ingredients, keep } = wanted;
    const record = await store.record({
      ...{ schema: 1, key, ingredients, outputs, kept: keep, source, warnings },
      produced: produced(engine, wanted, attempt, trace),
    });
    await journal.append([entry(wanted, attempt, { status: 'computed', outputs: record.outputs, error: null, trace })]);
    return record.outputs;
  } catch (err) {
    const named = nameUnit(err, wanted);
    const none = { wallMs: 0, cpuMs: 0, peakRssBytes: 0 };
    const trace = traceOf(none, 0, 0, 0, wanted.scratch);
    await journal
      .append([entry(wanted, attempt, { status: 'failed', outputs: {}, error: named.toJSON(), trace })])
      .catch(() => undefined);
    throw named;
  } finally {
    await got.release();
  }
}

/** The error as a FoveaError whose message begins with the field of view and step it concerns. */
export function nameUnit(err: unknown, { fov, stepId }: Pick<Wanted, 'fov' | 'stepId'>): FoveaError {
  const where = `${fov === null ? 'cohort' : `fov ${fov}`}, step ${stepId}: `;
  const error = isFoveaError(err) ? err : new FoveaError('CRASHED', (err as Error).message, { cause: err });
  if (error.message.startsWith(where)) return error;
  return new FoveaError(error.code, where + error.message, {
    fields: { ...error.fields, fov, step: stepId },
    retryable: error.retryable,
    cause: error,
  });
}
