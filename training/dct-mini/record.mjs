/** What the models file says of the trained network. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { markers2026 } from '../../dist/core/vocabulary/markers.js';
import { TYPES } from './expression.mjs';

/** The record of an exported file, without its path. */
export function recordOf(onnx) {
  const bytes = readFileSync(onnx);
  const perChannel = ['batch', 'channels'];
  return {
    task: 'phenotype-deepcell-types',
    profile: 'dct-2026-resmlp',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    licence: { id: 'Apache-2.0', commercial: true },
    source:
      'trained by training/dct-mini on synthetic tissue only; models/dct-mini/README.md says how well it works, and what it is not for',
    mpp: 0.5,
    inputs: [
      { name: 'sample', shape: [...perChannel, 1, 32, 32] },
      { name: 'spatial_context', shape: ['batch', 3, 32, 32] },
      { name: 'ch_idx', shape: perChannel, dtype: 'int64', channels: [...markers2026] },
      { name: 'padding_mask', shape: perChannel, dtype: 'bool' },
    ],
    outputs: [
      { name: 'logits', shape: ['batch', TYPES.length], role: 'logits' },
      { name: 'marker_pos_logits', shape: perChannel, role: 'marker-positivity-logits' },
      { name: 'cls_embedding', shape: ['batch', 64], role: 'embedding' },
    ],
    vocabulary: TYPES,
    memory: '1 GiB',
    metadata: {
      'fovea.task': 'phenotype-deepcell-types',
      'fovea.profile': 'dct-2026-resmlp',
      'fovea.vocabulary': TYPES.join(','),
    },
  };
}

/** Writes `models.yaml` beside an ONNX file, to be given to `--models`. */
export function writeRecord(onnx, name = 'dct-mini') {
  const file = path.join(path.dirname(onnx), 'models.yaml');
  writeFileSync(file, stringify({ models: { [name]: { ...recordOf(onnx), file: path.basename(onnx) } } }));
  return file;
}
