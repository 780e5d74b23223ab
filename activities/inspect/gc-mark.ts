import type { Digest } from '../../core/artifact.ts';
import type { GatheredManifest } from '../compute/gathered.ts';
import { getJson } from '../store/blobs.ts';
import type { ResultRecord } from '../store/records.ts';
import { resultPath, type Store } from '../store/store.ts';
import { inputDigests } from './why.ts';
import type { Roots } from './gc-roots.ts';

export interface Needed {
  readonly artifacts: ReadonlySet<Digest>;
  readonly keys: ReadonlySet<Digest>;
  readonly values: ReadonlySet<Digest>;
}

/**
 * Everything that is reached from the roots. Records are kept back to the source files, so that `fovea why` still tells
 * where a result comes from; bytes of ancestors only where an artifact is not stored and has to be made from them.
 */
export async function markNeeded(store: Store, stored: ReadonlySet<Digest>, roots: Roots): Promise<Needed> {
  const artifacts = new Set<Digest>();
  const keys = new Set<Digest>();
  const values = new Set(roots.values);
  const records = new Map<Digest, Promise<ResultRecord | null>>();
  const readRecord = (key: Digest): Promise<ResultRecord | null> => {
    const held = records.get(key) ?? getJson<ResultRecord>(store.blobs, resultPath(key)).catch(() => null);
    records.set(key, held);
    return held;
  };
  const makers = new Map<Digest, Promise<ResultRecord | null>>();
  const makerOf = (digest: Digest): Promise<ResultRecord | null> => {
    const held = makers.get(digest) ?? findMaker(digest);
    makers.set(digest, held);
    return held;
  };

  /**
   * The record to keep for an artifact: one that is kept anyway, else the first there is. A step that returned its input
   * as it was made nothing: its record cannot bring the artifact back.
   */
  async function findMaker(digest: Digest): Promise<ResultRecord | null> {
    const known = await store.producers(digest);
    for (const key of [...known.filter((each) => roots.keys.has(each)), ...known]) {
      const record = await readRecord(key);
      if (record !== null && !inputDigests(record).includes(digest)) return record;
    }
    return null;
  }

  const pending: { readonly digest: Digest; readonly bytes: boolean }[] = [];
  const told = new Set<Digest>();
  const wanted = new Set<Digest>();

  function addRecord(record: ResultRecord, bytes: boolean): void {
    keys.add(record.key);
    for (const digest of inputDigests(record)) pending.push({ digest, bytes });
  }

  async function visit(digest: Digest, bytes: boolean): Promise<void> {
    if (bytes ? wanted.has(digest) : told.has(digest) || wanted.has(digest)) return;
    (bytes ? wanted : told).add(digest);
    const isStored = stored.has(digest);
    if (bytes && isStored) artifacts.add(digest);
    const record = await makerOf(digest);
    if (record !== null) return addRecord(record, bytes && !isStored);
    const manifest = isStored ? null : await store.getValue<GatheredManifest>(digest).catch(() => null);
    if (manifest === null || !Array.isArray(manifest.items)) return;
    values.add(digest);
    for (const item of manifest.items) pending.push({ digest: item.digest, bytes });
  }

  for (const key of roots.keys) {
    const record = await readRecord(key);
    if (record === null) continue;
    addRecord(record, false);
    for (const { digest } of Object.values(record.outputs)) pending.push({ digest, bytes: true });
  }
  for (const digest of roots.artifacts) pending.push({ digest, bytes: true });
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) await visit(next.digest, next.bytes);
  return { artifacts, keys, values };
}
