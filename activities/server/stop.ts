import { setTimeout as sleep } from 'node:timers/promises';
import { FoveaError } from '../../core/errors.ts';
import { removeRecord, writeRecord } from './record.ts';
import { fileLock } from './supply.ts';
import type { ServerFiles, ServerRecord } from './record.ts';

const TERM_MS = 10_000;
const KILL_MS = 5_000;
const POLL_MS = 50;

/**
 * Stops the server of a record and removes the record: SIGTERM, which it answers by closing its database cleanly, and
 * after ten seconds SIGKILL. Call it holding the start lock.
 *
 * @returns whether the process was running, and whether it had to be killed
 * @throws FoveaError NO_SERVER when it runs on another machine or cannot be ended
 */
export async function stopRecorded(
  files: ServerFiles,
  record: ServerRecord,
): Promise<{ wasRunning: boolean; killed: boolean }> {
  const lock = await fileLock();
  if (record.host !== lock.thisProcess().host) throw otherMachine(files, record);
  if (!lock.isRunning(record)) {
    removeRecord(files);
    return { wasRunning: false, killed: false };
  }
  writeRecord(files, { ...record, stopping: true });
  const gone = async (signal: NodeJS.Signals, withinMs: number): Promise<boolean> => {
    try {
      process.kill(record.pid, signal);
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err;
    }
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(POLL_MS)) {
      if (!lock.isRunning(record)) return true;
    }
    return !lock.isRunning(record);
  };
  const killed = !(await gone('SIGTERM', TERM_MS));
  if (killed && !(await gone('SIGKILL', KILL_MS))) {
    const message = `the Temporal server, process ${record.pid}, does not end; end it by hand, then remove ${files.record}`;
    throw new FoveaError('NO_SERVER', message, { fields: { pid: record.pid } });
  }
  removeRecord(files);
  return { wasRunning: true, killed };
}

/** A shared home folder whose server listens on another machine's loopback interface. */
export function otherMachine(files: ServerFiles, record: ServerRecord): FoveaError {
  return new FoveaError(
    'NO_SERVER',
    `the Temporal server of ${files.folder} runs on ${record.host}, process ${record.pid}, and cannot be reached from here; ` +
      `run the command there, use another folder here, or remove ${files.record} if that machine is gone for good`,
    { fields: { host: record.host, pid: record.pid } },
  );
}
