import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { standardizeMarkers } from './standardize-markers.ts';

export const standardizeMarkersStep = defineStep({
  name: 'standardize-markers',
  version: 1,
  summary: 'Renames channels to canonical markers and reports every decision.',
  scope: 'fov',
  params,
  inputs: { image: 'Image' },
  outputs: { image: 'Image', report: 'Table' },
  resources: { cpus: 1, memory: '2 GiB' },
  keep: false,
  run: ({ image }, options, ctx) => {
    ctx.signal.throwIfAborted();
    return standardizeMarkers(image, options);
  },
});

export default standardizeMarkersStep;
