import { z } from 'zod';

export const params = z.strictObject({
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
