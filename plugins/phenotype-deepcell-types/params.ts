import { z } from 'zod';

const types = z.array(z.string().min(1)).min(1);

export const params = z.strictObject({
  map: z
    .record(z.string().min(1), z.string().min(1).nullable())
    .default({})
    .describe('channel → canonical marker, where its name does not say it, or null to leave the channel out'),
  strict: z.boolean().default(false).describe('whether markers that are only guessed are an error'),
  tissue: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('only the types of this tissue are predicted; null: all that the model knows'),
  tissues: z.record(z.string().min(1), types).default({}).describe('tissues of your own: name → cell types'),
  abstain: z
    .number()
    .min(0)
    .max(10)
    .nullable()
    .default(null)
    .describe(
      'cells whose best probability is below Q1 − k·(Q3 − Q1) of the field of view become Unknown; this is k (0.2 is strict), null: none',
    ),
  topK: z.int().min(1).max(10).default(3).describe('how many of the likeliest types the table names'),
  batch: z
    .int()
    .min(1)
    .max(1024)
    .nullable()
    .default(null)
    .describe('cells the model sees at once, rounded up to a multiple of four; null: as many as fit'),
  mode: z
    .enum(['fixed', 'compat'])
    .default('fixed')
    .describe(
      'compat: channel names and order as the published code has them; fixed: all names Fovea knows (README.md)',
    ),
});

export type Options = z.output<typeof params>;
