import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../core/artifact.ts';
import { folderBytes } from '../store/artifact-folder.ts';
import { getJson } from '../store/blobs.ts';
import type { ResultRecord } from '../store/records.ts';
import { artifactPath, resultPath, type Store } from '../store/store.ts';
import { mapBounded, READERS } from '../map-bounded.ts';
import { storedArtifacts } from './verify.ts';

export interface Usage {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
}

export interface StoreUsage {
  readonly total: number;
  /** Stored artifacts by the step that made them, largest first. */
  readonly artifacts: readonly Usage[];
  /** Everything else in the store, by kind of thing. */
  readonly store: readonly Usage[];
  /** Published revisions by pipeline; files shared between revisions count once. */
  readonly results: readonly Usage[];
  /** What each run added: artifacts it made, its journal and scratch folders; newest first. */
  readonly runs: readonly Usage[];
}

/** Files and bytes below a folder; a file with several names counts once per `seen`. */
async function measure(folder: string, seen = new Set<string>()): Promise<{ count: number; bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory());
  const sizes = await mapBounded(files, READERS, async (entry) => {
    const stats = await lstat(join(entry.parentPath, entry.name)).catch(() => null);
    if (stats === null) return null;
    const inode = `${stats.dev}:${stats.ino}`;
    if (stats.nlink > 1 && seen.has(inode)) return null;
    seen.add(inode);
    return stats.size;
  });
  const counted = sizes.flatMap((size) => size ?? []);
  return { count: counted.length, bytes: counted.reduce((sum, size) => sum + size, 0) };
}

/** Folders of a store and what they are called in a listing. */
const KINDS: readonly (readonly [folder: string, name: string])[] = [
  ['results', 'records'],
  ['producers', 'index by artifact'],
  ['values', 'plans, cohorts, manifests'],
  ['locations', 'places of sources'],
  ['stamps', 'file stamps'],
  ['runs', 'journals and reports'],
  ['scratch', 'scratch of failed attempts'],
  ['leases', 'leases'],
  ['tmp', 'temporary'],
];

async function makerOf(store: Store, digest: Digest): Promise<{ step: string; run: string }> {
  for (const key of await store.producers(digest)) {
    const record = await getJson<ResultRecord>(store.blobs, resultPath(key)).catch(() => null);
    if (record !== null)
      return { step: `${record.ingredients.step}@${record.ingredients.version}`, run: record.produced.run };
  }
  return { step: 'unknown (no record)', run: '' };
}

function grouped(items: readonly { name: string; bytes: number }[]): Usage[] {
  const groups = new Map<string, { count: number; bytes: number }>();
  for (const { name, bytes } of items) {
    const group = groups.get(name) ?? { count: 0, bytes: 0 };
    groups.set(name, { count: group.count + 1, bytes: group.bytes + bytes });
  }
  return [...groups].map(([name, group]) => ({ name, ...group })).sort((a, b) => b.bytes - a.bytes);
}

const foldersIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

/** Measures a store and its published results by kind of thing and by run. Sizes are those of the files' bytes. */
export async function measureUsage(store: Store, results: string): Promise<StoreUsage> {
  const artifacts = await mapBounded(await storedArtifacts(store), READERS, async (digest) => ({
    ...(await makerOf(store, digest)),
    bytes: await folderBytes(join(store.root, artifactPath(digest))).catch(() => 0),
  }));
  const kinds: Usage[] = [];
  for (const [folder, name] of KINDS) kinds.push({ name, ...(await measure(join(store.root, folder))) });

  const published: Usage[] = [];
  const seen = new Set<string>();
  for (const pipeline of (await foldersIn(results)).filter((name) => !name.startsWith('.'))) {
    const { count, bytes } = await measure(join(results, pipeline), seen);
    published.push({ name: pipeline, count, bytes });
  }

  const runs: Usage[] = [];
  for (const run of (await foldersIn(join(store.root, 'runs'))).reverse()) {
    const own = artifacts.filter((artifact) => artifact.run === run);
    const files = [await measure(join(store.root, 'runs', run)), await measure(join(store.root, 'scratch', run))];
    const bytes = [...own, ...files].reduce((sum, part) => sum + part.bytes, 0);
    runs.push({ name: run, count: own.length, bytes });
  }
  const byStep = grouped(artifacts.map(({ step, bytes }) => ({ name: step, bytes })));
  const total = [...byStep, ...kinds, ...published].reduce((sum, { bytes }) => sum + bytes, 0);
  return { total, artifacts: byStep, store: kinds.filter(({ count }) => count > 0), results: published, runs };
}
