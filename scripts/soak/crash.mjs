// Runs a cohort while killing its processes at random, until it is complete.
import { setTimeout as sleep } from 'node:timers/promises';
import { family, typeCommand } from './processes.mjs';

/** A killed command's worker and compute processes finish what is in flight and must be gone by then. */
const ORPHANS_GONE_MS = 25_000;

/** The exit code for it. */
const NO_SERVER = 5;

/**
 * Uniform numbers in [0, 1) from a seed (mulberry32).
 *
 * @param {number} seed
 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @typedef {{ at: number, role: 'run' | 'worker' | 'child' | 'server', pid: number }} Kill
 * @param {string} folder a cohort made by `makeCohort`
 * @param {{ kills: number, random: () => number, say?: (line: string) => void, withinMs?: number }} options
 * @returns {Promise<{ kills: Kill[], commands: number, problems: string[] }>}
 */
export async function crashRun(folder, { kills: wanted, random, say = () => {}, withinMs = 300_000 }) {
  const kills = [];
  const problems = [];
  const orphans = [];
  const deadline = Date.now() + withinMs;
  let commands = 1;
  let command = typeCommand(folder);

  const killOne = () => {
    const living = family(folder);
    const candidates = living.filter((process) => process.role !== null).sort((a, b) => a.pid - b.pid);
    const chosen = candidates[Math.floor(random() * candidates.length)];
    if (chosen === undefined) return;
    const { pid, role } = chosen;
    if (role === 'run' && pid !== command.pid) return;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return;
    }
    const at = Date.now();
    kills.push({ at, role, pid });
    say(`kill ${kills.length}: ${role} ${pid}`);
    if (role !== 'run') return;
    const left = living.filter((process) => process.role === 'worker' || process.role === 'child');
    orphans.push({ at, pids: left.map((process) => process.pid) });
  };

  const checkOrphans = () => {
    const living = family(folder).map(({ pid }) => pid);
    for (const { at, pids } of orphans) {
      const left = pids.filter((pid) => living.includes(pid));
      if (Date.now() - at > ORPHANS_GONE_MS && left.length > 0) {
        problems.push(
          `${left.length} processes outlived their killed command by ${ORPHANS_GONE_MS / 1000} s: ${left.join(', ')}`,
        );
        for (const pid of left) process.kill(pid, 'SIGKILL');
      }
    }
  };

  for (;;) {
    // Most kills are to hit steps at work; every fourth may come while things are still starting.
    const patience = random() < 0.25 ? 0 : 15_000;
    const pause = random() * 3_000;
    const atWork = async () => {
      for (const start = Date.now(); Date.now() - start < patience && kills.length < wanted; await sleep(100)) {
        if (command.hasEnded() || family(folder).some(({ role }) => role === 'child')) break;
      }
      return sleep(kills.length < wanted ? pause : 1_000, null);
    };
    const end = await Promise.race([command.done, atWork()]);
    checkOrphans();
    if (end !== null) {
      if (end.code === 0) break;
      // A server killed while it starts is reported with its log; the command may be typed again, as after any end.
      const serverless = end.code === NO_SERVER && kills.at(-1)?.role === 'server';
      if (end.signal !== 'SIGKILL' && !serverless) {
        problems.push(`the command gave up (${end.signal ?? `exit ${end.code}`}): ${command.said().trim()}`);
      }
      if (problems.length > 5) break;
      command = typeCommand(folder);
      commands += 1;
      continue;
    }
    if (Date.now() > deadline) {
      problems.push(`not complete after ${withinMs / 1000} s: ${command.said().trim()}`);
      break;
    }
    if (kills.length < wanted) killOne();
  }
  const quiet = Date.now() + ORPHANS_GONE_MS;
  while (family(folder).length > 0 && Date.now() < quiet) await sleep(200);
  for (const { pid, role } of family(folder)) {
    problems.push(`process ${pid} (${role ?? 'unknown'}) is left behind`);
    process.kill(pid, 'SIGKILL');
  }
  return { kills, commands, problems };
}
