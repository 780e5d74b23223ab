import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

const POLL_MS = 50;

/** Every live process of this machine with its parent, from `/proc` where there is one, else from `ps`. Zombies have ended. */
async function parents(): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  const names = await readdir('/proc').catch(() => []);
  for (const name of names.filter((each) => /^\d+$/.test(each))) {
    // `pid (name) state ppid …`; the name may hold blanks and brackets. A process that ended meanwhile has no file.
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (parent !== undefined && state !== 'Z') found.set(Number(name), Number(parent));
  }
  if (found.size > 0) return found;
  const { stdout = '' } = await execa('ps', ['-A', '-o', 'pid=,ppid=,stat='], { reject: false });
  for (const line of stdout.split('\n')) {
    const [pid, parent, state] = line.trim().split(/\s+/);
    if (parent !== undefined && state?.startsWith('Z') !== true) found.set(Number(pid), Number(parent));
  }
  return found;
}

/** Those of `members` that are alive, with all live processes that they have started and those in turn. */
async function family(members: ReadonlySet<number>): Promise<Set<number>> {
  const known = await parents();
  const found = new Set(members);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const [pid, parent] of known) if (found.has(parent)) found.add(pid);
  }
  return new Set([...found].filter((pid) => known.has(pid)));
}

function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

/**
 * Ends a program and everything it has started: SIGTERM to all, and SIGKILL to those still there after `graceMs`. The program shares the
 * process group of its compute process, so the group as a whole cannot be signalled. A process whose parent ended before the limit was reached
 * is no longer known to be the program's; it ends with the compute process at the latest.
 */
export async function endProcessTree(pid: number, graceMs: number): Promise<void> {
  const deadline = performance.now() + graceMs;
  let members = await family(new Set([pid]));
  signalAll(members, 'SIGTERM');
  while (members.size > 0 && performance.now() < deadline) {
    await sleep(POLL_MS);
    members = await family(members);
  }
  signalAll(members, 'SIGKILL');
}
