import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FoveaError } from '../../core/errors.ts';
import { readRunHeader, readRunReport, type RunHeader, type RunReport } from '../engine/run-files.ts';
import { getJson } from '../store/blobs.ts';
import { listRuns } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import { mapBounded, READERS } from '../map-bounded.ts';

/** A run as its own files tell it. */
export interface KnownRun {
  readonly header: RunHeader;
  readonly report: RunReport | null;
  /** When its journal, or failing that its header, was last written: epoch ms. */
  readonly touchedAt: number;
}

/** `unknown`: no report, and no server could be asked whether the workflow still runs. */
export type RunState = 'running' | 'completed' | 'failed' | 'cancelled' | 'interrupted' | 'unknown';

/** Whether a workflow is still open; null when no server could be asked. */
export type AskWorkflow = (workflow: string) => Promise<boolean | null>;

/** A run without a server that has been silent this long is taken for dead. */
const SILENCE_MS = 10 * 60_000;

async function lastTouched(store: Store, run: string): Promise<number> {
  for (const file of ['journal.jsonl', 'run.json']) {
    const found = await stat(join(store.root, 'runs', run, file)).catch(() => null);
    if (found !== null) return found.mtimeMs;
  }
  return 0;
}

/** Runs of a store, newest first; `limit` of them, of one pipeline if asked. Folders without a header are left out. */
export async function readRuns(store: Store, limit = Infinity, pipeline: string | null = null): Promise<KnownRun[]> {
  const ids = (await listRuns(store.root)).reverse();
  const runs: KnownRun[] = [];
  for (let from = 0; from < ids.length && runs.length < limit; from += READERS) {
    const page = await mapBounded(ids.slice(from, from + READERS), READERS, async (run) => {
      const header = await getJson<RunHeader>(store.blobs, `runs/${run}/run.json`);
      if (header === null || (pipeline !== null && header.pipeline !== pipeline)) return null;
      return { header, report: await readRunReport(store, run), touchedAt: await lastTouched(store, run) };
    });
    runs.push(...page.flatMap((run) => run ?? []));
  }
  return runs.slice(0, limit);
}

/**
 * The state of a run. A report is the last word; without one the server is asked, and a run without a server counts as
 * running while its journal grows.
 */
export async function stateOf(
  { header, report, touchedAt }: KnownRun,
  ask: AskWorkflow,
  now = Date.now(),
): Promise<RunState> {
  if (report !== null) return report.status;
  if (header.workflow === null) return now - touchedAt < SILENCE_MS ? 'running' : 'interrupted';
  const open = await ask(header.workflow);
  if (open === null) return 'unknown';
  return open ? 'running' : 'interrupted';
}

/** A run by its id, the unambiguous beginning of one, or `latest`. Throws NOT_FOUND or USAGE. */
export async function findRun(store: Store, text: string): Promise<RunHeader> {
  const ids = await listRuns(store.root);
  const newest = ids.at(-1);
  if (text === 'latest' && newest !== undefined) return readRunHeader(store, newest);
  const matches = ids.includes(text) ? [text] : ids.filter((id) => id.startsWith(text));
  if (matches.length > 1 && text !== '') {
    const some = matches.slice(-5).join(', ');
    throw new FoveaError('USAGE', `${matches.length} runs begin with ${text}: ${some}; write more of the id`, {
      fields: { matches },
    });
  }
  return readRunHeader(store, text === '' ? text : (matches[0] ?? text));
}
