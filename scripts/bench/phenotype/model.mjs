// The model that is measured, with the time its session takes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { readCatalogue } from '../../../dist/activities/models/catalogue.js';
import { createHandle } from '../../../dist/activities/models/handle.js';
import { cpuRuntime, createSessions } from '../../../dist/activities/models/sessions.js';
import { cellTypes2026 } from '../../../dist/core/vocabulary/cell-types.js';
import { markers2026 } from '../../../dist/core/vocabulary/markers.js';
import { trainingPython } from '../../training-tools.mjs';

const TINY = path.resolve(import.meta.dirname, '../../../test/models/dct-resmlp-tiny.onnx');

/** Name of a network of DeepCell Types' structure and size, its weights drawn at random. */
const PUBLISHED_SIZE = 'published-size';

/** @throws Error without a Python for training. */
async function makePublishedSize(folder) {
  const python = await trainingPython();
  const program = path.join(import.meta.dirname, 'published_size.py');
  const names = JSON.stringify({ markers: markers2026, types: cellTypes2026 });
  execFileSync(python, ['-B', program, folder], { input: names, stdio: ['pipe', 2, 2] });
  const onnx = path.join(folder, `${PUBLISHED_SIZE}.onnx`);
  const record = { ...parse(readFileSync(`${onnx}.yaml`, 'utf8')), file: onnx };
  const file = path.join(folder, `${PUBLISHED_SIZE}.yaml`);
  writeFileSync(file, stringify({ models: { [PUBLISHED_SIZE]: record } }));
  return file;
}

/**
 * The models file and name to measure: what is asked for, or where a file has no such model (or its file is not there) the graph of the
 * tests, whose arithmetic is a few sums per cell: its `session.run` says nothing of a real network's.
 */
export async function chooseModel(modelsFile, name, folder) {
  if (name === PUBLISHED_SIZE) return { modelsFile: await makePublishedSize(folder), name };
  const found = (await readCatalogue([modelsFile])).byName.get(name);
  if (found !== undefined && existsSync(found.path)) return { modelsFile, name };
  return { modelsFile: writeTiny(folder), name: 'dct-resmlp-tiny' };
}

function writeTiny(folder) {
  const bytes = readFileSync(TINY);
  const vocabulary = ['Bcell', 'CD4T', 'CD8T', 'Macrophage', 'Tumor'];
  const perChannel = ['batch', 'channels'];
  const record = {
    ...{ task: 'phenotype-deepcell-types', profile: 'dct-2026-resmlp', mpp: 0.5, vocabulary, file: TINY },
    ...{ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    licence: { id: 'Apache-2.0', commercial: true },
    inputs: [
      { name: 'sample', shape: [...perChannel, 1, 32, 32] },
      { name: 'spatial_context', shape: ['batch', 3, 32, 32] },
      { name: 'ch_idx', shape: perChannel, dtype: 'int64', channels: [...markers2026] },
      { name: 'padding_mask', shape: perChannel, dtype: 'bool' },
    ],
    outputs: [
      { name: 'logits', shape: ['batch', 5], role: 'logits' },
      { name: 'marker_pos_logits', shape: perChannel, role: 'marker-positivity-logits' },
      { name: 'cls_embedding', shape: ['batch', 8], role: 'embedding' },
    ],
  };
  const file = path.join(folder, 'tiny.yaml');
  writeFileSync(file, stringify({ models: { 'dct-resmlp-tiny': record } }));
  return file;
}

/** Processor time of all threads of this process, in ms. */
export function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A model's handle with its session open. `spent` grows with every `session.run`: time by the clock, and of the processor. */
export async function timedHandle({ modelsFile, name }, threads) {
  const model = (await readCatalogue([modelsFile])).byName.get(name);
  const sessions = createSessions({ runtime: cpuRuntime(), threads, memoryBytes: Infinity });
  const session = await sessions.get(model);
  await sessions.ort();
  const spent = { ms: 0, cpuMs: 0 };
  const timed = {
    async run(...given) {
      const [started, before] = [performance.now(), processorMs()];
      const results = await session.run(...given);
      spent.ms += performance.now() - started;
      spent.cpuMs += processorMs() - before;
      return results;
    },
  };
  return { handle: createHandle(model, { ...sessions, get: () => Promise.resolve(timed) }), spent };
}
