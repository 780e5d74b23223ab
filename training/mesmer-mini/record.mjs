/** What the models file says of the trained network, and the handle that runs it here as a compute process does. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { readCatalogue } from '../../dist/activities/models/catalogue.js';
import { createHandle } from '../../dist/activities/models/handle.js';
import { cpuRuntime, createSessions } from '../../dist/activities/models/sessions.js';

const map = (name, role, classes) => ({ name, shape: ['batch', 256, 256, classes.length], role, classes });
const pixelwise = (part) => [`${part}-boundary`, `${part}-interior`, `${part}-background`];

/** The record of an exported file, without its path. */
export function recordOf(onnx) {
  const bytes = readFileSync(onnx);
  return {
    task: 'segment-mesmer',
    profile: 'mesmer-mini',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    licence: { id: 'Apache-2.0', commercial: true },
    source: 'trained by training/mesmer-mini; the model card lies beside the file',
    mpp: 0.5,
    tile: 256,
    inputs: [{ name: 'image', shape: ['batch', 256, 256, 2], channels: ['nuclear', 'membrane'] }],
    outputs: [
      map('semantic_0', 'distance', ['cell-distance']),
      map('semantic_1', 'pixelwise', pixelwise('cell')),
      map('semantic_2', 'distance', ['nucleus-distance']),
      map('semantic_3', 'pixelwise', pixelwise('nucleus')),
    ],
    memory: '1 GiB',
    metadata: { 'fovea.task': 'segment-mesmer', 'fovea.profile': 'mesmer-mini', 'fovea.channels': 'nuclear,membrane' },
  };
}

/** Writes `models.yaml` beside an ONNX file, to be given to `--models`. */
export function writeRecord(onnx, name = 'mesmer-mini') {
  const file = path.join(path.dirname(onnx), 'models.yaml');
  writeFileSync(file, stringify({ models: { [name]: { ...recordOf(onnx), file: path.basename(onnx) } } }));
  return file;
}

/** The model of a models file, checked against its record when it first runs. */
export async function openModel(modelsFile, name = 'mesmer-mini', threads = 2) {
  const model = (await readCatalogue([modelsFile])).byName.get(name);
  return createHandle(model, createSessions({ runtime: cpuRuntime(), threads, memoryBytes: Infinity }));
}
