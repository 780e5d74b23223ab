#!/usr/bin/env node
/**
 * Times every kernel beside the library it follows, in one run: the peer, WebAssembly and TypeScript take turns in every round, on the
 * same arrays, one thread each. Ratios are of medians. Makes its own Python environment (.venv/bench-kernels); without one it says so and
 * times the two twins alone.
 *
 *   npm run bench:kernels -- [--sizes 512,2048,4096] [--only TEXT,TEXT] [--rounds 7] [--limit S] [--no-memory] [--no-scaling] [--json]
 *
 * With --limit, cases are left out of which one call of the peer takes longer than S seconds; the report says so.
 */
import { execFileSync, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadCases, loadKernels } from './bench/kernels/cases.mjs';
import { distance, median, readArray, readInputs } from './bench/kernels/data.mjs';
import { Peer } from './bench/kernels/peer.mjs';
import { printReport } from './bench/kernels/report.mjs';

const child = path.join(import.meta.dirname, 'bench/kernels/child.mjs');
const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '512,2048,4096' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
    limit: { type: 'string', default: 'Infinity' },
    'no-memory': { type: 'boolean', default: false },
    'no-scaling': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
/** Rounds before the timed ones: one is enough where a call of the peer takes long. */
const WARM_UP = 2;
const LONG_SECONDS = 5;
const say = (text) => console.error(`bench: ${text}`);

execFileSync(process.execPath, [path.join(import.meta.dirname, 'build.mjs')], { stdio: 'inherit' });
const kernels = await loadKernels();
const cases = (await loadCases()).filter(({ id }) => options.only.split(',').some((text) => id.includes(text)));
if (cases.length === 0) throw new Error(`bench: no case has '${options.only}' in its name`);
const scratch = mkdtempSync(path.join(tmpdir(), 'bench-kernels-'));

let peer = null;
try {
  peer = await Peer.start(say);
} catch (error) {
  say(`no Python peer here, so no ratios: ${error.message}`);
}

function timed(run) {
  const started = performance.now();
  const value = run();
  return { milliseconds: performance.now() - started, value };
}

/** One case at one size: rounds of everybody in turn. */
async function measure(test, data, folder) {
  const state = test.prepare?.(kernels, data);
  const peers = peer === null ? [] : (await peer.ask({ do: 'peers', family: test.family, case: test.name })).names;
  const ask = (name) => peer.ask({ do: 'run', family: test.family, case: test.name, peer: name });
  const out = test.out?.(data);
  const ours = (twin, to = out) => kernels.withTwin(twin, () => timed(() => test.run(kernels, data, state, to)));
  if (peers.length > 0 && Number.isFinite(Number(options.limit))) {
    const { seconds } = await ask(peers[0]);
    if (seconds > Number(options.limit)) return { id: test.id, title: test.title, size: data.size, leftOut: seconds };
  }
  const times = new Map([...peers, 'wasm', 'fresh', 'ts'].map((name) => [name, []]));
  const agreement = {};
  let long = false;
  for (let round = -WARM_UP; round < Number(options.rounds); round++) {
    for (const name of peers) {
      const { seconds } = await ask(name);
      if (round >= 0) times.get(name).push(1000 * seconds);
      long ||= seconds > LONG_SECONDS;
      if (round === -WARM_UP && name === peers[0]) {
        const { arrays } = await peer.ask({ do: 'result', folder });
        const theirs = arrays.map(([dtype], i) => readArray(path.join(folder, `result-${i}.bin`), dtype));
        for (const twin of ['wasm', 'ts']) {
          const value = test.result ? test.result(ours(twin).value) : ours(twin).value;
          const mine = Array.isArray(value) ? value : [value];
          agreement[twin] = theirs.map((array, i) => distance(mine[i], array, test.compare));
        }
      }
    }
    const mine = { wasm: () => ours('wasm'), ts: () => ours('ts') };
    // Where a kernel can write to a given array, also without one, as its callers may do.
    if (out !== undefined) mine.fresh = () => ours('wasm', undefined);
    for (const [name, run] of Object.entries(mine)) {
      const { milliseconds } = run();
      if (round >= 0) times.get(name).push(milliseconds);
    }
    if (long && round < -1) round = -1;
  }
  const medians = Object.fromEntries(
    [...times].filter(([, list]) => list.length > 0).map(([name, list]) => [name, median(list)]),
  );
  const memory = options['no-memory']
    ? null
    : { wasm: await inChild('memory', folder, test.id, { FOVEA_KERNELS: 'wasm' }) };
  if (memory !== null && peers.length > 0) {
    memory.peer = (await peer.ask({ do: 'memory', family: test.family, case: test.name, peer: peers[0] })).bytes;
  }
  return {
    id: test.id,
    title: test.title,
    goal: test.goal ?? null,
    size: data.size,
    peers,
    medians,
    agreement: test.note === undefined ? agreement : { ...agreement, note: test.note },
    memory,
  };
}

function start(mode, folder, id, env) {
  return fork(child, [mode, folder, id], { execArgv: ['--expose-gc'], env: { ...process.env, ...env } });
}

function message(process) {
  return new Promise((resolve, reject) => {
    process.once('message', resolve);
    process.once('exit', (code) => reject(new Error(`bench: a child ended with ${code}`)));
  });
}

async function inChild(mode, folder, id, env) {
  const { bytes } = await message(start(mode, folder, id, env));
  return bytes;
}

/** Runs per second of one process alone and of two at once; the best of three of each. */
async function scaling(test, folder) {
  const best = async (number) => {
    const children = Array.from({ length: number }, () => start('rate', folder, test.id, { FOVEA_KERNELS: 'wasm' }));
    await Promise.all(children.map(message));
    let highest = 0;
    for (let attempt = 0; attempt < 3; attempt++) {
      const answers = Promise.all(children.map(message));
      for (const one of children) one.send(1500);
      highest = Math.max(
        highest,
        (await answers).reduce((sum, { perSecond }) => sum + perSecond, 0),
      );
    }
    for (const one of children) one.removeAllListeners('exit').kill();
    return highest;
  };
  const [one, two] = [await best(1), await best(2)];
  return { id: test.id, title: test.title, one, two, gain: two / one };
}

const report = {
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version },
  versions: peer === null ? null : await peer.ask({ do: 'versions' }),
  rounds: Number(options.rounds),
  results: [],
  scaling: [],
};
try {
  for (const size of options.sizes.split(',').map(Number)) {
    const here = cases.filter(({ sizes }) => sizes === undefined || sizes.includes(size));
    if (here.length === 0 || peer === null) continue;
    const folder = path.join(scratch, String(size));
    mkdirSync(folder);
    say(`${size}²: making the images …`);
    const { arrays } = await peer.ask({ do: 'inputs', size, folder });
    writeFileSync(path.join(folder, 'inputs.json'), JSON.stringify({ size, arrays }));
    const data = readInputs(folder, size, arrays);
    for (const test of here) {
      say(`${size}²: ${test.title} …`);
      report.results.push(await measure(test, data, folder));
      kernels.releaseKernelMemory();
      if (size === 2048 && test.scales === true && !options['no-scaling'])
        report.scaling.push(await scaling(test, folder));
    }
  }
} finally {
  peer?.stop();
  rmSync(scratch, { recursive: true, force: true });
}
if (options.json) console.log(JSON.stringify(report, null, 2));
else printReport(report);
