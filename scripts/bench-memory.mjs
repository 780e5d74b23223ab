#!/usr/bin/env node
/**
 * Measures peak resident memory: of the compute process in each step of the pipelines of tissue on one field of view of 40
 * channels, 2048 × 2048 pixels, uint16; and of the worker process that carries 1,000 fields of view through a chain of
 * no-op steps. Linux only. Everything lies in a temporary folder that is removed at the end (about 2 GB).
 *
 *   npm run bench:memory
 *   npm run bench:memory -- --json
 *   npm run bench:memory -- --fovs 200        a quicker look at the worker
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { figureTable, machine, machineLine } from './bench/figures.mjs';

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, fovs: { type: 'string', default: '1000' } },
});
const fovs = Number(options.fovs);
if (!Number.isInteger(fovs) || fovs < 1 || fovs > 65_535) {
  console.error(`--fovs takes a whole number from 1 to 65535, found ${options.fovs}`);
  process.exit(2);
}
if (process.platform !== 'linux') {
  console.error('peak memory is read from /proc, which only Linux has');
  process.exit(2);
}

const root = resolve(import.meta.dirname, '..');
if (!existsSync(join(root, 'dist/workflow-bundle.js'))) {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: ['ignore', 2, 2] });
}
const { measureSteps, measureWorker } = await import('./bench/memory.mjs');

const described = machine();
const folder = await mkdtemp(join(tmpdir(), 'fovea-bench-'));
const figures = [];
try {
  for (const measure of [
    () => measureSteps(join(folder, 'steps')),
    () => measureWorker(join(folder, 'worker'), fovs),
  ]) {
    const more = await measure();
    process.stderr.write(`${figureTable(more)}\n\n`);
    figures.push(...more);
  }
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
if (options.json) console.log(JSON.stringify({ machine: described, figures }, null, 2));
else console.log(`${figureTable(figures)}\n\n${machineLine(described)}`);
