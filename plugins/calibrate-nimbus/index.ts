import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import { calibrate } from './calibrate.ts';

const params = z.strictObject({
  fields: z.int().min(1).max(1000).default(10).describe('fields of view that are measured, at most; evenly spaced'),
  percent: z.number().min(50).max(100).default(99.9).describe('percentile of the pixels above 0, in percent'),
  mode: z
    .enum(['fixed', 'compat'])
    .default('fixed')
    .describe(
      'fixed: hot pixels and blank fields are left out; compat: as the published code, where a blank field counts as 1e-8',
    ),
});

export type Options = z.output<typeof params>;

export const calibrateNimbus = defineStep({
  name: 'calibrate-nimbus',
  version: 1,
  summary: 'Finds for every channel of a cohort the level by which marker-positivity-nimbus divides it.',
  scope: 'cohort',
  params,
  inputs: { images: 'Image' },
  outputs: { norms: 'Table' },
  resources: { cpus: 1, memory: '4 GiB' },
  run: async ({ images }, options, ctx) => ({ norms: await calibrate(images, options, ctx) }),
});

export default calibrateNimbus;
