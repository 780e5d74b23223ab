import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import { summarize } from './summarize.ts';

export const cohortSummary = defineStep({
  name: 'cohort-summary',
  version: 1,
  summary: 'Summarises the cell tables of all fields of view, one row each.',
  scope: 'cohort',
  params: z.strictObject({}),
  inputs: { tables: 'CellTable' },
  outputs: { table: 'Table' },
  resources: { cpus: 1, memory: '1 GiB' },
  run: async ({ tables }, _, ctx) => ({ table: await summarize(tables, ctx) }),
});

export default cohortSummary;
