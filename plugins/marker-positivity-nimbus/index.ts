import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { scoreMarkers } from './score-markers.ts';

export const markerPositivityNimbus = defineStep({
  name: 'marker-positivity-nimbus',
  version: 1,
  summary: "Scores for every cell and marker how likely the cell is positive, with a network of Nimbus' kind.",
  scope: 'fov',
  params,
  inputs: { image: 'Image', cells: 'Labels', norms: { optional: 'Table' } },
  outputs: { table: 'CellTable' },
  models: { net: null },
  resources: { cpus: 2, memory: '4 GiB' },
  run: async ({ image, cells, norms }, options, ctx) => ({
    table: await scoreMarkers(image, cells, norms, options, ctx),
  }),
});

export default markerPositivityNimbus;
