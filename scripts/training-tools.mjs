/** What the scripts that train models share: their Python, and how a trained file becomes the one that ships. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pythonEnvironment } from './python-environment.mjs';

export const root = path.resolve(import.meta.dirname, '..');

/** Runs a command from the project's folder; its output is shown. */
export const run = (command, args) => execFileSync(command, args, { cwd: root, stdio: 'inherit' });

/** The training environment's Python: one environment for all models and for exports, whose pins agree. */
export const trainingPython = () =>
  pythonEnvironment(
    'training',
    ['mesmer-mini', 'dct-mini', 'export'].map((part) => path.join(root, 'training', part, 'requirements.txt')),
  );

/** Puts a trained file into models/ and its digest and size into configs/models.yaml. */
export function ship(model, onnx, { sha256, bytes }) {
  const file = path.join(root, 'configs/models.yaml');
  const block = new RegExp(`(\\n {2}${model}:\\n(?: {4}.*\\n)*? {4}sha256: )[0-9a-f]{64}(\\n {4}bytes: )\\d+`);
  const text = readFileSync(file, 'utf8');
  if (!block.test(text)) throw new Error(`train: ${file} has no record of ${model} with sha256 and bytes`);
  copyFileSync(onnx, path.join(root, 'models', model, `${model}.onnx`));
  writeFileSync(file, text.replace(block, `$1${sha256}$2${bytes}`));
}
