#!/usr/bin/env node
/**
 * Opens published results with the programs other people read them with: spatialdata, anndata, ome-zarr, an NGFF 0.4
 * validator and pandas. Makes its own Python environment (.venv/readers) from pinned requirements.
 *
 *   node scripts/check-readers.mjs <folder with *.zarr and cells.parquet> [--expect expect.json] [--json]
 *   node scripts/check-readers.mjs <folder> --analysis [--json]
 *
 * `--analysis` goes on from the published tables with scanpy and squidpy instead (check_analysis.py), in an environment of its own
 * (.venv/analysis): they are large and start slowly.
 * `--expect` compares shapes, sums and pixels with figures computed elsewhere; see check_readers.py for their form.
 * Exit codes: 0 all readers agree, 1 something is wrong (each problem on a line), 2 wrong usage,
 * 75 Python or the package index is not available, so nothing was checked.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pythonEnvironment } from './python-environment.mjs';

const UNAVAILABLE = 75;

class Unavailable extends Error {}

/** A Python the pinned packages exist for; $PYTHON goes first. */
function findPython() {
  const tried = [];
  for (const name of [process.env.PYTHON, 'python3.11', 'python3.12', 'python3.13', 'python3', 'python']) {
    if (!name) continue;
    const probe = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
    const { stdout, status } = spawnSync(name, ['-c', probe], { encoding: 'utf8' });
    const version = status === 0 ? stdout.trim() : 'not found';
    if (['3.11', '3.12', '3.13'].includes(version)) return name;
    tried.push(`${name} (${version})`);
  }
  throw new Unavailable(`needs Python 3.11 to 3.13 with venv; tried ${tried.join(', ')}; install one or set PYTHON`);
}

/** What to run with what, in which environment. */
const CHECKS = {
  readers: { name: 'readers', lists: ['check-readers.requirements.txt'], program: 'check_readers.py' },
  analysis: {
    name: 'analysis',
    lists: ['check-readers.analysis.txt', 'check-readers.requirements.txt'], // the first requires the second
    program: 'check_analysis.py',
  },
};

/** The environment's Python, with the requirements installed. */
async function environment({ name, lists }) {
  const files = lists.map((file) => path.join(import.meta.dirname, file));
  const onInstall = () => console.error(`installing the readers into .venv/${name} (once, a minute or two) …`);
  try {
    return await pythonEnvironment(name, files, { base: findPython, onInstall });
  } catch (err) {
    if (err instanceof Unavailable) throw err;
    throw new Unavailable(`the packages of ${lists[0]} could not be installed (${err.message})`);
  }
}

function usage(text) {
  console.error(
    `${text}\nusage: node scripts/check-readers.mjs <results folder> [--expect expect.json | --analysis] [--json]`,
  );
  process.exit(2);
}

function parse() {
  try {
    const options = { expect: { type: 'string' }, json: { type: 'boolean' }, analysis: { type: 'boolean' } };
    return parseArgs({ allowPositionals: true, options });
  } catch (err) {
    return usage(err.message);
  }
}

const { values, positionals } = parse();
const [folder] = positionals;
if (positionals.length !== 1) usage('name one results folder');
if (values.analysis && values.expect) usage('--expect goes without --analysis');
for (const file of [folder, values.expect])
  if (file !== undefined && !existsSync(file)) usage(`${file} does not exist`);

try {
  const check = values.analysis ? CHECKS.analysis : CHECKS.readers;
  const python = await environment(check);
  const args = ['-B', path.join(import.meta.dirname, check.program), folder];
  if (values.expect) args.push('--expect', values.expect);
  if (values.json) args.push('--json');
  process.exitCode = spawnSync(python, args, { stdio: 'inherit' }).status ?? 1;
} catch (err) {
  if (!(err instanceof Unavailable)) throw err;
  console.error(`readers not checked: ${err.message}`);
  process.exitCode = UNAVAILABLE;
}
