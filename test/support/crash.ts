import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JournalEntry } from '../../activities/store/journal.ts';
import { listRuns, openJournal } from '../../activities/store/journal.ts';
import { haveServer } from './server.ts';

/** A `fovea run` in a process of its own. */
export interface Typed {
  readonly pid: number;
  readonly done: Promise<{ code: number | null; signal: string | null }>;
  hasEnded(): boolean;
  /** What it has printed so far. */
  said(): string;
}

export interface Kill {
  readonly at: number;
  readonly role: 'run' | 'worker' | 'child' | 'server';
  readonly pid: number;
}

interface Soak {
  makeCohort(folder: string, size: { fovs: number; ms: number }): Promise<void>;
  typeCommand(folder: string, args?: string[], file?: string): Typed;
  family(folder: string): { pid: number; role: Kill['role'] | null }[];
  seeded(seed: number): () => number;
  crashRun(
    folder: string,
    options: { kills: number; random: () => number; say?: (line: string) => void; withinMs?: number },
  ): Promise<{ kills: Kill[]; commands: number; problems: string[] }>;
  verify(
    folder: string,
    reference: string,
    kills: Kill[],
    fovs: number,
  ): Promise<{ problems: string[]; executions: number; repeated: number }>;
}

const load = async <K extends keyof Soak>(file: string): Promise<Pick<Soak, K>> =>
  (await import(pathToFileURL(`scripts/soak/${file}`).href)) as Pick<Soak, K>;

/** What `npm run soak` is made of. */
export const soak: Soak = {
  ...(await load<'makeCohort'>('cohort.mjs')),
  ...(await load<'typeCommand' | 'family'>('processes.mjs')),
  ...(await load<'seeded' | 'crashRun'>('crash.mjs')),
  ...(await load<'verify'>('verify.mjs')),
};

/** `describe` where runs can be killed and their processes found: on Linux, with a Temporal server. Else skipped, saying why. */
export async function describeDurable(title: string, suite: () => void): Promise<void> {
  const server = await haveServer();
  const why = process.platform === 'linux' ? server.why : 'processes are found in /proc, which only Linux has';
  if (why === '') describe(title, suite);
  else describe.skip(`${title} (skipped: ${why})`, suite);
}

/** Entries of all runs of a project's store, by run. */
export async function journals(folder: string): Promise<Map<string, JournalEntry[]>> {
  const store = join(folder, 'home/store');
  const entries = new Map<string, JournalEntry[]>();
  for (const run of await listRuns(store)) entries.set(run, await openJournal(store, run).read());
  return entries;
}

/** Waits until `holds` gives something else than false or null. Throws, saying `what`, when that takes too long. */
export async function until<T>(what: string, holds: () => T | Promise<T>, ms = 30_000): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + ms; Date.now() < deadline; await new Promise((next) => setTimeout(next, 50))) {
    const found = await holds();
    if (found !== false && found !== null && found !== undefined) return found;
  }
  throw new Error(`in vain waited ${ms / 1000} s until ${what}`);
}

/** Lines of a log of the counting or the soak steps. */
export const linesOf = async (file: string): Promise<string[]> =>
  (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
