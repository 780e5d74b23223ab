import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import { quantifyCells } from './quantify-cells.ts';

const statistics = ['mean', 'median', 'sum'] as const;

export const quantify = defineStep({
  name: 'quantify',
  version: 1,
  summary:
    'Measures position, shape and intensities of every cell, and of its nucleus and cytoplasm where nuclei are wired.',
  scope: 'fov',
  params: z.strictObject({
    statistics: z
      .array(z.enum(statistics))
      .min(1)
      .refine((names) => new Set(names).size === names.length, 'each statistic once')
      .default([...statistics])
      .describe('statistics per compartment and channel, in the order of the columns'),
    background: z
      .enum(['none', 'percentile'])
      .default('none')
      .describe('percentile: take off, per channel, that percentile of the pixels outside all cells; not clamped at 0'),
    percent: z
      .number()
      .min(0)
      .max(100)
      .default(50)
      .describe('percentile, in percent, for background: percentile; 50 is the median'),
    shape: z.boolean().default(true).describe('whether to add shape columns to position and area'),
  }),
  inputs: { image: 'Image', cells: 'Labels', nuclei: { optional: 'Labels' } },
  outputs: { table: 'CellTable' },
  resources: { cpus: 1, memory: '2 GiB' },
  run: ({ image, cells, nuclei }, options, ctx) => ({ table: quantifyCells(image, cells, nuclei, options, ctx) }),
});

export default quantify;
