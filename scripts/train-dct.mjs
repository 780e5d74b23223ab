#!/usr/bin/env node
/**
 * Trains and exports dct-mini, the cell-type model that ships. Makes its Python environment from pinned requirements and the synthetic
 * cohort, measures it, goes on from the last checkpoint, and exports ONNX with its record. No data but what the generator draws is used.
 *
 *   npm run train:dct-mini -- [--rounds 48] [--stop-after N] [--work FOLDER] [--fields 480] [--threads 1] [--export-only]
 *     [--ship]      puts the file into models/dct-mini and its digest into configs/models.yaml
 *     [--evaluate]  trains the XGBoost baselines on the same cells and prints the tables of the model card
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
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
const run = (command, args) => execFileSync(command, args, { cwd: root, stdio: 'inherit' });

/** The environment's Python, with the requirements installed; it is that of mesmer-mini, whose pins are the same, and XGBoost. */
function environment() {
  const folder = path.join(root, '.venv/training');
  const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const requirements = path.join(training, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  const stamp = path.join(folder, 'installed-dct-requirements.txt');
  if (!existsSync(python)) run(process.env.PYTHON ?? 'python3', ['-m', 'venv', folder]);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
    writeFileSync(stamp, wanted);
  }
  return python;
}

run(process.execPath, [path.join(import.meta.dirname, 'build.mjs')]);
run(process.execPath, [path.join(training, 'make-cohort.mjs'), options.cohort, '--train', options.fields]);
const python = environment();
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
if (options.ship) {
  copyFileSync(onnx, path.join(root, 'models/dct-mini/dct-mini.onnx'));
  const file = path.join(root, 'configs/models.yaml');
  const { sha256, bytes } = recordOf(onnx);
  const block = /(\n {2}dct-mini:\n(?: {4}.*\n)*? {4}sha256: )[0-9a-f]{64}(\n {4}bytes: )\d+/;
  const text = readFileSync(file, 'utf8');
  if (!block.test(text)) throw new Error(`train: ${file} has no record of dct-mini with sha256 and bytes`);
  writeFileSync(file, text.replace(block, `$1${sha256}$2${bytes}`));
}
if (options.evaluate) {
  script('baseline', ['--work', options.work]);
  script('evaluate', ['--work', options.work, '--model', onnx]);
}
