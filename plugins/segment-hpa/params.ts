import { z } from 'zod';

const names = z.array(z.string().min(1)).default([]);
const probability = z.number().min(0).max(1);
const area = z.number().min(0);

/**
 * Sizes in px are those of the published constants: pixels a quarter as wide as the models' (0.0801 µm where the record states no other
 * size), whatever the image's own. The defaults are the published constants.
 */
export const params = z.strictObject({
  nuclear: names.describe('nuclear channels, averaged; when empty, those with role nuclear'),
  microtubules: names.describe('microtubule channels, averaged; must be named'),
  er: names.describe(
    'endoplasmic reticulum channels, averaged; when empty, zeros, which a cell model of two channels was trained with',
  ),
  fullScale: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'intensity that stands for 1, in counts; what is brighter counts as 1; null: 255 for uint8, 65535 for uint16',
    ),
  pad: z
    .boolean()
    .default(true)
    .describe(
      'whether the image is mirrored beyond its edges; if not, its sides at the models’ pixel size must be multiples of 32',
    ),
  postScale: z
    .union([z.literal(1), z.literal(0.5), z.literal(0.25)])
    .default(1)
    .describe(
      'grid of the post-processing: 1 is the published one, 0.5 has half as many pixels along y and x and takes about a quarter of the time',
    ),
  mode: z
    .enum(['fixed', 'compat'])
    .default('fixed')
    .describe('compat repeats what the published code does, defects included; fixed mends them (README)'),
  excludeBorders: z
    .boolean()
    .default(false)
    .describe(
      'whether border pixels are kept out of the first flooding of cells, as was meant but is not done by the published code',
    ),
  seedProbability: probability.default(0.15).describe('nuclei start from pixels of a nucleus probability above this'),
  seedBorderLimit: z
    .number()
    .min(0)
    .max(2)
    .default(0.95)
    .describe('nuclei start from pixels whose two border probabilities, of nuclei and of cells, sum to less than this'),
  minSeedPx: area.default(500).describe('smaller starting regions are dropped, px'),
  nucleusProbability: probability.default(0.4).describe('nuclei are pixels of a nucleus probability above this'),
  maxNucleusHolePx: area.default(1000).describe('smaller holes of nuclei are filled, px'),
  minNucleusPartPx: area.default(8).describe('smaller specks are dropped before nuclei are parted, px'),
  minNucleusPx: area.default(2500).describe('smaller nuclei are dropped, px'),
  minCellProbability: probability
    .default(0.22)
    .describe('cells are pixels of a cell probability above this, or above what cellOtsuShare says if that is higher'),
  cellOtsuShare: probability
    .default(0.5)
    .describe("part of the cell probability's Otsu threshold that cells must exceed"),
  minCellPx: area.default(5500).describe('smaller cells are dropped, px'),
  closingRadiusPx: z
    .number()
    .min(0)
    .max(100)
    .default(6)
    .describe('radius of the disk that closes gaps between cells, px'),
  borderProbability: probability.default(0.05).describe('cells grow into pixels of a border probability above this'),
});

export type Options = z.output<typeof params>;
