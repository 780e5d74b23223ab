// What a command's processes spend, by part, as Linux counts it. Elsewhere nothing is reported.
import { readdirSync, readFileSync } from 'node:fs';

const SAMPLE_MS = 250;
/** /proc counts in ticks of 10 ms on every Linux that Node runs on. */
const TICK_MS = 10;

/**
 * @typedef {object} Part
 * @property {number} cpuMs user and system time of its processes together, as last seen
 * @property {number} peakRssBytes of the largest of its processes
 * @typedef {Partial<Record<'command' | 'worker' | 'compute' | 'server' | 'other', Part>>} Spent
 */

const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

function partOf(arguments_) {
  if (arguments_.includes('start-dev')) return 'server';
  if (arguments_.some((argument) => argument.endsWith('compute/child.js'))) return 'compute';
  if (arguments_.includes('worker')) return 'worker';
  return arguments_.some((argument) => argument.endsWith('cli/index.js')) ? 'command' : 'other';
}

/** Parent and CPU time of each process. */
function processTable() {
  const table = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.length < 15) continue;
    table.set(Number(name), { parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS });
  }
  return table;
}

/** The process, all below it, and the embedded server that `serverRecord` names. */
function family(table, root, serverRecord) {
  const members = new Set([root]);
  const record = read(serverRecord);
  if (record !== '') members.add(JSON.parse(record).pid);
  // Children have mostly larger numbers than their parents, but not when the numbers have wrapped: look until none is added.
  for (let before = 0; before !== members.size;) {
    before = members.size;
    for (const [pid, { parent }] of table) if (members.has(parent)) members.add(pid);
  }
  return members;
}

/**
 * Watches a command and what it starts. `stop` ends that and sums up.
 *
 * @param {number} root
 * @param {string} serverRecord file that names the embedded server while it runs
 * @returns {{ stop(): Spent }}
 */
export function watchProcesses(root, serverRecord) {
  if (process.platform !== 'linux') return { stop: () => ({}) };
  const seen = new Map();
  const sample = () => {
    const table = processTable();
    for (const pid of family(table, root, serverRecord)) {
      const cpuMs = table.get(pid)?.cpuMs;
      if (cpuMs === undefined) continue;
      const peak = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`));
      const before = seen.get(pid);
      const part = partOf(read(`/proc/${pid}/cmdline`).split('\0'));
      const peakRssBytes = Math.max(before?.peakRssBytes ?? 0, Number(peak?.[1] ?? 0) * 1024);
      seen.set(pid, { part: before?.part ?? part, cpuMs, peakRssBytes });
    }
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      const spent = {};
      for (const { part, cpuMs, peakRssBytes } of seen.values()) {
        const sum = spent[part] ?? { cpuMs: 0, peakRssBytes: 0 };
        spent[part] = { cpuMs: sum.cpuMs + cpuMs, peakRssBytes: Math.max(sum.peakRssBytes, peakRssBytes) };
      }
      return spent;
    },
  };
}
