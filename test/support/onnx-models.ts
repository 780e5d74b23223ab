import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readCatalogue, type CataloguedModel } from '../../activities/models/catalogue.ts';
import { createHandle } from '../../activities/models/handle.ts';
import { cpuRuntime, createSessions, type Sessions } from '../../activities/models/sessions.ts';
import type { ModelHandle } from '../../core/step.ts';

export const MODELS = join(import.meta.dirname, '../models');
export const CPU_RUNTIME = cpuRuntime();

const TF_OUTPUTS = [
  { name: 'semantic_0', role: 'maps', classes: ['cell-distance'] },
  { name: 'semantic_1', role: 'maps', classes: ['cell-boundary', 'cell-interior', 'cell-background'] },
  { name: 'semantic_2', role: 'maps', classes: ['nucleus-distance'] },
  { name: 'semantic_3', role: 'maps', classes: ['nucleus-boundary', 'nucleus-interior', 'nucleus-background'] },
].map((output) => ({ ...output, shape: ['batch', 256, 256, output.classes.length] }));

const TORCH_CLASSES = ['nucleus', 'cell'].flatMap((part) =>
  ['distance', 'boundary', 'interior', 'background'].map((kind) => `${part}-${kind}`),
);

const described = (outputs: readonly { name: string; classes: readonly string[] }[]): string =>
  outputs.map(({ name, classes }) => `${name}=${classes.join(',')}`).join(';');

/** A record of one of the small graphs in test/models, as a models file holds it. */
export function mesmerRecord(graph: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const file = join(MODELS, `${graph}.onnx`);
  const bytes = readFileSync(file);
  const torch = graph === 'mesmer-torch';
  const outputs = torch
    ? [{ name: 'maps', role: 'maps', classes: TORCH_CLASSES, shape: ['batch', 8, 256, 256] }]
    : TF_OUTPUTS;
  return {
    ...{ task: 'segment-mesmer', profile: torch ? 'torch-mesmer-2026-06-30' : 'mesmer-tf-9', mpp: 0.5, tile: 256 },
    ...{ file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    licence: { id: 'Apache-2.0', commercial: true },
    inputs: [
      {
        name: 'image',
        shape: torch ? ['batch', 2, 256, 256] : ['batch', 256, 256, 2],
        channels: ['nuclear', 'membrane'],
      },
    ],
    outputs,
    metadata: { 'fovea.outputs': described(outputs) },
    ...changes,
  };
}

/** Writes a models file into a folder of its own and gives its path. */
export function writeModels(
  models: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const file = join(mkdtempSync(join(tmpdir(), 'fovea-models-')), 'models.yaml');
  writeFileSync(file, stringify({ models, ...more }));
  return file;
}

export const cpuSessions = (): Sessions => createSessions({ runtime: CPU_RUNTIME, threads: 1, memoryBytes: 2 ** 30 });

/** A model of a models file, ready for `ctx.models`. */
export async function openModel(
  record: Record<string, unknown>,
): Promise<{ model: CataloguedModel; handle: ModelHandle }> {
  const catalogue = await readCatalogue([writeModels({ tiny: record })]);
  const model = catalogue.byName.get('tiny')!;
  return { model, handle: createHandle(model, cpuSessions()) };
}
