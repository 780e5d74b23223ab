import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecord, serverFiles, writeRecord } from './record.ts';
import { stopRecorded } from './stop.ts';
import { fileLock } from './supply.ts';
import type { Owner } from './supply.ts';
import type { ServerFiles } from './record.ts';

/** Gives up one hold. `keep: true` leaves the server running whoever started it. Calling it again does nothing. */
export type ReleaseServer = (options?: { keep?: boolean }) => Promise<{ stopped: boolean }>;

/**
 * Registers this process as a user of the home's embedded server. Call it before `ensureServer`: a server on its way
 * down because its last user left then waits for, or makes room for, this one. When the last living user releases, a
 * server that was started on demand is stopped; one started with `keep` stays. Users that crashed do not count.
 *
 * @returns the function that gives the hold up
 */
export async function holdServer(home: string): Promise<ReleaseServer> {
  const files = serverFiles(home);
  const lock = await fileLock();
  mkdirSync(files.users, { recursive: true });
  const mine = join(files.users, `${process.pid}-${randomBytes(4).toString('hex')}.json`);
  writeFileSync(mine, JSON.stringify(lock.thisProcess()));
  let released = false;
  return async ({ keep = false } = {}) => {
    if (released) return { stopped: false };
    released = true;
    return lock.withLock(files.lock, async () => {
      rmSync(mine, { force: true });
      const record = readRecord(files);
      if (record === null || record.keep || keep) return { stopped: false };
      // Announced before the users are counted: whoever registers after the count reads the announcement.
      writeRecord(files, { ...record, stopping: true });
      if ((await livingUsers(files)).length > 0) {
        writeRecord(files, record);
        return { stopped: false };
      }
      await stopRecorded(files, record);
      return { stopped: true };
    });
  };
}

/** The processes that hold the server, one entry per hold; files of processes that are gone are removed. */
export async function livingUsers(files: ServerFiles): Promise<number[]> {
  const { isRunning } = await fileLock();
  let names: string[];
  try {
    names = readdirSync(files.users);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const path = join(files.users, name);
    const owner = readOwner(path);
    if (owner !== null && isRunning(owner)) return [owner.pid];
    rmSync(path, { force: true });
    return [];
  });
}

/** The number before the dash stands in while the file is still being written. */
function readOwner(path: string): (Partial<Owner> & { pid: number }) | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    const pid = Number(/(\d+)-[0-9a-f]+\.json$/.exec(path)?.[1]);
    return Number.isSafeInteger(pid) ? { pid } : null;
  }
}
