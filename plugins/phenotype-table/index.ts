import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { phenotypeFeatures } from './phenotype-features.ts';

export const phenotypeTable = defineStep({
  name: 'phenotype-table',
  version: 1,
  summary: 'Predicts cell types from mean intensities with a model of features: MAPS, XGBoost, or your own.',
  scope: 'fov',
  params,
  inputs: { table: { optional: 'CellTable' }, image: { optional: 'Image' }, cells: { optional: 'Labels' } },
  outputs: { types: 'CellTable' },
  models: { net: null },
  resources: { cpus: 1, memory: '4 GiB' },
  run: async ({ table, image, cells }, options, ctx) => ({
    types: await phenotypeFeatures({ table, image, cells }, options, ctx),
  }),
});

export default phenotypeTable;
