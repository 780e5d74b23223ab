import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { segmentImage } from './segment-image.ts';

export const segmentHpa = defineStep({
  name: 'segment-hpa',
  version: 1,
  summary: 'Segments nuclei and cells with the two U-Nets of the HPA Cell Segmentator.',
  scope: 'fov',
  params,
  inputs: { image: 'Image' },
  outputs: { cells: 'Labels', nuclei: 'Labels' },
  models: { nuclei: null, cells: null },
  resources: { cpus: 2, memory: '4 GiB' },
  run: ({ image }, options, ctx) => segmentImage(image, options, ctx),
});

export default segmentHpa;
