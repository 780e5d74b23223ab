#!/usr/bin/env node
/**
 * Rewrites the golden arrays under test/golden/reference (arrays/, regions.json) and kernels/gaussian-weights.ts with the
 * Python libraries that the kernels follow. Makes its own environments (.venv/goldens, goldens-024, goldens-vision, goldens-phenotype,
 * goldens-table-models) from pinned requirements.
 *
 *   npm run goldens              rewrite the files
 *   npm run goldens -- --check   write to a scratch folder and list the files that would change; exit 1 if any
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pythonEnvironment } from './python-environment.mjs';

const root = path.resolve(import.meta.dirname, '..');
const reference = path.join(root, 'test/golden/reference');
const committed = path.join(reference, 'arrays');
const weights = path.join(root, 'kernels/gaussian-weights.ts');
const check = process.argv.includes('--check');

const run = (command, args) => execFileSync(command, args, { cwd: root, stdio: 'inherit' });

/** The Python of an environment with one list of requirements. */
const environment = (name, requirements, ...pip) =>
  pythonEnvironment(name, [path.join(reference, requirements)], { pip });

/** Writes the arrays to `folder`, the weights to `weightsFile`; the region script writes beside itself. */
async function make(folder, weightsFile, regionScript) {
  const script = path.join(reference, 'make_goldens.py');
  const python = await environment('goldens', 'requirements.txt');
  run(python, ['-B', script, folder, 'new', weightsFile]);
  run(python, ['-B', regionScript]);
  run(python, ['-B', path.join(reference, 'make_patch_goldens.py'), folder]);
  run(await environment('goldens-024', 'requirements-024.txt'), ['-B', script, folder, 'old']);
  run(await environment('goldens-vision', 'requirements-vision.txt'), ['-B', script, folder, 'vision']);
  // scimap asks for a viewer and much else; what is used of it needs none of that.
  const phenotype = await environment('goldens-phenotype', 'requirements-phenotype.txt', '--no-deps');
  run(phenotype, ['-B', path.join(reference, 'make_phenotype_goldens.py'), folder]);
  const tableModels = await environment('goldens-table-models', 'requirements-table-models.txt');
  run(tableModels, ['-B', path.join(reference, 'make_table_model_goldens.py'), folder]);
  run(process.execPath, [path.join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', weightsFile]);
}

/** A golden file's content without what may differ between machines: the compression and the Python patch version. */
function essence(file) {
  const bytes = readFileSync(file);
  if (file.endsWith('.gz')) return gunzipSync(bytes).toString('base64');
  return bytes.toString('utf8').replace(/"python": "[^"]*"/, '');
}

const regionScript = path.join(reference, 'make_region_goldens.py');
if (!check) {
  await make(committed, weights, regionScript);
} else {
  const scratch = mkdtempSync(path.join(tmpdir(), 'goldens-'));
  try {
    const fresh = path.join(scratch, 'gaussian-weights.ts');
    writeFileSync(path.join(scratch, '.prettierrc.json'), readFileSync(path.join(root, '.prettierrc.json')));
    const scratchScript = path.join(scratch, path.basename(regionScript));
    cpSync(regionScript, scratchScript);
    await make(path.join(scratch, 'arrays'), fresh, scratchScript);
    const pairs = readdirSync(path.join(scratch, 'arrays')).map((name) => [
      path.join(scratch, 'arrays', name),
      path.join(committed, name),
    ]);
    pairs.push([fresh, weights], [path.join(scratch, 'regions.json'), path.join(reference, 'regions.json')]);
    const changed = pairs.filter(([now, before]) => !existsSync(before) || essence(now) !== essence(before));
    for (const [, before] of changed) console.error(`differs: ${path.relative(root, before)}`);
    if (changed.length > 0) process.exitCode = 1;
    else console.log(`${pairs.length} files are as the reference libraries write them`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
