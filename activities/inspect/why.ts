import type { ArtifactRef, Digest } from '../../core/artifact.ts';
import type { GatheredManifest } from '../compute/gathered.ts';
import { getJson } from '../store/blobs.ts';
import type { ResultRecord, SourceFacts } from '../store/records.ts';
import { resultPath, type Store } from '../store/store.ts';
import type { Named } from './find-digest.ts';
import { mapBounded, READERS } from '../map-bounded.ts';

/** Where a lineage begins: an artifact or a result, with the name under which it was asked for. */
export interface LineageRoot extends Named {
  readonly fov: string | null;
  /** Port or published name, where there is one. */
  readonly name: string | null;
}

/** A result in a lineage, with the places where its source files were seen, if it is an ingested image. */
export interface LineageResult {
  readonly record: ResultRecord;
  readonly places: readonly string[];
}

/** All that some artifacts or results were made from, as a graph: every result once, however often it is used. */
export interface Lineage {
  readonly roots: readonly LineageRoot[];
  readonly results: Readonly<Record<Digest, LineageResult>>;
  /** Artifact → the results that yielded it, the one followed first. */
  readonly producers: Readonly<Record<Digest, readonly Digest[]>>;
  /** Inputs of cohort steps: manifest → its artifacts by field of view. */
  readonly gathered: Readonly<Record<Digest, GatheredManifest>>;
  /** Artifacts and results of which nothing is known any more: cleaned, or never recorded. */
  readonly unknown: readonly Digest[];
}

/** Digests of the artifacts or manifests a result was made from; source files are no artifacts. */
export const inputDigests = ({ source, ingredients }: ResultRecord): Digest[] =>
  source === null ? Object.values(ingredients.inputs).flat() : [];

async function placesOf(store: Store, record: ResultRecord): Promise<string[]> {
  if (record.source === null) return [];
  const paths = await store.blobs.list(`locations/${record.key}`);
  const facts = await Promise.all(paths.map((path) => getJson<SourceFacts>(store.blobs, path)));
  return [...new Set([record.source.image, ...facts.flatMap((found) => found?.image ?? [])])];
}

/**
 * Walks the records from `roots` back to the source files, breadth first, each result once. Of several results that
 * yielded the same bytes the oldest is followed; the others are named in `producers`.
 */
export async function traceLineage(store: Store, roots: readonly LineageRoot[]): Promise<Lineage> {
  const results: Record<Digest, LineageResult> = {};
  const producers: Record<Digest, readonly Digest[]> = {};
  const gathered: Record<Digest, GatheredManifest> = {};
  const unknown = new Set<Digest>();
  const seen = new Set<Digest>();
  const readRecord = (key: Digest): Promise<ResultRecord | null> =>
    getJson<ResultRecord>(store.blobs, resultPath(key)).catch(() => null);

  async function visitResult(key: Digest, record: ResultRecord | null): Promise<Digest[]> {
    if (record === null) unknown.add(key);
    else if (results[key] === undefined) {
      results[key] = { record, places: await placesOf(store, record) };
      return inputDigests(record);
    }
    return [];
  }

  async function visitArtifact(digest: Digest): Promise<Digest[]> {
    const keys = await store.producers(digest);
    const records = (await Promise.all(keys.map(readRecord))).flatMap((record) => record ?? []);
    const [first, ...others] = records.sort((a, b) => (a.produced.finishedAt < b.produced.finishedAt ? -1 : 1));
    if (first !== undefined) {
      producers[digest] = [first, ...others].map(({ key }) => key);
      return visitResult(first.key, first);
    }
    const manifest = await store.getValue<GatheredManifest>(digest).catch(() => null);
    if (manifest === null || !Array.isArray(manifest.items)) {
      unknown.add(digest);
      return [];
    }
    gathered[digest] = manifest;
    return manifest.items.map((item) => item.digest);
  }

  let next: Digest[] = [];
  for (const { kind, digest } of roots) {
    if (kind === 'result') next.push(...(await visitResult(digest, await readRecord(digest))));
    else next.push(digest);
  }
  while (next.length > 0) {
    const fresh = [...new Set(next)].filter((digest) => !seen.has(digest));
    for (const digest of fresh) seen.add(digest);
    next = (await mapBounded(fresh, READERS, visitArtifact)).flat();
  }
  return { roots, results, producers, gathered, unknown: [...unknown].sort() };
}

/** A ref as the beginning of a lineage. */
export const rootOf = (ref: ArtifactRef, fov: string | null, name: string | null): LineageRoot => ({
  ...{ kind: 'artifact', digest: ref.digest, fov, name },
});
