import { z } from 'zod';

const limit = z
  .strictObject({
    min: z.number().optional().describe('the least that is well'),
    max: z.number().optional().describe('the most that is well'),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'give min, max or both')
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, 'min is above max')
  .optional();

const limits = z.strictObject({
  cells: limit.describe('cells in the field of view'),
  density_per_mm2: limit.describe('cells per mm² of the field of view'),
  area_q1_um2: limit.describe('area that a quarter of the cells stays below, µm²'),
  area_median_um2: limit.describe('median area of the cells, µm²'),
  area_q3_um2: limit.describe('area that three quarters of the cells stay below, µm²'),
  covered: limit.describe('part of the pixels that lie in a cell, 0–1'),
  straight_edges: limit.describe('part of all outlines that is straight, 0–1'),
  nuclei: limit.describe('nuclei in the field of view'),
  nuclei_per_cell: limit.describe('nuclei that lie in a cell, per cell'),
  without_nucleus: limit.describe('part of the cells that no nucleus lies in, 0–1'),
});

export const params = z.strictObject({
  warn: limits
    .default({})
    .describe('figure → { min, max }: outside of these the field of view is published with a warning'),
  block: limits.default({}).describe('figure → { min, max }: outside of these the field of view fails'),
  straightRunUm: z
    .number()
    .positive()
    .max(1000)
    .default(6)
    .describe('an outline is straight where it runs along a row or column for more than this, µm'),
});

export type QcOptions = z.output<typeof params>;
export type Limits = QcOptions['warn'];
export type Figure = keyof Limits;
