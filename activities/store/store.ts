import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef, Digest, Kind, Kinds } from '../../core/artifact.ts';
import { artifactDigest, fromArrays, toArrays } from '../../core/content.ts';
import { canonical, sha256 } from '../../core/digest.ts';
import { FoveaError } from '../../core/errors.ts';
import { writeFileList } from './file-list.ts';
import { readArtifactFolder, writeArtifactFolder } from './artifact-folder.ts';
import { fileBlobs } from './blobs-file.ts';
import { getJson, type Blobs } from './blobs.ts';
import { storeError } from './file-errors.ts';
import type { ResultRecord } from './records.ts';

/** Raised when a store written by this version could not be read by an older one. */
export const STORE_SCHEMA = 1;

/** Artifacts and run records by digest. */
export interface Store {
  readonly root: string;
  /** Random, made with the store: keeps queues and workflows of two stores apart on one server. */
  readonly id: string;
  readonly blobs: Blobs;
  hasArtifact(digest: Digest): Promise<boolean>;
  /** Decodes a stored artifact. Throws NOT_FOUND when it was not kept, STORE_CORRUPT when bytes are damaged. */
  readArtifact<K extends Kind>(ref: { kind: K; digest: Digest }): Promise<Kinds[K]>;
  /** Digests a value and, with `keep`, stores it. Storing what is there already writes nothing. */
  writeArtifact<K extends Kind>(kind: K, value: Kinds[K], keep: boolean): Promise<{ ref: ArtifactRef; bytes: number }>;
  /** The record of a finished result, or null. Null as well when a kept output's bytes are gone. */
  result(key: Digest): Promise<ResultRecord | null>;
  /** Writes a record once: the first writer wins, and the record that stands is returned. */
  record(record: ResultRecord): Promise<ResultRecord>;
  /** Keys of the records that yielded an artifact. */
  producers(digest: Digest): Promise<Digest[]>;
  /** A JSON value by its content, for manifests and plans. */
  putValue(value: unknown): Promise<Digest>;
  getValue<T>(digest: Digest): Promise<T>;
  /** An empty folder of this attempt, below the store's temporary folder. */
  temporaryFolder(): Promise<string>;
}

const shard = (digest: string): string => `${digest.slice(0, 2)}/${digest}`;
export const resultPath = (key: Digest): string => `results/${shard(key)}.json`;
export const artifactPath = (digest: Digest): string => `artifacts/${shard(digest)}`;

async function openVersion(blobs: Blobs, root: string): Promise<{ id: string }> {
  const fresh = { schema: STORE_SCHEMA, id: randomUUID().slice(0, 8), createdAt: new Date().toISOString() };
  const found =
    (await getJson<typeof fresh>(blobs, 'store.json')) ??
    ((await blobs.put('store.json', `${JSON.stringify(fresh)}\n`, { ifAbsent: true }))
      ? fresh
      : await getJson<typeof fresh>(blobs, 'store.json'));
  if (found === null || typeof found.schema !== 'number' || typeof found.id !== 'string') {
    throw new FoveaError(
      'STORE',
      `${root}/store.json is not a Fovea store's header; name another folder with --store`,
      {
        retryable: false,
        fields: { path: root },
      },
    );
  }
  if (found.schema > STORE_SCHEMA) {
    throw new FoveaError(
      'STORE_VERSION',
      `the store ${root} was written by a newer Fovea (store schema ${found.schema}, this one reads up to ` +
        `${STORE_SCHEMA}). Install that Fovea, or name another folder with --store`,
      { fields: { path: root, found: found.schema, wanted: STORE_SCHEMA } },
    );
  }
  return found;
}

/** Opens a store in a local folder, making it when absent. Throws STORE_VERSION for one written by a newer Fovea. */
export async function openStore(root: string): Promise<Store> {
  await mkdir(join(root, 'tmp'), { recursive: true }).catch(async (err: unknown) => {
    throw await storeError(err, 'make', root);
  });
  const blobs = fileBlobs(root);
  const { id } = await openVersion(blobs, root);

  const hasArtifact = (digest: Digest): Promise<boolean> =>
    stat(join(root, artifactPath(digest))).then(
      () => true,
      () => false,
    );

  async function temporaryFolder(): Promise<string> {
    const folder = join(root, 'tmp', `${process.pid}-${randomBytes(6).toString('hex')}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async function result(key: Digest): Promise<ResultRecord | null> {
    const record = await getJson<ResultRecord>(blobs, resultPath(key)).catch((err: unknown) => {
      if (err instanceof SyntaxError) return null;
      throw err;
    });
    if (record === null || !record.kept) return record;
    const present = await Promise.all(Object.values(record.outputs).map((ref) => hasArtifact(ref.digest)));
    return present.every(Boolean) ? record : null;
  }

  return {
    root,
    id,
    blobs,
    hasArtifact,
    temporaryFolder,

    async readArtifact(ref) {
      const stored = await readArtifactFolder(join(root, artifactPath(ref.digest)));
      if (stored.kind !== ref.kind) {
        throw new FoveaError('STORE_CORRUPT', `artifact ${ref.digest} is a ${stored.kind}, wanted a ${ref.kind}`);
      }
      return fromArrays(ref.kind, stored);
    },

    async writeArtifact(kind, value, keep) {
      const digest = artifactDigest(kind, value);
      const ref = { kind, digest };
      if (!keep || (await hasArtifact(digest))) return { ref, bytes: 0 };
      const temporary = await temporaryFolder();
      const target = join(root, artifactPath(digest));
      try {
        await writeArtifactFolder(temporary, kind, toArrays(kind, value));
        const bytes = await writeFileList(temporary);
        await mkdir(join(target, '..'), { recursive: true });
        await rename(temporary, target).catch((err: NodeJS.ErrnoException) => {
          if (err.code !== 'ENOTEMPTY' && err.code !== 'EEXIST') throw err;
        });
        return { ref, bytes };
      } catch (err) {
        throw await storeError(err, 'write', target);
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    },

    result,

    async record(record) {
      const path = resultPath(record.key);
      const bytes = `${canonical(record)}\n`;
      // First, so that a record never stands without them: outputs that are not kept are recomputed from here.
      for (const { digest } of Object.values(record.outputs)) {
        await blobs.put(`producers/${shard(digest)}/${record.key}`, '', { ifAbsent: true });
      }
      if (!(await blobs.put(path, bytes, { ifAbsent: true }))) {
        const standing = await result(record.key);
        if (standing !== null) return standing;
        await blobs.put(path, bytes);
      }
      return record;
    },

    async producers(digest) {
      return readdir(join(root, `producers/${shard(digest)}`)).then(
        (keys) => keys.filter((key) => !key.startsWith('.')).sort(),
        () => [],
      );
    },

    async putValue(value) {
      const bytes = canonical(value);
      const digest = sha256(bytes);
      await blobs.put(`values/${shard(digest)}.json`, bytes, { ifAbsent: true });
      return digest;
    },

    async getValue<T>(digest: Digest) {
      const value = await getJson<T>(blobs, `values/${shard(digest)}.json`);
      if (value === null) {
        throw new FoveaError('NOT_FOUND', `the store ${root} has no value ${digest}; was it cleaned by fovea gc?`);
      }
      return value;
    },
  };
}
