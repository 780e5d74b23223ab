import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import { importLabels } from './import-labels.ts';

const params = z.strictObject({
  sharedIds: z
    .boolean()
    .default(true)
    .describe('whether nucleus i belongs to cell i, which is then checked; else each is numbered by itself'),
  expandUm: z.number().min(0).max(100).default(0).describe('how far cells are grown into the background, µm'),
});

export const importLabelsStep = defineStep({
  name: 'import-labels',
  version: 1,
  summary: 'Takes cells, and nuclei, from label images that exist already: checks their grid and numbers them 1..n.',
  scope: 'fov',
  params,
  inputs: { cells: 'Labels', nuclei: { optional: 'Labels' }, like: 'Image' },
  outputs: { cells: 'Labels', nuclei: { optional: 'Labels' } },
  resources: { cpus: 1, memory: '2 GiB' },
  keep: false,
  run: ({ cells, nuclei, like }, options, ctx) => {
    ctx.signal.throwIfAborted();
    return importLabels({ cells, nuclei, like }, options);
  },
});

export default importLabelsStep;
