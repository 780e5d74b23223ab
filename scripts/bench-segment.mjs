#!/usr/bin/env node
/**
 * Measures segment-mesmer on synthetic fields of view of 2048 × 2048 pixels: the time beside the network against the same path in
 * Python, the total against the network's own time, throughput with one and two compute processes, peak memory; and the peak on one
 * field of 8192 × 8192.
 *
 *   npm run bench:segment -- [--models FILE] [--model mesmer-mini] [--rounds 5] [--fields 4] [--only outside|runs|large] [--json]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { figureTable, machine, machineLine } from './bench/figures.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    models: { type: 'string', default: path.join(root, 'configs/models.yaml') },
    model: { type: 'string', default: 'mesmer-mini' },
    rounds: { type: 'string', default: '5' },
    fields: { type: 'string', default: '4' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const SIDE = 2048;
const say = (text) => console.error(`bench: ${text}`);
const wants = (part) => options.only === '' || options.only === part;

execFileSync(process.execPath, [path.join(import.meta.dirname, 'build.mjs')], { stdio: ['ignore', 2, 2] });
const { makeField, repeatField, runFields } = await import('./bench/segment/fields.mjs');
const { measureOutside } = await import('./bench/segment/outside.mjs');

const described = machine();
const scratch = mkdtempSync(path.join(tmpdir(), 'bench-segment-'));
const given = { modelsFile: path.resolve(options.models), name: options.model };
const figures = [];
try {
  say('drawing tissue');
  const image = makeField(SIDE, 4711);
  if (wants('outside')) {
    const folder = path.join(scratch, 'outside');
    mkdirSync(folder);
    figures.push(...(await measureOutside({ folder, image, rounds: Number(options.rounds), say, ...given })));
  }
  if (wants('runs')) {
    const images = Array.from({ length: Number(options.fields) }, (_, index) =>
      index === 0 ? image : makeField(SIDE, index),
    );
    const rates = [];
    for (const slots of [1, 2]) {
      say(`${images.length} fields of view with ${slots} compute process${slots === 1 ? '' : 'es'}`);
      const { seconds, each, peak } = await runFields({ folder: path.join(scratch, 'runs'), images, slots, ...given });
      rates.push(images.length / seconds);
      const figure = { goal: null, note: `${images.length} fields of view` };
      figures.push({
        ...figure,
        name: `fields of view per minute, ${slots} process${slots === 1 ? '' : 'es'}`,
        unit: '/min',
        values: [(60 * images.length) / seconds],
      });
      figures.push({ ...figure, name: '… segment-mesmer, each', unit: 's', values: each });
      figures.push({ ...figure, name: '… peak memory of a process', unit: 'MB', values: [peak] });
    }
    figures.push({ name: 'two processes by one', unit: '×', values: [rates[1] / rates[0]], goal: null });
  }
  if (wants('large')) {
    say('one field of 8192 × 8192');
    const folder = path.join(scratch, 'large');
    const { each, peak } = await runFields({ folder, images: [repeatField(image, 4)], slots: 1, ...given });
    figures.push({ name: '8192 × 8192: segment-mesmer', unit: 's', values: each, goal: null });
    figures.push({ name: '… peak memory', unit: 'MB', values: [peak], goal: { atMost: 4000 } });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (options.json) console.log(JSON.stringify({ machine: described, figures }, null, 2));
else console.log(`${figureTable(figures)}\n\n${machineLine(described)}`);
