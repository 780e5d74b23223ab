import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { folderBytes } from '../store/artifact-folder.ts';
import { listRuns } from '../store/journal.ts';
import { STALE_MS } from '../store/lease.ts';
import { artifactPath, type Store } from '../store/store.ts';
import { markNeeded } from './gc-mark.ts';
import { findRoots, type GcPolicy, type Roots } from './gc-roots.ts';
import { mapBounded, READERS } from '../map-bounded.ts';
import { storedArtifacts } from './verify.ts';

export type RemovalKind =
  'artifacts' | 'records' | 'index' | 'values' | 'places' | 'leases' | 'temporary' | 'scratch' | 'runs';

/** A file or folder that nothing needs. */
export interface Removal {
  readonly kind: RemovalKind;
  /** Relative to the store. */
  readonly path: string;
  readonly bytes: number;
}

export interface GcPlan {
  readonly runs: Roots['runs'];
  readonly dropped: readonly string[];
  readonly revisions: number;
  readonly removals: readonly Removal[];
}

/** Nothing younger is touched: a run may be between writing an artifact and writing the record that names it. */
export const GRACE_MS = 3600 * 1000;

const HEX = /^[0-9a-f]{64}/;

async function names(store: Store, folder: string): Promise<string[]> {
  return (await readdir(join(store.root, folder)).catch(() => [] as string[])).sort();
}

/** `<folder>/<shard>/<name>` for every entry of a sharded folder. */
async function sharded(store: Store, folder: string): Promise<string[]> {
  const shards = await names(store, folder);
  const found = await mapBounded(shards, READERS, async (shard) =>
    (await names(store, `${folder}/${shard}`)).map((name) => `${folder}/${shard}/${name}`),
  );
  return found.flat();
}

const digestIn = (path: string): string => HEX.exec(path.slice(path.lastIndexOf('/') + 1))?.[0] ?? '';

/** When a file or anything in a folder was last written, epoch ms; null when it is gone. */
async function writtenAt(path: string): Promise<number | null> {
  const own = await lstat(path).catch(() => null);
  if (own === null || !own.isDirectory()) return own?.mtimeMs ?? null;
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const times = await mapBounded(entries, READERS, async (entry) => {
    const stats = await lstat(join(entry.parentPath, entry.name)).catch(() => null);
    return stats?.mtimeMs ?? 0;
  });
  return Math.max(own.mtimeMs, ...times);
}

/** Candidates that are old enough, with their sizes. */
async function oldEnough(
  store: Store,
  kind: RemovalKind,
  paths: readonly string[],
  before: number,
): Promise<Removal[]> {
  const found = await mapBounded(paths, READERS, async (path): Promise<Removal | null> => {
    const full = join(store.root, path);
    const at = await writtenAt(full);
    if (at === null || at > before) return null;
    const stats = await lstat(full).catch(() => null);
    const bytes = stats?.isDirectory() ? await folderBytes(full).catch(() => 0) : (stats?.size ?? 0);
    return { kind, path, bytes };
  });
  return found.flatMap((removal) => removal ?? []);
}

/** Index entries of artifacts none of whose results stay: whole folders; else the single entries. */
async function idleIndex(store: Store, keys: ReadonlySet<string>): Promise<string[]> {
  const folders = await sharded(store, 'producers');
  const found = await mapBounded(folders, READERS, async (folder) => {
    const entries = (await names(store, folder)).filter((name) => HEX.test(name));
    const idle = entries.filter((key) => !keys.has(key));
    return idle.length === entries.length ? [folder] : idle.map((key) => `${folder}/${key}`);
  });
  return found.flat();
}

/** What can go, and what stays for which reason. Reads only. */
export async function planGc(store: Store, results: string, policy: GcPolicy): Promise<GcPlan> {
  const roots = await findRoots(store, results, policy);
  const stored = await storedArtifacts(store);
  const needed = await markNeeded(store, new Set(stored), roots);
  const before = policy.now - GRACE_MS;
  const keepsScratch = new Set(roots.runs.filter(({ scratch }) => scratch).map(({ run }) => run));

  const candidates: readonly (readonly [RemovalKind, readonly string[], number])[] = [
    ['records', (await sharded(store, 'results')).filter((path) => !needed.keys.has(digestIn(path))), before],
    ['index', await idleIndex(store, needed.keys), before],
    [
      'places',
      (await names(store, 'locations')).filter((key) => !needed.keys.has(key)).map((key) => `locations/${key}`),
      before,
    ],
    ['artifacts', stored.filter((digest) => !needed.artifacts.has(digest)).map(artifactPath), before],
    ['values', (await sharded(store, 'values')).filter((path) => !needed.values.has(digestIn(path))), before],
    ['leases', (await names(store, 'leases')).map((name) => `leases/${name}`), Math.min(before, policy.now - STALE_MS)],
    ['temporary', (await names(store, 'tmp')).map((name) => `tmp/${name}`), before],
    [
      'scratch',
      (await names(store, 'scratch')).filter((run) => !keepsScratch.has(run)).map((run) => `scratch/${run}`),
      before,
    ],
    ['runs', roots.dropped.map((run) => `runs/${run}`), before],
  ];
  const removals: Removal[] = [];
  for (const [kind, paths, limit] of candidates) removals.push(...(await oldEnough(store, kind, paths, limit)));
  return { runs: roots.runs, dropped: roots.dropped, revisions: roots.revisions, removals };
}

export interface Swept {
  readonly removed: readonly Removal[];
  /** True when a run started meanwhile, so that the rest was left for another time. */
  readonly stopped: boolean;
}

const BATCH = 200;

/**
 * Carries out a plan. Records go before the artifacts they name, and a folder is renamed into the store's temporary folder
 * before it is emptied, so that an interruption leaves orphans for the next time and nothing that looks whole and is not.
 * Stops as soon as a run starts that the plan did not know.
 */
export async function sweep(store: Store, { removals, runs, dropped }: GcPlan): Promise<Swept> {
  const known = new Set([...runs.map(({ run }) => run), ...dropped]);
  const trash = join(store.root, 'tmp', `gc-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(trash, { recursive: true });
  const removed: Removal[] = [];
  try {
    for (let from = 0; from < removals.length; from += BATCH) {
      if ((await listRuns(store.root)).some((run) => !known.has(run))) return { removed, stopped: true };
      for (const [index, removal] of removals.slice(from, from + BATCH).entries()) {
        if (await removeOne(join(store.root, removal.path), join(trash, `${from + index}`))) removed.push(removal);
      }
      await rm(trash, { recursive: true, force: true });
      await mkdir(trash, { recursive: true });
    }
    return { removed, stopped: false };
  } finally {
    await rm(trash, { recursive: true, force: true });
  }
}

/** False when somebody else has removed it already. */
async function removeOne(path: string, aside: string): Promise<boolean> {
  try {
    const stats = await lstat(path);
    await (stats.isDirectory() ? rename(path, aside) : unlink(path));
    return true;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw err;
  }
}
