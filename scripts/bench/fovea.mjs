// Runs Fovea's command as its users do, and reads off what it left.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchProcesses } from './processes.mjs';

const command = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url));
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));

/**
 * `fovea <args> --home <home> --json`.
 *
 * @param {string} home
 * @param {string[]} args
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<{ json: any, seconds: number, processes: import('./processes.mjs').Spent }>} what it printed, how long
 *   it took from start to exit, and what its processes spent
 * @throws {Error} with the command's last words when it fails
 */
export async function fovea(home, args, { cwd } = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, [command, ...args, '--home', home, '--json'], {
    cwd,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const watched = watchProcesses(child.pid, join(home, 'server', 'server.json'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes) => (out += bytes));
  child.stderr.on('data', (bytes) => (err = (err + bytes).slice(-4_000)));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  const processes = watched.stop();
  if (code !== 0) throw new Error(`fovea ${args.join(' ')} ended with ${code}: ${err.trim()}`);
  return { json: out === '' ? null : JSON.parse(out), seconds, processes };
}

/**
 * A finished run by its own record.
 *
 * @param {string} home
 * @param {string} run
 * @returns {Promise<{ seconds: number, entries: any[] }>} seconds from the start of its workflow to its last activity, and
 *   the journal in order of time
 */
export async function readRun(home, run) {
  const folder = join(home, 'store', 'runs', run);
  const [header, report] = await Promise.all(
    ['run.json', 'report.json'].map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))),
  );
  const journal = await readFile(join(folder, 'journal.jsonl'), 'utf8');
  const entries = journal.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return {
    seconds: (Date.parse(report.finishedAt) - Date.parse(header.startedAt)) / 1000,
    entries: entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
  };
}
