import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ArtifactRef, Digest } from '../../core/artifact.ts';
import { contentDigest, fromArrays, planeDigest } from '../../core/content.ts';
import { isFoveaError } from '../../core/errors.ts';
import { readRevision, REVISION_NAME } from '../engine/revisions.ts';
import { readArtifactFolder } from '../store/artifact-folder.ts';
import { getJson } from '../store/blobs.ts';
import type { ResultRecord } from '../store/records.ts';
import { artifactPath, resultPath, type Store } from '../store/store.ts';
import { checkFileList, FILE_LIST, type FileDamage } from '../store/file-list.ts';

/** `intact`: every byte is as written. `unlisted`: the content is right where it can be told, but no list of files exists. */
export type Verdict = 'intact' | 'damaged' | 'not stored' | 'unlisted';

export interface Verification {
  readonly kind: 'artifact' | 'revision';
  /** The artifact's digest, or the revision as `tissue/r0001`. */
  readonly name: string;
  /** Absolute path of the folder that was checked. */
  readonly folder: string;
  readonly verdict: Verdict;
  readonly files: number;
  readonly bytes: number;
  readonly damage: readonly FileDamage[];
  readonly note: string | null;
}

/** Whether any record says that these bytes were to be kept. Null when no record is there. */
async function wasKept(store: Store, digest: Digest): Promise<boolean | null> {
  const records = await Promise.all(
    (await store.producers(digest)).map((key) => getJson<ResultRecord>(store.blobs, resultPath(key)).catch(() => null)),
  );
  const known = records.flatMap((record) => (record === null ? [] : [record.kept]));
  return known.length === 0 ? null : known.includes(true);
}

/** Decodes an artifact and digests it again; null when it is what its name says. */
async function contentDamage(folder: string, digest: Digest): Promise<FileDamage | null> {
  try {
    const { kind, attributes, arrays } = await readArtifactFolder(folder);
    const planes = Object.entries(arrays).map(([name, array]) => [
      name,
      { dtype: array.dtype, shape: array.shape, planes: array.planes.map(planeDigest) },
    ]);
    const found = contentDigest(kind, { attributes, arrays: Object.fromEntries(planes) as never });
    if (found !== digest) {
      const detail = `the content's digest is ${found.slice(0, 12)}, so at least one of its files changed`;
      return { path: '.', what: 'changed', detail };
    }
    fromArrays(kind, { attributes, arrays });
    return null;
  } catch (err) {
    const path = isFoveaError(err) ? err.fields['path'] : undefined;
    const inside = typeof path === 'string' && path.startsWith(folder) ? path.slice(folder.length + 1) : '.';
    return { path: inside === '' ? '.' : inside, what: 'unreadable', detail: (err as Error).message };
  }
}

/**
 * Checks one artifact: every file against the folder's list, then the decoded content against the digest that is its name.
 * A file whose bytes changed is named even when it still decodes. An artifact that no record wanted kept is `not stored`,
 * which is no damage.
 */
export async function verifyArtifact(store: Store, digest: Digest): Promise<Verification> {
  const folder = join(store.root, artifactPath(digest));
  const about = { kind: 'artifact' as const, name: digest, folder };
  if (!(await store.hasArtifact(digest))) {
    const kept = await wasKept(store, digest);
    if (kept !== true) {
      const note = kept === null ? 'cleaned, or never in this store' : 'recomputed from its record when it is needed';
      return { ...about, verdict: 'not stored', files: 0, bytes: 0, damage: [], note };
    }
    const damage: FileDamage[] = [{ path: '.', what: 'missing', detail: 'its record says that it was kept' }];
    return { ...about, verdict: 'damaged', files: 0, bytes: 0, damage, note: 'the next run computes it again' };
  }
  const { listed, files, bytes, damage } = await checkFileList(folder);
  const content = await contentDamage(folder, digest);
  // The list names the file; the content only confirms it, unless it is all there is to go by.
  const told = damage.some(({ what }) => what !== 'extra') || content === null ? damage : [...damage, content];
  const verdict = told.length > 0 ? 'damaged' : listed ? 'intact' : 'unlisted';
  const note = told.length > 0 ? 'delete the folder; the next run computes it again' : null;
  return { ...about, verdict, files, bytes, damage: told, note };
}

/** Checks every file of a published revision against its `files.json`, and that its own description can be read. */
export async function verifyRevision(folder: string): Promise<Verification> {
  const name = `${basename(dirname(folder))}/${basename(folder)}`;
  const about = { kind: 'revision' as const, name, folder };
  const unreadable = await readRevision(folder).then(
    () => [],
    (err: Error): FileDamage[] => [{ path: 'revision.json', what: 'unreadable', detail: err.message }],
  );
  const { listed, files, bytes, damage } = await checkFileList(folder);
  const told = [...unreadable, ...damage.filter(({ path }) => unreadable.every((other) => other.path !== path))];
  if (told.length > 0) {
    const note = 'copy it back from a backup, or publish again with fovea run';
    return { ...about, verdict: 'damaged', files, bytes, damage: told, note };
  }
  const note = listed ? null : `it has no ${FILE_LIST} to compare its files with`;
  return { ...about, verdict: listed ? 'intact' : 'unlisted', files, bytes, damage: [], note };
}

/** Digests of all stored artifacts, sorted. */
export async function storedArtifacts(store: Store): Promise<Digest[]> {
  const root = join(store.root, 'artifacts');
  const shards = (await readdir(root).catch(() => [] as string[])).filter((name) => /^[0-9a-f]{2}$/.test(name)).sort();
  const digests = await Promise.all(shards.map((shard) => readdir(join(root, shard)).catch(() => [] as string[])));
  return digests
    .flat()
    .filter((name) => /^[0-9a-f]{64}$/.test(name))
    .sort();
}

/** Folders of all revisions below a results folder, pipelines in name order, oldest revision first. */
export async function revisionFolders(results: string): Promise<string[]> {
  const pipelines = (await readdir(results, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  const folders = await Promise.all(
    pipelines.map(async (pipeline) => {
      const names = (await readdir(join(results, pipeline))).filter((name) => REVISION_NAME.test(name));
      const number = (name: string): number => Number(name.slice(1));
      return names.sort((a, b) => number(a) - number(b)).map((name) => join(results, pipeline, name));
    }),
  );
  return folders.flat();
}

/** Artifacts that records say were kept but whose folders are gone. Reads every record. */
export async function lostArtifacts(store: Store, stored: ReadonlySet<Digest>): Promise<Digest[]> {
  const lost = new Set<Digest>();
  for (const path of await store.blobs.list('results')) {
    const record = await getJson<ResultRecord>(store.blobs, path).catch(() => null);
    if (record?.kept !== true) continue;
    for (const { digest } of Object.values(record.outputs) as ArtifactRef[]) if (!stored.has(digest)) lost.add(digest);
  }
  return [...lost].sort();
}
