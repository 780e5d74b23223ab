import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FoveaError } from '../../core/errors.ts';
import { externalServer } from './external.ts';
import { attach, findRecord, start } from './start.ts';
import { addressOf, readRecord, serverFiles, uiOf, writeRecord } from './record.ts';
import { NAMESPACE } from './prepare.ts';
import { probe } from './probe.ts';
import { stopRecorded } from './stop.ts';
import { fileLock } from './supply.ts';
import { livingUsers } from './users.ts';
import type { ServerHandle } from './handle.ts';

export interface EnsureServerOptions {
  /** Fovea's home folder; the server's database, log and record lie in its folder `server`. */
  readonly home: string;
  /** A port to insist on; by default (or 0) 7233, or the next free one. */
  readonly port?: number;
  /** By default the port plus 1000. */
  readonly uiPort?: number;
  /** Leave the server running when its last user is gone (see `holdServer`). */
  readonly keep?: boolean;
  readonly log?: (line: string) => void;
}

/**
 * A server to run workflows on: the one TEMPORAL_ADDRESS names, else the embedded one of `home`, started if it is not
 * running. Any number of processes may call this at once; one of them starts the server and the others wait for it.
 * The embedded server listens on 127.0.0.1 only, keeps closed workflows for 365 days and knows Fovea's search attributes.
 *
 * @throws FoveaError NO_SERVER, PORT_TAKEN (only for a port that was asked for, or when all are taken) or USAGE
 */
export async function ensureServer(options: EnsureServerOptions): Promise<ServerHandle> {
  const external = await externalServer();
  if (external !== null) return external;
  const files = serverFiles(options.home);
  const log = options.log ?? (() => {});
  const handle = await obtain();
  if (options.port && handle.address !== addressOf({ port: options.port })) {
    log(`the Temporal server of ${resolve(options.home)} already runs at ${handle.address}; it keeps that port`);
  }
  return handle;

  async function obtain(): Promise<ServerHandle> {
    const running = options.keep ? null : await attach(files);
    if (running !== null) return running;
    const { withLock } = await fileLock();
    const underLock = async (): Promise<ServerHandle> => {
      const found = (await attach(files)) ?? (await start(files, { ...options, log }));
      const record = readRecord(files);
      if (options.keep && record !== null && !record.keep) writeRecord(files, { ...record, keep: true });
      return found;
    };
    return withLock(files.lock, underLock, {
      onWait: (owner) =>
        log(`waiting for process ${owner.pid ?? '?'}, which is starting or stopping the Temporal server`),
    });
  }
}

export interface StopResult {
  readonly stopped: boolean;
  readonly pid: number | null;
  /** It did not end within ten seconds of SIGTERM. */
  readonly killed: boolean;
}

/** Stops the home's embedded server, whoever uses it; a cluster is never touched. @throws FoveaError NO_SERVER */
export async function stopServer(home: string): Promise<StopResult> {
  const files = serverFiles(home);
  if (!existsSync(files.folder)) return { stopped: false, pid: null, killed: false };
  const { withLock } = await fileLock();
  return withLock(files.lock, async () => {
    const record = await findRecord(files);
    if (record === null) return { stopped: false, pid: null, killed: false };
    const { wasRunning, killed } = await stopRecorded(files, record);
    return { stopped: wasRunning, pid: wasRunning ? record.pid : null, killed };
  });
}

/**
 * `external`: TEMPORAL_ADDRESS names a server that answers. `running`: the embedded one answers. `silent`: its process
 * lives but does not answer (it may be starting). `stopped`: none runs.
 */
export interface ServerStatus {
  readonly state: 'external' | 'running' | 'silent' | 'stopped';
  readonly address: string | null;
  readonly namespace: string;
  readonly ui: string | null;
  readonly pid: number | null;
  readonly version: string | null;
  readonly startedAt: string | null;
  /** Path and size in bytes of the database, null where there is none. */
  readonly db: { readonly path: string; readonly bytes: number } | null;
  readonly log: string | null;
  /** Processes that hold the server. */
  readonly users: readonly number[];
}

/** How things stand; starts nothing and changes nothing. @throws FoveaError as `ensureServer` for a cluster */
export async function serverStatus(home: string): Promise<ServerStatus> {
  const external = await externalServer();
  if (external !== null) {
    const { address, namespace, ui, pid, version } = external;
    return { state: 'external', address, namespace, ui, pid, version, startedAt: null, db: null, log: null, users: [] };
  }
  const files = serverFiles(home);
  const { isRunning } = await fileLock();
  const record = readRecord(files);
  const log = existsSync(files.log) ? files.log : null;
  if (record === null || !isRunning(record)) {
    const nothing = { address: null, ui: null, pid: null, version: null, startedAt: null, db: null };
    return { state: 'stopped', namespace: NAMESPACE, ...nothing, log, users: [] };
  }
  const db = join(files.folder, record.db);
  return {
    state: await answers(addressOf(record)),
    address: addressOf(record),
    namespace: NAMESPACE,
    ui: uiOf(record),
    pid: record.pid,
    version: record.version,
    startedAt: record.startedAt,
    db: existsSync(db) ? { path: db, bytes: statSync(db).size } : null,
    log,
    users: await livingUsers(files),
  };
}

async function answers(address: string): Promise<'running' | 'silent'> {
  try {
    await probe({ address }, NAMESPACE, 2_000);
    return 'running';
  } catch (err) {
    if (err instanceof FoveaError) throw err;
    return 'silent';
  }
}
