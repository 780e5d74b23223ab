#!/usr/bin/env node
/**
 * Trains and exports a model that ships. Makes its Python environment from pinned requirements and the synthetic tissue it needs,
 * goes on from the last checkpoint, exports ONNX with its record, and scores it with Fovea's own kernels.
 *
 *   npm run train:mesmer-mini -- [--rounds 16] [--work FOLDER] [--leave-out 360x360] [--threads N] [--stop-after N] [--export-only]
 *     [--start FILE]   goes on from an exported file
 *     [--steps 200] [--batch 32] [--size 256] [--rate 0.003]   steps in a round, crops in a step, their size, the rate
 *     [--seed 1] [--loaders N]   of the crops; processes that draw them beside the network
 *     [--ship]      puts the file into models/mesmer-mini and its digest into configs/models.yaml
 *     [--tune]      finds the thresholds for plugins/segment-mesmer/profiles.ts on training images; they are then typed in there
 *     [--evaluate]  prints the tables of the model card
 *
 * Nuclei come from FOVEA_TEST_DATA (default ../shared/data), folder dsb2018-nuclei; their images stay where they are.
 */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root, run, ship, trainingPython } from './training-tools.mjs';

const training = path.join(root, 'training/mesmer-mini');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '16' },
    steps: { type: 'string' },
    batch: { type: 'string' },
    'stop-after': { type: 'string' },
    start: { type: 'string' },
    size: { type: 'string' },
    rate: { type: 'string' },
    seed: { type: 'string' },
    loaders: { type: 'string' },
    'leave-out': { type: 'string', default: '' },
    threads: { type: 'string', default: String(cpus().length) },
    work: { type: 'string', default: path.join(root, 'training/work/mesmer-mini') },
    'export-only': { type: 'boolean', default: false },
    ship: { type: 'boolean', default: false },
    tune: { type: 'boolean', default: false },
    evaluate: { type: 'boolean', default: false },
  },
});
const data = process.env.FOVEA_TEST_DATA ?? path.join(root, '../shared/data');
const nuclei = path.join(data, 'dsb2018-nuclei');
if (!existsSync(path.join(nuclei, 'index.csv'))) {
  console.error(`train: there are no nuclei at ${nuclei}; point FOVEA_TEST_DATA at the folder that has dsb2018-nuclei`);
  process.exit(2);
}
run(process.execPath, [path.join(import.meta.dirname, 'build.mjs')]);
const tissue = path.join(root, 'training/work/tissue');
run(process.execPath, [path.join(training, 'make-tissue.mjs'), tissue]);
const python = await trainingPython();
if (!options['export-only']) {
  const args = ['--nuclei', nuclei, '--tissue', tissue, '--work', options.work, '--rounds', options.rounds];
  args.push('--threads', options.threads, '--leave-out', options['leave-out']);
  for (const name of ['stop-after', 'start', 'steps', 'batch', 'size', 'rate', 'seed', 'loaders']) {
    if (options[name] !== undefined) args.push(`--${name}`, options[name]);
  }
  run(python, [path.join(training, 'train.py'), ...args]);
}
const onnx = path.join(options.work, 'mesmer-mini.onnx');
run(python, [path.join(training, 'export.py'), '--work', options.work, '--out', onnx]);

const { recordOf, writeRecord } = await import('../training/mesmer-mini/record.mjs');
const models = writeRecord(onnx);
if (options.ship) ship('mesmer-mini', onnx, recordOf(onnx));
if (options.tune) {
  const folders = ['--nuclei', nuclei, '--tissue', tissue];
  run(process.execPath, [path.join(training, 'tune.mjs'), '--models', models, ...folders]);
}
if (options.evaluate) {
  const groups = options['leave-out'] === '' ? [] : ['--groups', options['leave-out']];
  run(process.execPath, [path.join(training, 'evaluate.mjs'), '--models', models, '--data', data, ...groups]);
}
