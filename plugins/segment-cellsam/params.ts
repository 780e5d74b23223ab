import { z } from 'zod';

const names = z.array(z.string().min(1));
const combination = z.enum(['sum', 'max', 'mean']);
const threshold = z.number().gt(0).lt(1);
const share = z.number().min(0).max(1);

/** The defaults are those of CellSAM 1.2, save for `mode`. Sizes are in pixels: the model has no pixel size of its own. */
export const params = z
  .strictObject({
    nuclear: names.default([]).describe('nuclear channels; when empty, those with role nuclear, if any'),
    membrane: names
      .default([])
      .describe('membrane or whole-cell channels; when empty, those with role membrane, if any'),
    combineNuclear: combination.default('mean').describe('how several nuclear channels become one, pixel by pixel'),
    combineMembrane: combination.default('max').describe('how several membrane channels become one, pixel by pixel'),
    bboxThreshold: threshold
      .default(0.4)
      .describe('score a box must pass, before it is adapted to the scores of its tile; lower finds more cells'),
    iouThreshold: share
      .default(0.5)
      .describe('boxes are dropped whose mask the decoder itself expects to be worse than this IoU'),
    maskThreshold: threshold.default(0.4).describe('probability from which a pixel belongs to a mask'),
    blockSize: z
      .int()
      .min(16)
      .max(4096)
      .default(400)
      .describe('side of the part of a tile that is new in it, pixels; a tile is this and twice the overlap'),
    overlap: z.int().min(1).max(1024).default(56).describe('what a tile sees beyond its block on every side, pixels'),
    stitchIou: z
      .number()
      .gt(0)
      .max(1)
      .default(0.5)
      .describe('IoU, where tiles overlap, from which objects of two tiles are one'),
    boxBatch: z.int().min(1).max(1024).default(32).describe('boxes decoded at once; more is faster and takes memory'),
    perTileNormalisation: z
      .boolean()
      .default(true)
      .describe(
        'equalise the contrast of every tile (percentile clip, CLAHE); without it, of the image only its range',
      ),
    mode: z
      .enum(['fixed', 'compat'])
      .default('fixed')
      .describe('fixed, or compat: with the slips of the published program, for comparison with its results'),
    whole: z.boolean().default(false).describe('show the model the image as one tile, whatever its size'),
    minVisible: share
      .default(0.5)
      .describe(
        'part of its mask that a cell must keep where more confident ones cover it, else it is dropped; fixed only',
      ),
    advMode: z
      .enum(['auto', 'on', 'off'])
      .default('auto')
      .describe(
        'extra standardisation that some checkpoints were trained with; auto: as the profile of the models says',
      ),
  })
  .refine(({ blockSize, overlap }) => overlap <= blockSize, {
    path: ['overlap'],
    message: 'overlap is more than blockSize; lower it',
  });
