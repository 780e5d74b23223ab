import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { phenotypeImage } from './phenotype-image.ts';

export const phenotypeDeepcellTypes = defineStep({
  name: 'phenotype-deepcell-types',
  version: 1,
  summary:
    'Predicts cell types with a network of the kind of DeepCell Types: markers by name, a window around each cell.',
  scope: 'fov',
  params,
  inputs: { image: 'Image', cells: 'Labels' },
  outputs: { types: 'CellTable', embeddings: { optional: 'CellTable' } },
  models: { net: 'dct-mini' },
  resources: { cpus: 2, memory: '4 GiB' },
  run: (inputs, options, ctx) => phenotypeImage(inputs, options, ctx),
});

export default phenotypeDeepcellTypes;
