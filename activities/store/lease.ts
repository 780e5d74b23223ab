import { randomBytes } from 'node:crypto';
import { lstat, lutimes, mkdir, readlink, rename, symlink, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Digest } from '../../core/artifact.ts';
import { storeError } from './file-errors.ts';

/** A lease not renewed for this long is taken over: its holder is dead or cut off. */
export const STALE_MS = 30_000;
const RENEW_MS = 5_000;

export interface Lease {
  release(): Promise<void>;
}

interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly nonce: string;
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const holderOf = (path: string): Promise<string | null> => readlink(path).catch(() => null);

/** The text of a lease whose holder can no longer finish (a dead process of this host, or no renewal for STALE_MS). */
async function staleText(path: string): Promise<string | null> {
  const [text, stats] = await Promise.all([holderOf(path), lstat(path).catch(() => null)]);
  if (text === null || stats === null) return null;
  if (Date.now() - stats.mtimeMs > STALE_MS) return text;
  try {
    const holder = JSON.parse(text) as Holder;
    return holder.host === hostname() && !alive(holder.pid) ? text : null;
  } catch {
    return null;
  }
}

/**
 * Replaces a stale lease by one's own in a single rename, so that there is never none. Takers take turns by a file of
 * their own and judge again once it is theirs: whoever comes second finds a living holder. Returns whether it was taken.
 */
async function takeOver(path: string, holder: string, nonce: string): Promise<boolean> {
  if ((await staleText(path)) === null) return false;
  const turn = `${path}.turn`;
  try {
    await symlink(holder, turn);
  } catch {
    // Another taker's turn; one that died in it is cleared away as late as a lease that is not renewed.
    if ((await staleText(turn)) !== null) await unlink(turn).catch(() => undefined);
    return false;
  }
  try {
    if ((await staleText(path)) === null) return false;
    await symlink(holder, `${path}.${nonce}`);
    await rename(`${path}.${nonce}`, path);
    return true;
  } finally {
    await unlink(turn).catch(() => undefined);
  }
}

/**
 * Takes the lease on a key, so that two runs that need one result at once compute it once. Returns null while another
 * process holds it; call again later. A stale lease is taken over by one of those who ask.
 *
 * A lease is a symbolic link that leads nowhere: its target is who holds it. One call makes it whole or not at all, so
 * nobody ever sees a lease without its holder.
 */
export async function tryLease(storeRoot: string, key: Digest): Promise<Lease | null> {
  const path = join(storeRoot, 'leases', key);
  const holder: Holder = { host: hostname(), pid: process.pid, nonce: randomBytes(8).toString('hex') };
  const text = JSON.stringify(holder);
  const create = (): Promise<void> => symlink(text, path);
  try {
    await create().catch(async (err: NodeJS.ErrnoException) => {
      if (err.code !== 'ENOENT') throw err;
      await mkdir(dirname(path), { recursive: true });
      await create();
    });
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw await storeError(err, 'take the lease', path);
    if (!(await takeOver(path, text, holder.nonce))) return null;
  }
  const renewal = setInterval(() => {
    const now = new Date();
    lutimes(path, now, now).catch(() => undefined);
  }, RENEW_MS);
  renewal.unref();
  return {
    async release() {
      clearInterval(renewal);
      if ((await holderOf(path)) === text) await unlink(path).catch(() => undefined);
    },
  };
}
