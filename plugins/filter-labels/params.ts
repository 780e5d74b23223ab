import { z } from 'zod';

const action = z.enum(['flag', 'drop', 'keep']);

export const params = z
  .strictObject({
    minAreaUm2: z.number().min(0).default(0).describe('cells below this area are small, µm²; 0 for none'),
    maxAreaUm2: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe('cells above this area are large, µm²; null for none'),
    size: action.default('drop').describe('what happens to small and large cells: drop, flag, or keep (nothing)'),
    border: action
      .default('flag')
      .describe('what happens to cells at the border of the image: drop, flag, or keep (nothing)'),
    straightEdge: action
      .default('flag')
      .describe("what happens to cells that seem cut by a tile's edge: drop, flag, or keep (nothing)"),
    straightRunUm: z
      .number()
      .positive()
      .max(1000)
      .default(6)
      .describe('an outline is straight where it runs along a row or column for more than this, µm'),
    maxStraightShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.25)
      .describe('a cell seems cut when more than this part of its outline is straight'),
    renumber: z.boolean().default(false).describe('whether ids become 1..n; else cells keep theirs, with gaps'),
  })
  .refine(({ minAreaUm2, maxAreaUm2 }) => maxAreaUm2 === null || maxAreaUm2 > minAreaUm2, {
    path: ['maxAreaUm2'],
    error: 'maxAreaUm2 must be above minAreaUm2',
  });

export type FilterOptions = z.output<typeof params>;
