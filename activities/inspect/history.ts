import type { RunHeader } from '../engine/run-files.ts';
import { getJson } from '../store/blobs.ts';
import { openJournal, settle, type JournalEntry } from '../store/journal.ts';
import type { ResultRecord } from '../store/records.ts';
import { resultPath, type Store } from '../store/store.ts';
import { readRuns } from './runs.ts';

/** What became of one unit when it was last asked for. */
export interface Precedent {
  readonly run: string;
  readonly entry: JournalEntry;
}

/** What earlier runs of a pipeline did, newest first. Journals are read when first needed, records once. */
export interface History {
  readonly newest: RunHeader | null;
  /** The newest run's outcome of a unit, or that of the newest run before it that had the unit. */
  of(fov: string | null, step: string): Promise<Precedent | null>;
  record(key: string): Promise<ResultRecord | null>;
}

/** Journals of a thousand fields of view have megabytes: a unit not seen in this many runs counts as new. */
const RUNS_ASKED = 4;

export async function openHistory(store: Store, pipeline: string): Promise<History> {
  const runs = await readRuns(store, RUNS_ASKED, pipeline);
  const journals = new Map<string, Promise<Map<string, JournalEntry>>>();
  const records = new Map<string, Promise<ResultRecord | null>>();
  const settledOf = (run: string): Promise<Map<string, JournalEntry>> => {
    const held = journals.get(run) ?? openJournal(store.root, run).read().then(settle);
    journals.set(run, held);
    return held;
  };
  return {
    newest: runs[0]?.header ?? null,
    async of(fov, step) {
      for (const { header } of runs) {
        const entry = (await settledOf(header.run)).get(`${fov ?? ''}\0${step}`);
        if (entry !== undefined) return { run: header.run, entry };
      }
      return null;
    },
    record(key) {
      const held = records.get(key) ?? getJson<ResultRecord>(store.blobs, resultPath(key)).catch(() => null);
      records.set(key, held);
      return held;
    },
  };
}
