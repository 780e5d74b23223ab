import { z } from 'zod';

const names = z.array(z.string().min(1));
const share = z.number().min(0).max(1);

/** Lengths are physical and are converted by the image's own pixel size; the defaults suit lymphoid and epithelial tissue. */
export const params = z.strictObject({
  nuclear: names.default([]).describe('nuclear channels, averaged; when empty, those with role nuclear'),
  membrane: names
    .default([])
    .describe('membrane channels, the brightest counts at each pixel; when empty, those with role membrane, if any'),
  nucleusDiameterUm: z.number().positive().max(100).default(7).describe('typical diameter of a nucleus, µm'),
  minNucleusAreaUm2: z.number().min(0).default(6).describe('smaller nuclei are dropped, with their cells, µm²'),
  smoothingUm: z
    .number()
    .min(0)
    .max(10)
    .default(0.3)
    .describe('σ of the Gaussian that smooths the nuclear signal before it is thresholded, µm; 0.7 for ion counts'),
  minBrightness: share
    .default(0.6)
    .describe(
      "nuclei must be brighter than this part of the field's Otsu threshold; higher drops dim, out-of-focus nuclei",
    ),
  mergeDepth: share
    .default(0.05)
    .describe(
      'neighbouring seeds are one nucleus when the saddle between them is shallower than this part of the lower peak; raise it to 0.1 if nuclei are split',
    ),
  membraneSuppression: share
    .default(0.4)
    .describe('part of the membrane signal that is taken off the nuclear signal, to part nuclei that touch'),
  maxExpansionUm: z
    .number()
    .min(0)
    .max(100)
    .default(4)
    .describe('how far a cell reaches beyond its nucleus at most, µm'),
  minExpansionUm: z
    .number()
    .min(0)
    .max(100)
    .default(0.5)
    .describe('how far a cell reaches beyond its nucleus even where there is no membrane signal, µm'),
  membraneWeight: share
    .default(0.96)
    .describe('what a border between cells follows: 1 the membrane signal only, 0 the distance from the nuclei only'),
  minMembrane: share
    .default(0.1)
    .describe('cells end where the membrane signal falls below this part of its Otsu threshold'),
});
