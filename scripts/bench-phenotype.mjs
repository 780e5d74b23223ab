#!/usr/bin/env node
/**
 * Measures phenotype-deepcell-types on a drawn field of view of 2048 × 2048 pixels, 40 channels and 10,000 cells: peak memory, the time
 * beside the network, throughput; windows around cells against the same in Python; and whether predictions are the same bits however
 * the step is run. The parts take turns, and medians are printed.
 *
 *   npm run bench:phenotype -- [--models FILE] [--model dct-mini] [--rounds 5] [--cells 10000] [--only step|patches|same|rates] [--json]
 *
 * `--model published-size --cells 1000 --rounds 1 --only step` measures beside a network of DeepCell Types' own size, made for it with
 * weights drawn at random.
 *
 * Where the models file has no such model, the small graph of the tests is run: memory and sameness are measured, the share of
 * session.run means nothing then.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { figureTable, machine, machineLine } from './bench/figures.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    models: { type: 'string', default: path.join(root, 'configs/models.yaml') },
    model: { type: 'string', default: 'dct-mini' },
    rounds: { type: 'string', default: '5' },
    cells: { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const SIDE = 2048;
const say = (text) => console.error(`bench: ${text}`);
const wants = (part) => options.only === '' || options.only === part;
const cells = Number(options.cells);
const rounds = Number(options.rounds);

execFileSync(process.execPath, [path.join(import.meta.dirname, 'build.mjs')], { stdio: ['ignore', 2, 2] });
const { drawField } = await import('./bench/phenotype/field.mjs');
const { chooseModel } = await import('./bench/phenotype/model.mjs');
const { measurePatches } = await import('./bench/phenotype/patches.mjs');
const { measureRates, measureSameness, measureStep } = await import('./bench/phenotype/step.mjs');

const described = machine();
const scratch = mkdtempSync(path.join(tmpdir(), 'bench-phenotype-'));
const figures = [];
let model;
try {
  model = await chooseModel(path.resolve(options.models), options.model, scratch);
  say(`the model is ${model.name}`);
  /** A fifth of the cells on a fifth of the area. */
  const part = { side: Math.round(SIDE * Math.sqrt(0.2)), cells: Math.round(cells / 5), mpp: 0.5 };
  const small = drawField(path.join(scratch, 'small'), part).folder;
  const whole = () => drawField(path.join(scratch, 'whole'), { side: SIDE, cells, mpp: 0.5 }).folder;
  const large = wants('step') || wants('rates') ? whole() : null;
  if (wants('step')) figures.push(...(await measureStep({ folder: large, model, rounds, say })));
  if (wants('rates')) figures.push(...(await measureRates({ folder: large, model, rounds, say })));
  if (wants('patches')) figures.push(...(await measurePatches({ folder: small, rounds, say })));
  if (wants('same')) figures.push(...(await measureSameness({ folder: small, model, say })));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (options.json) console.log(JSON.stringify({ machine: described, model: model.name, figures }, null, 2));
else console.log(`${figureTable(figures)}\n\nmodel ${model.name}; ${machineLine(described)}`);
