// The processes of one run, found by a variable that each inherits from the command that started it. Linux only.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, root } from './cohort.mjs';

const MARK = 'FOVEA_SOAK';

/** @param {string[]} argv */
function roleOf(argv) {
  if (argv.some((word) => word.endsWith('compute/child.js'))) return 'child';
  if (argv.includes('start-dev')) return 'server';
  const command = argv[argv.findIndex((word) => word === cli) + 1];
  return command === 'worker' || command === 'run' ? command : null;
}

/**
 * The living processes that stem from commands started for `folder`.
 *
 * @param {string} folder
 * @returns {{ pid: number, role: 'run' | 'worker' | 'child' | 'server' | null }[]}
 */
export function family(folder) {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const environ = readFileSync(join('/proc', name, 'environ'), 'utf8').split('\0');
      if (!environ.includes(`${MARK}=${folder}`)) return [];
      if (/^State:\s+Z/m.test(readFileSync(join('/proc', name, 'status'), 'utf8'))) return [];
      return [{ pid: Number(name), role: roleOf(readFileSync(join('/proc', name, 'cmdline'), 'utf8').split('\0')) }];
    } catch {
      // Ended meanwhile, or another user's process.
      return [];
    }
  });
}

/**
 * Types `fovea run` for a pipeline file in `folder`.
 *
 * @param {string} folder
 * @param {string[]} args
 * @param {string} file
 */
export function typeCommand(folder, args = [], file = 'pipeline.yaml') {
  const env = { ...process.env, [MARK]: folder, FOVEA_HOME: join(folder, 'home') };
  for (const name of Object.keys(env)) if (name.startsWith('TEMPORAL_')) delete env[name];
  const argv = [cli, 'run', join(folder, file), '--slots', '2', '--quiet', '--results', join(folder, 'results')];
  const child = spawn(process.execPath, [...argv, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += bytes));
  let ended = false;
  const done = new Promise((resolve) =>
    child.once('close', (code, signal) => {
      ended = true;
      resolve({ code, signal });
    }),
  );
  return { pid: child.pid, done, hasEnded: () => ended, said: () => said };
}
