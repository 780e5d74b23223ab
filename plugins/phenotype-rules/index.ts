import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { phenotypeCells } from './phenotype-cells.ts';

export const phenotypeRules = defineStep({
  name: 'phenotype-rules',
  version: 1,
  summary: 'Types cells by marker gates and a hierarchy of rules, as scimap and MCMICRO users write them; no model.',
  scope: 'fov',
  params,
  inputs: { table: 'CellTable' },
  outputs: { types: 'CellTable' },
  resources: { cpus: 1, memory: '2 GiB' },
  run: ({ table }, options, ctx) => ({ types: phenotypeCells(table, options, ctx) }),
});

export default phenotypeRules;
