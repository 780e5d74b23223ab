import { stat } from 'node:fs/promises';
import type { Digest } from '../../core/artifact.ts';
import { sha256 } from '../../core/digest.ts';
import { getJson } from '../store/blobs.ts';
import type { Store } from '../store/store.ts';

export interface FileDigest {
  readonly path: string;
  readonly sha256: Digest;
  readonly bytes: number;
}

/** A file's stat at the time its bytes were hashed. */
interface Stamp {
  readonly path: string;
  readonly bytes: number;
  readonly mtime: string;
  readonly ctime: string;
  readonly inode: string;
  readonly sha256: Digest;
}

/** A file changed this recently may change again within its time stamp's resolution, so its stamp is not trusted. */
const RACY_MS = 2_000;

const stampPath = (path: string): string => {
  const name = sha256(path);
  return `stamps/${name.slice(0, 2)}/${name}.json`;
};

export async function statOf(path: string): Promise<Omit<Stamp, 'sha256'> | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (found === null) return null;
  const { size, mtimeNs, ctimeNs, ino } = found;
  return { path, bytes: Number(size), mtime: String(mtimeNs), ctime: String(ctimeNs), inode: String(ino) };
}

/** Digests of files that have not been touched since they were last hashed, or null when any has to be hashed anew. */
export async function knownDigests(store: Store, paths: readonly string[]): Promise<FileDigest[] | null> {
  const digests: FileDigest[] = [];
  for (const path of paths) {
    const [now, stamp] = await Promise.all([statOf(path), getJson<Stamp>(store.blobs, stampPath(path))]);
    if (now === null || stamp === null) return null;
    const same =
      stamp.bytes === now.bytes && stamp.mtime === now.mtime && stamp.ctime === now.ctime && stamp.inode === now.inode;
    if (!same) return null;
    digests.push({ path, sha256: stamp.sha256, bytes: stamp.bytes });
  }
  return digests;
}

/** Whether a file or folder was changed so recently that its stat cannot be trusted to tell of another change. */
export const isRacy = ({ ctime }: Pick<Stamp, 'ctime'>): boolean =>
  Date.now() - Number(BigInt(ctime) / 1_000_000n) < RACY_MS;

/** Keeps the digests with the files' stats, but for files changed within the last two seconds. */
export async function rememberDigests(store: Store, digests: readonly FileDigest[]): Promise<void> {
  for (const { path, sha256: digest } of digests) {
    const now = await statOf(path);
    if (now === null || isRacy(now)) continue;
    await store.blobs.put(stampPath(path), JSON.stringify({ ...now, sha256: digest } satisfies Stamp));
  }
}
