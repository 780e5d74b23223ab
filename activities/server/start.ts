import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FoveaError } from '../../core/errors.ts';
import { databaseName, launch, logTail, otherDatabases, strayServer } from './launch.ts';
import { choosePorts } from './ports.ts';
import { NAMESPACE, prepareNamespace } from './prepare.ts';
import { connect, probe } from './probe.ts';
import { addressOf, readRecord, removeRecord, uiOf, writeRecord } from './record.ts';
import { otherMachine, stopRecorded } from './stop.ts';
import { fileLock, findTemporal } from './supply.ts';
import type { ServerHandle } from './handle.ts';
import type { Launched } from './launch.ts';
import type { Ports } from './ports.ts';
import type { ServerFiles, ServerRecord } from './record.ts';

/** How long a server may take until it answers. */
const HEALTHY_MS = 30_000;
const ATTEMPTS = 3;

interface StartOptions {
  readonly port?: number;
  readonly uiPort?: number;
  readonly keep?: boolean;
  readonly log: (line: string) => void;
}

function handleOf(record: ServerRecord, startedHere: boolean): ServerHandle {
  const { pid, version } = record;
  return {
    address: addressOf(record),
    namespace: NAMESPACE,
    ui: uiOf(record),
    kind: 'embedded',
    pid,
    startedHere,
    version,
  };
}

/** The record: the one on file, or one made up from the arguments of a server whose record somebody removed. */
export async function findRecord(files: ServerFiles): Promise<ServerRecord | null> {
  const record = readRecord(files);
  if (record !== null) return record;
  const stray = strayServer(files);
  if (stray === null) return null;
  const version = stray.db.replace(/^temporal-|\.db$/g, '');
  return describe(stray.pid, stray.ports, { version, db: stray.db, keep: false });
}

async function describe(
  pid: number,
  ports: Ports,
  more: Pick<ServerRecord, 'version' | 'db' | 'keep'>,
): Promise<ServerRecord> {
  const lock = await fileLock();
  const process = { pid, started: lock.processStart(pid) ?? '', host: lock.thisProcess().host };
  return { ...process, ...ports, ...more, startedAt: new Date().toISOString(), ready: false, stopping: false };
}

/** The server that the record names, if it is ready and answers; null where one must be started (or stopped) first. */
export async function attach(files: ServerFiles): Promise<ServerHandle | null> {
  const lock = await fileLock();
  const record = readRecord(files);
  if (record === null || !record.ready || record.stopping) return null;
  if (record.host !== lock.thisProcess().host) throw otherMachine(files, record);
  if (!lock.isRunning(record)) return null;
  if (await answersInTime(record, () => !lock.isRunning(record))) return handleOf(record, false);
  if (!lock.isRunning(record)) return null;
  throw new FoveaError(
    'NO_SERVER',
    `the Temporal server, process ${record.pid}, does not answer at ${addressOf(record)}; ` +
      `stop it with fovea server stop and run the command again; its log is ${files.log}`,
    { fields: { pid: record.pid, address: addressOf(record), log: files.log } },
  );
}

/**
 * Starts the embedded server. Call it holding the start lock, after `attach` found none. Cleans up after a server that
 * died and takes over one that was started but not made ready, or that the record does not know.
 *
 * @throws FoveaError NO_SERVER (with the end of the server's log) or PORT_TAKEN
 */
export async function start(files: ServerFiles, options: StartOptions): Promise<ServerHandle> {
  const lock = await fileLock();
  const old = await findRecord(files);
  if (old !== null && lock.isRunning(old)) {
    // Whoever started it, or was stopping it, died half-way; or the record was removed.
    if (!old.stopping) return makeReady(files, old, null);
    await stopRecorded(files, old);
  }
  removeRecord(files);
  const binary = await findTemporal({ log: options.log });
  const db = databaseName(binary.version);
  if (!existsSync(join(files.folder, db))) {
    for (const other of otherDatabases(files.folder, db)) {
      options.log(
        `${join(files.folder, other)} was written by another server version than this ${binary.version}, which starts with ` +
          `the new file ${db}; to finish a run that was open in the old one, type its command again`,
      );
    }
  }
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(options, old);
    const launched = await launch(binary.path, ports, db, files);
    const more = { version: binary.version, db, keep: options.keep === true };
    const record = await describe(launched.pid, ports, more);
    // Written at once: should this process die now, the next one finds the server and does not start a second.
    writeRecord(files, record);
    try {
      return await makeReady(files, record, launched);
    } catch (err) {
      await stopRecorded(files, record);
      // Another program took the port between our look and the server's start.
      const lost = launched.ended() !== null && /address already in use/i.test(logTail(files, launched.logStart));
      if (!lost || options.port || attempt === ATTEMPTS) throw err;
    }
  }
}

/** Waits until the server answers, prepares its namespace and says so in the record. */
async function makeReady(files: ServerFiles, record: ServerRecord, launched: Launched | null): Promise<ServerHandle> {
  const lock = await fileLock();
  writeRecord(files, record);
  const gone = (): boolean => (launched?.ended() ?? null) !== null || !lock.isRunning(record);
  if (!(await answersInTime(record, gone))) {
    const how = gone() ? `ended (${launched?.ended() ?? 'killed'})` : `does not answer after ${HEALTHY_MS / 1000} s`;
    const message = `the Temporal server on port ${record.port} ${how}. The end of its log, ${files.log}:\n${logTail(files, launched?.logStart ?? 0)}`;
    throw new FoveaError('NO_SERVER', message, { fields: { log: files.log, port: record.port } });
  }
  const connection = await connect({ address: addressOf(record) }, HEALTHY_MS);
  try {
    await prepareNamespace(connection);
  } finally {
    await connection.close();
  }
  writeRecord(files, { ...record, ready: true });
  return handleOf(record, launched !== null);
}

async function answersInTime(record: ServerRecord, gone: () => boolean): Promise<boolean> {
  for (const deadline = Date.now() + HEALTHY_MS; Date.now() < deadline && !gone(); await sleep(50)) {
    try {
      await probe({ address: addressOf(record) }, NAMESPACE, 2_000);
      return true;
    } catch {
      // Not up yet; whether it ever will be shows in the process or in the time.
    }
  }
  return false;
}
