import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { summarizePhenotypes } from './summarize-phenotypes.ts';

export const phenotypeSummary = defineStep({
  name: 'phenotype-summary',
  version: 1,
  summary:
    'Cell types by field of view, mean intensities by type, and agreement with given types, as tables with plots.',
  scope: 'cohort',
  params,
  inputs: { types: 'CellTable', tables: { optional: 'CellTable' }, truth: { optional: 'CellTable' } },
  outputs: { composition: 'Table', markers: { optional: 'Table' }, confusion: { optional: 'Table' } },
  resources: { cpus: 1, memory: '1 GiB' },
  run: (inputs, options, ctx) => summarizePhenotypes(inputs, options, ctx),
});

export default phenotypeSummary;
