import { appendFile, mkdir, readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../../core/artifact.ts';
import type { ErrorJson } from '../../core/errors.ts';
import type { StepOutputs } from '../../core/plan.ts';
import { storeError } from './file-errors.ts';

/** One outcome of one step of one field of view (or, with fov null, of the cohort) within a run. */
export interface JournalEntry {
  readonly at: string;
  readonly fov: string | null;
  readonly step: string;
  readonly status: 'computed' | 'cached' | 'failed';
  readonly attempt: number;
  readonly key: Digest | null;
  readonly outputs: StepOutputs;
  readonly error: ErrorJson | null;
  /** Facts for the trace: absent for cached results. */
  readonly trace: StepTrace | null;
}

export interface StepTrace {
  readonly name: string;
  readonly queue: string;
  readonly host: string;
  readonly pid: number;
  readonly submittedAt: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssBytes: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly scratch: string | null;
}

/** Run ids are made by `newRunId`; anything else is no path to read. */
export const RUN_ID = /^[0-9]{8}-[0-9]{6}-[a-z0-9]{4}$/;

/** The append-only list of a run's step outcomes. A line is one small write, so writers never interleave. */
export interface Journal {
  append(entries: readonly JournalEntry[]): Promise<void>;
  /** All entries in order of writing; a torn line (a writer killed in the middle) is left out. */
  read(): Promise<JournalEntry[]>;
}

export function openJournal(storeRoot: string, run: string): Journal {
  const path = join(storeRoot, 'runs', run, 'journal.jsonl');
  let waiting = '';
  let next: Promise<void> | null = null;
  let last: Promise<void> = Promise.resolve();

  const write = async (lines: string): Promise<void> => {
    const append = (): Promise<void> => appendFile(path, lines);
    try {
      await append().catch(async (err: NodeJS.ErrnoException) => {
        if (err.code !== 'ENOENT') throw err;
        await mkdir(dirname(path), { recursive: true });
        await append();
      });
    } catch (err) {
      throw await storeError(err, 'append to', path);
    }
  };

  return {
    // While one write is under way, what comes meanwhile gathers into the next.
    append(entries) {
      if (entries.length === 0) return Promise.resolve();
      waiting += entries.map((entry) => `\n${JSON.stringify(entry)}\n`).join('');
      if (next === null) {
        const written = last
          .catch(() => undefined)
          .then(() => {
            const lines = waiting;
            [waiting, next] = ['', null];
            return write(lines);
          });
        [next, last] = [written, written];
      }
      return next;
    },
    async read() {
      const text = await readFile(path, 'utf8').catch((err: NodeJS.ErrnoException) => {
        if (err.code === 'ENOENT') return '';
        throw err;
      });
      const entries: JournalEntry[] = [];
      for (const line of text.split('\n')) {
        if (line === '') continue;
        try {
          entries.push(JSON.parse(line) as JournalEntry);
        } catch {
          continue;
        }
      }
      return entries;
    },
  };
}

/** The last word on every unit: the newest entry that succeeded, else the newest failure. Key: `fov\0step`. */
export function settle(entries: readonly JournalEntry[]): Map<string, JournalEntry> {
  const settled = new Map<string, JournalEntry>();
  for (const entry of entries) {
    const unit = `${entry.fov ?? ''}\0${entry.step}`;
    const before = settled.get(unit);
    const worse = before !== undefined && before.status !== 'failed' && entry.status === 'failed';
    const echo = before?.status === 'computed' && entry.status === 'cached';
    if (!worse && !echo) settled.set(unit, entry);
  }
  return settled;
}

/** Ids of the runs a store knows, oldest first. */
export async function listRuns(storeRoot: string): Promise<string[]> {
  const names = await readdir(join(storeRoot, 'runs')).catch(() => []);
  return names.filter((name) => RUN_ID.test(name)).sort();
}
