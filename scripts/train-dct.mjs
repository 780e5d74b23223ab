#!/usr/bin/env node
/**
 * Trains and exports dct-mini, the cell-type model that ships. Makes its Python environment from pinned requirements and the synthetic
 * cohort, measures it, goes on from the last checkpoint, and exports ONNX with its record. No data but what the generator draws is used.
 *
 *   npm run train:dct-mini -- [--rounds 48] [--stop-after N] [--work FOLDER] [--fields 480] [--threads 1] [--export-only]
 *     [--ship]      puts the file into models/dct-mini and its digest into configs/models.yaml
 *     [--evaluate]  trains the XGBoost baselines on the same cells and prints the tables of the model card
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root, run, ship, trainingPython } from './training-tools.mjs';

const training = path.join(root, 'training/dct-mini');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '48' },
    'stop-after': { type: 'string' },
    fields: { type: 'string', default: '480' },
    threads: { type: 'string', default: '1' },
    work: { type: 'string', default: path.join(root, 'training/work/dct-mini') },
    cohort: { type: 'string', default: path.join(root, 'training/work/dct-cohort') },
    'export-only': { type: 'boolean', default: false },
    ship: { type: 'boolean', default: false },
    evaluate: { type: 'boolean', default: false },
  },
});
run(process.execPath, [path.join(import.meta.dirname, 'build.mjs')]);
run(process.execPath, [path.join(training, 'make-cohort.mjs'), options.cohort, '--train', options.fields]);
const python = await trainingPython();
const script = (name, args) => run(python, [path.join(training, `${name}.py`), '--cohort', options.cohort, ...args]);
script('prepare', []);
if (!options['export-only']) {
  const stop = options['stop-after'] === undefined ? [] : ['--stop-after', options['stop-after']];
  script('train', ['--work', options.work, '--rounds', options.rounds, '--threads', options.threads, ...stop]);
}
const onnx = path.join(options.work, 'dct-mini.onnx');
script('export', ['--work', options.work, '--out', onnx]);

const { recordOf, writeRecord } = await import('../training/dct-mini/record.mjs');
writeRecord(onnx);
if (options.ship) ship('dct-mini', onnx, recordOf(onnx));
if (options.evaluate) {
  script('baseline', ['--work', options.work]);
  script('evaluate', ['--work', options.work, '--model', onnx]);
}
