// A lock file that survives crashes: it names its owner, and an owner that no longer runs has no lock.
// Dependency-free, since the set-up uses it before anything is installed.
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock or break file that cannot be read is taken for abandoned after this long. */
const UNREADABLE_MS = 10_000;
const POLL_MS = 150;

/**
 * When a process started, as an opaque text that differs whenever the number is used again: on Linux the boot's id and
 * the start tick of /proc, elsewhere what `ps` prints. Null when there is no such process, a zombie included; '' when
 * it lives but its start cannot be told.
 *
 * @param {number} pid
 * @returns {string | null}
 */
export function processStart(pid) {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  try {
    process.kill(pid, 0);
  } catch (err) {
    if (err.code !== 'EPERM') return null;
  }
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The second field is the program's name in brackets and may itself hold blanks and brackets.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return null;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`;
    }
    if (process.platform === 'win32') return '';
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/**
 * @typedef {{ pid: number, started: string, host: string }} Owner
 * @returns {Owner} this process, as written into lock files
 */
export function thisProcess() {
  return { pid: process.pid, started: processStart(process.pid) ?? '', host: hostname() };
}

/**
 * Whether the process that wrote `owner` still runs. A process of another machine (a shared home folder) is given the
 * benefit of the doubt.
 *
 * @param {Partial<Owner>} owner
 */
export function isRunning(owner) {
  if (owner.host !== undefined && owner.host !== hostname()) return true;
  const started = processStart(owner.pid ?? 0);
  return started !== null && (!owner.started || started === '' || started === owner.started);
}

/**
 * Runs `work` while holding the lock file `path`; waits while another living process holds it. A lock whose owner is
 * gone is taken over. The file appears whole (written aside, then linked), so nobody reads half an owner.
 *
 * @template T
 * @param {string} path
 * @param {() => T | Promise<T>} work
 * @param {{ waitMs?: number, onWait?: (owner: Partial<Owner>) => void }} [options] `onWait` is called once, when waiting begins
 * @returns {Promise<T>}
 */
export async function withLock(path, work, { waitMs = 45 * 60_000, onWait } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const deadline = Date.now() + waitMs;
  let waiting = false;
  while (!claim(path)) {
    const owner = breakIfStale(path);
    if (owner !== null) {
      if (!waiting) onWait?.(owner);
      waiting = true;
      if (Date.now() > deadline) {
        throw new Error(
          `${path} is held by process ${owner.pid ?? '?'} on ${owner.host ?? 'this machine'} for too long; ` +
            'end that process or, if it is gone, remove the file',
        );
      }
      await sleep(POLL_MS);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Creates the lock file for this process; false when it exists. */
function claim(path) {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const text = JSON.stringify(thisProcess());
  try {
    writeFileSync(aside, text, { flag: 'wx' });
    linkSync(aside, path);
    return true;
  } catch (err) {
    if (err.code === 'EEXIST') return false;
    // File systems without hard links (exFAT, some network shares): exclusive creation will do.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(err.code)) throw err;
    try {
      writeFileSync(path, text, { flag: 'wx' });
      return true;
    } catch (again) {
      if (again.code === 'EEXIST') return false;
      throw again;
    }
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Removes a lock whose owner is gone and returns null; returns the living owner otherwise. */
function breakIfStale(path) {
  const owner = staleness(path);
  if (owner !== null) return owner;
  // Two processes may both find the lock stale. Only the one holding the break file removes it, and only after a
  // second look, so that nobody removes the lock its neighbour has just taken.
  const breaker = `${path}.break`;
  try {
    writeFileSync(breaker, '', { flag: 'wx' });
  } catch (err) {
    if (err.code !== 'EEXIST') throw err;
    if (age(breaker) > UNREADABLE_MS) rmSync(breaker, { force: true });
    return {};
  }
  try {
    if (staleness(path) === null) rmSync(path, { force: true });
    return null;
  } finally {
    rmSync(breaker, { force: true });
  }
}

/** The living owner of a lock file, or null when there is none. */
function staleness(path) {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8'));
    return isRunning(owner) ? owner : null;
  } catch (err) {
    if (err.code === 'ENOENT') return null;
    return age(path) > UNREADABLE_MS ? null : {};
  }
}

function age(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
