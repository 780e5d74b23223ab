import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import { normalizeImage } from './normalize-image.ts';

export const normalize = defineStep({
  name: 'normalize',
  version: 1,
  summary: 'Clips each channel at a percentile of its non-zero values and scales it to 0–1.',
  scope: 'fov',
  params: z.strictObject({
    percentile: z
      .number()
      .gt(0)
      .max(100)
      .default(99)
      .describe('percentile, in percent, of the values other than 0 at which a channel is clipped'),
  }),
  inputs: { image: 'Image' },
  outputs: { image: 'Image' },
  resources: { cpus: 1, memory: '2 GiB' },
  keep: false,
  run: ({ image }, { percentile }, ctx) => ({ image: normalizeImage(image, percentile, ctx) }),
});

export default normalize;
