import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { FoveaError } from '../../core/errors.ts';

/** What `<home>/server/server.json` says about the embedded server; it is there exactly while that server should run. */
const Record = z.object({
  pid: z.int().positive(),
  started: z.string(),
  host: z.string(),
  port: z.int(),
  uiPort: z.int(),
  version: z.string(),
  db: z.string(),
  startedAt: z.string(),
  /** Retention and search attributes are in place. */
  ready: z.boolean(),
  /** Outlives its last user: somebody asked for it by `fovea server start`. */
  keep: z.boolean(),
  /** On its way down; who needs a server waits and starts a new one. */
  stopping: z.boolean(),
});
export type ServerRecord = z.infer<typeof Record>;

/** The files of one home's embedded server. */
export interface ServerFiles {
  readonly folder: string;
  readonly record: string;
  readonly lock: string;
  readonly log: string;
  readonly users: string;
}

export function serverFiles(home: string): ServerFiles {
  const folder = join(resolve(home), 'server');
  return {
    folder,
    record: join(folder, 'server.json'),
    lock: join(folder, 'start.lock'),
    log: join(folder, 'server.log'),
    users: join(folder, 'users'),
  };
}

/** The record, or null when there is none. @throws FoveaError NO_SERVER when the file is not one of ours */
export function readRecord(files: ServerFiles): ServerRecord | null {
  let text: string;
  try {
    text = readFileSync(files.record, 'utf8');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw err;
  }
  try {
    return Record.parse(JSON.parse(text));
  } catch (err) {
    const message = `${files.record} is not a server record; stop the Temporal server of this folder, then remove the file`;
    throw new FoveaError('NO_SERVER', message, { cause: err, fields: { path: files.record } });
  }
}

/** Replaces the record; readers see the old or the new one, never half of one. */
export function writeRecord(files: ServerFiles, record: ServerRecord): void {
  mkdirSync(files.folder, { recursive: true });
  const aside = `${files.record}.${process.pid}.tmp`;
  writeFileSync(aside, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(aside, files.record);
}

export function removeRecord(files: ServerFiles): void {
  rmSync(files.record, { force: true });
}

/** `127.0.0.1` and never `localhost`, which may resolve to an address the server does not listen on. */
export function addressOf(record: Pick<ServerRecord, 'port'>): string {
  return `127.0.0.1:${record.port}`;
}

export function uiOf(record: Pick<ServerRecord, 'uiPort'>): string {
  return `http://127.0.0.1:${record.uiPort}`;
}
