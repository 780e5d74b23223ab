import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { segmentImage } from './segment-image.ts';

export const segmentWatershed = defineStep({
  name: 'segment-watershed',
  version: 1,
  summary: 'Segments nuclei by marker watershed and grows them to cells along the membrane channels; needs no model.',
  scope: 'fov',
  params,
  inputs: { image: 'Image' },
  outputs: { cells: 'Labels', nuclei: 'Labels' },
  resources: { cpus: 1, memory: '4 GiB' },
  run: ({ image }, options, ctx) => segmentImage(image, options, ctx),
});

export default segmentWatershed;
