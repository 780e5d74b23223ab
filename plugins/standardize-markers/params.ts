import { z } from 'zod';

export const params = z.strictObject({
  map: z
    .record(z.string(), z.string().nullable())
    .default({})
    .describe('channel → canonical marker, or null to leave the channel out; comes before everything else'),
  strict: z.boolean().default(false).describe('whether a guess is an error; confirm guesses in map'),
  registry: z
    .enum(['2026', '2025'])
    .default('2026')
    .describe('the list of canonical markers: that of DeepCell Types 2026 (278 names) or 2025 (177)'),
  dropped: z
    .enum(['drop', 'keep'])
    .default('keep')
    .describe(
      'channels without a marker: keep them under their own names (nuclear stains are wanted for viewing), or drop them',
    ),
});

export type StandardizeMarkersOptions = z.output<typeof params>;
