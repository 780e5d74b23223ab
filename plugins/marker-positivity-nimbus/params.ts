import { z } from 'zod';

/** Nimbus saves its norms as text. */
const norm = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d+(\.\d+)?(e[+-]?\d+)?$/i, 'write a number above 0')
      .transform(Number),
  ])
  .pipe(z.number().positive())
  .nullable();
const sixteen = (least: number, most: number) => z.int().min(least).max(most).multipleOf(16);

export const params = z.strictObject({
  channels: z
    .array(z.string().min(1))
    .default([])
    .describe('channels that are scored; when empty, all but those with the role nuclear'),
  norms: z
    .record(z.string(), norm)
    .default({})
    .describe(
      'channel → level that counts as 1, as calibrate-nimbus finds it; null leaves a channel out; goes before the port norms',
    ),
  calibration: z
    .enum(['given', 'image'])
    .default('given')
    .describe(
      'given: norms come from with.norms or the port norms; image: those that neither has are found in this field alone',
    ),
  threshold: z.number().min(0).max(1).default(0.5).describe('score from which on a cell counts as positive'),
  augmentation: z
    .enum(['fixed', 'compat', 'none'])
    .default('fixed')
    .describe(
      'views that are averaged; fixed: as it is, turned by 90°, 180°, 270°, flipped both ways; compat: as published, four times 270° and both flips; none: as it is',
    ),
  mode: z
    .enum(['fixed', 'compat'])
    .default('fixed')
    .describe('compat: scale by magnification, and blank channels are divided by 1e-8, as published (README.md)'),
  magnification: z
    .number()
    .positive()
    .max(1000)
    .default(20)
    .describe("for mode: compat, the image's nominal magnification; the model's is 10"),
  tile: sixteen(64, 8192).default(1024).describe('longest side that is run in one pass, in pixels of the model'),
  margin: sixteen(0, 1024)
    .default(128)
    .describe('what is dropped of a tile along every edge it shares, at least what the network sees around a pixel'),
  map: z
    .record(z.string().min(1), z.string().min(1).nullable())
    .default({})
    .describe('channel → canonical marker, where its name does not say it; null: keep the name it has'),
});

export type Options = z.output<typeof params>;
