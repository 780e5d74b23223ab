#!/usr/bin/env node
/**
 * Measures the engine with steps that compute nothing, on an embedded server of its own, beside Snakemake and Nextflow on the
 * same shape. Everything runs in a temporary folder that is removed at the end.
 *
 *   npm run bench:engine                      all figures; 10,000 steps beside the peers (about half an hour)
 *   npm run bench:engine -- --quick           2,000 steps beside the peers, fewer repeats (some minutes)
 *   npm run bench:engine -- --no-peers        Fovea alone
 *   npm run bench:engine -- --limit 600       stop a peer after this many seconds and report its rate so far
 *   npm run bench:engine -- --json            figures, machine and notes as JSON
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { figureTable, machine, machineLine, temporalVersion } from './bench/figures.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: true },
    limit: { type: 'string', default: '600' },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
});
const limitSeconds = Number(options.limit);
if (!(limitSeconds > 0)) {
  console.error(`--limit takes a number of seconds, found ${options.limit}`);
  process.exit(2);
}

const root = resolve(import.meta.dirname, '..');
if (!existsSync(join(root, 'dist/workflow-bundle.js'))) {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: ['ignore', 2, 2] });
}
const { findTemporal } = await import('../dist/activities/server/index.js');
const { measureCached, measureChain, measurePeers, measurePlan, measureRuns } = await import('./bench/engine.mjs');

const notes = [];
const say = (line) => process.stderr.write(`${line}\n`);
const note = (line) => {
  notes.push(line);
  say(line);
};

const described = { ...machine(), temporal: temporalVersion((await findTemporal({ log: say })).path) };
const folder = await mkdtemp(join(tmpdir(), 'fovea-bench-'));
const repeats = options.quick ? 1 : 3;
const figures = [];
try {
  const add = (...more) => {
    figures.push(...more);
    say(figureTable(more).split('\n').slice(1).join('\n'));
  };
  add(...(await measureChain(join(folder, 'chain'), repeats)));
  add(...(await measureRuns(join(folder, 'many'), { fovs: 250, steps: 8 }, repeats)));
  const shape = { fovs: options.quick ? 250 : 1250, steps: 8 };
  const large = await measurePeers(join(folder, 'peers'), shape, { peers: options.peers, limitSeconds, note });
  add(...large.figures);
  add(...(await measureCached(large.project, shape, repeats)));
  add(...(await measurePlan(large.project, Math.min(1000, shape.fovs), repeats)));
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

if (options.json) console.log(JSON.stringify({ machine: described, figures, notes }, null, 2));
else
  console.log(
    `\n${figureTable(figures)}\n\n${machineLine(described)}, Temporal ${described.temporal}\n${notes.join('\n')}`,
  );
