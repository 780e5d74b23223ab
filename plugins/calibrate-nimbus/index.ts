import { defineStep } from '../../core/step.ts';
import { calibrate } from './calibrate.ts';
import { params } from './params.ts';

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
