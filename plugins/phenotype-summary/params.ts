import { z } from 'zod';
import { CELL_TYPE_LEVELS } from '../../core/vocabulary/convert-cell-type.ts';

export const params = z.strictObject({
  column: z.string().min(1).default('cell_type').describe('column of types that holds the types'),
  truthColumn: z.string().min(1).default('cell_type').describe('column of truth that holds the given types'),
  level: z
    .enum(CELL_TYPE_LEVELS)
    .default('type')
    .describe(
      'tell types as they are, by parent, in the 16 combined groups, or by lineage; all but type want canonical names',
    ),
  names: z
    .record(z.string(), z.string())
    .default({})
    .describe('name as found → name to use, in types and truth alike, before level applies'),
  unlabelled: z
    .array(z.string())
    .default(['', 'Unknown'])
    .describe('given types that say nothing: such cells are left out of the confusion'),
  compartment: z
    .enum(['cell', 'nucleus', 'cytoplasm'])
    .default('cell')
    .describe('whose mean intensities the marker table averages'),
});

export type SummaryOptions = z.output<typeof params>;
