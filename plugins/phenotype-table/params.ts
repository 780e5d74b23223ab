import { z } from 'zod';

export const params = z.strictObject({
  map: z
    .record(z.string().min(1), z.string().min(1).nullable())
    .default({})
    .describe("channel → one of the model's markers, where its name does not say it, or null to leave the channel out"),
  strict: z.boolean().default(false).describe('whether markers that are only guessed are an error'),
  abstain: z
    .number()
    .min(0)
    .max(10)
    .nullable()
    .default(null)
    .describe(
      'cells whose best probability is below Q1 − k·(Q3 − Q1) of the field of view become Unknown; this is k (0.2 is strict), null: none',
    ),
  minProbability: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe('cells whose best probability is below this become Unknown; null: none'),
  topK: z.int().min(1).max(10).default(3).describe('how many of the likeliest types the table names'),
});

export type Options = z.output<typeof params>;
