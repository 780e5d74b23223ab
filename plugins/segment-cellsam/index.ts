import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { segmentImage } from './segment-image.ts';

export const segmentCellsam = defineStep({
  name: 'segment-cellsam',
  version: 1,
  summary:
    'Segments whole cells with the three networks of CellSAM: boxes, an image embedding, and a mask for each box.',
  scope: 'fov',
  params,
  inputs: { image: 'Image' },
  outputs: { cells: 'Labels' },
  models: { detector: null, encoder: null, decoder: null },
  resources: { cpus: 2, memory: '4 GiB' },
  run: ({ image }, options, ctx) => segmentImage(image, options, ctx),
});

export default segmentCellsam;
