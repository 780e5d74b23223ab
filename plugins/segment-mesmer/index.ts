import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { segmentImage } from './segment-image.ts';

export const segmentMesmer = defineStep({
  name: 'segment-mesmer',
  version: 1,
  summary: "Segments whole cells and nuclei with a network of Mesmer's kind: tiles, blending, deep watershed.",
  scope: 'fov',
  params,
  inputs: { image: 'Image' },
  outputs: { cells: 'Labels', nuclei: { optional: 'Labels' }, matches: { optional: 'Table' } },
  models: { net: 'mesmer-mini' },
  resources: { cpus: 2, memory: '4 GiB' },
  run: ({ image }, options, ctx) => segmentImage(image, options, ctx),
});

export default segmentMesmer;
