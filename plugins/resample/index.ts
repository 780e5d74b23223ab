import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import { resampleImage } from './resample-image.ts';

export const resample = defineStep({
  name: 'resample',
  version: 1,
  summary: 'Resamples an image to a target pixel size.',
  scope: 'fov',
  params: z.strictObject({
    mpp: z.number().positive().default(0.5).describe('target pixel size, µm per pixel'),
    method: z
      .enum(['bilinear', 'nearest'])
      .default('bilinear')
      .describe('bilinear smooths before it shrinks and yields float32; nearest picks pixels and keeps the dtype'),
  }),
  inputs: { image: 'Image' },
  outputs: { image: 'Image' },
  resources: { cpus: 1, memory: '2 GiB' },
  keep: false,
  run: ({ image }, { mpp, method }, ctx) => ({ image: resampleImage(image, mpp, method, ctx) }),
});

export default resample;
