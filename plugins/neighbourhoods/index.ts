import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import { findNeighbours } from './find-neighbours.ts';

export const neighbourhoods = defineStep({
  name: 'neighbourhoods',
  version: 1,
  summary: 'Joins each cell to its nearest cells or to those within a radius, and counts the types around it.',
  scope: 'fov',
  params: z.strictObject({
    method: z.enum(['knn', 'radius']).default('knn').describe('the k nearest cells, or all within radiusUm'),
    k: z.int().min(1).max(1000).default(6).describe('neighbours per cell, for method: knn'),
    radiusUm: z.number().positive().max(10_000).default(30).describe('distance of centroids, µm, for method: radius'),
    symmetric: z
      .boolean()
      .default(false)
      .describe('for method: knn: whether a cell is also joined to those whose neighbour it is'),
    includeSelf: z.boolean().default(false).describe('whether a cell belongs to its own neighbourhood'),
    column: z.string().min(1).default('cell_type').describe('text column of types that tells the composition'),
  }),
  inputs: { cells: 'Labels', types: { optional: 'CellTable' } },
  outputs: { table: 'CellTable' },
  resources: { cpus: 1, memory: '2 GiB' },
  run: ({ cells, types }, options, ctx) => ({ table: findNeighbours(cells, types, options, ctx) }),
});

export default neighbourhoods;
