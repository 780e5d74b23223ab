import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import { importTypes } from './import-types.ts';

const params = z.strictObject({
  names: z
    .record(z.string().regex(/^[1-9][0-9]*$/, 'write codes as whole numbers above 0'), z.string().min(1))
    .describe('code in the class image → cell type'),
  minShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("part of a cell's pixels that its commonest class must have, else the cell is Unknown"),
});

export const importTypesStep = defineStep({
  name: 'import-types',
  version: 1,
  summary: 'Takes cell types from a class image that exists already: the commonest class of each cell.',
  scope: 'fov',
  params,
  inputs: { cells: 'Labels', classes: 'Labels' },
  outputs: { types: 'CellTable' },
  resources: { cpus: 1, memory: '1 GiB' },
  keep: false,
  run: ({ cells, classes }, options, ctx) => {
    ctx.signal.throwIfAborted();
    return { types: importTypes(cells, classes, options) };
  },
});

export default importTypesStep;
