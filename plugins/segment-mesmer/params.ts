import { z } from 'zod';

const names = z.array(z.string().min(1));
const combine = z.enum(['sum', 'max', 'mean']);
const sigma = z.number().min(0).max(50);
const pixels = z.int().min(0).max(10_000);

/** Parts of a profile's post-processing to replace; lengths and areas in pixels of the model's grid. */
const postprocessing = z.strictObject({
  maxima: z.enum(['h-maxima', 'peak-local-max']).optional().describe('how seeds are found on the inner distance'),
  maximaThreshold: z.number().min(0).max(1).optional().describe('h of the h-maxima, or what peaks must exceed'),
  maximaSmooth: sigma.optional().describe('σ of the Gaussian over the inner distance'),
  radius: z.int().min(1).max(100).optional().describe('radius of the disk in which a maximum is sought'),
  interiorThreshold: z.number().min(-1).max(1).optional().describe('what the smoothed interior must exceed'),
  interiorSmooth: sigma.optional().describe('σ of the Gaussian over the interior'),
  pixelExpansion: pixels.optional().describe('dilation of the interior before it is flooded'),
  labelErosion: pixels.optional().describe('layers taken off every object'),
  smallObjects: pixels.optional().describe('objects of fewer pixels are dropped'),
  fillHoles: pixels.optional().describe('holes of fewer pixels are filled'),
  smallest: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe(
      'pixels of the smallest object there is: those of fewer that are not dropped grow to it, and at the border of the image are dropped; 0 for neither',
    ),
});

export type Postprocessing = z.output<typeof postprocessing>;

export const params = z.strictObject({
  nuclear: names.default([]).describe('nuclear channels; when empty, those with role nuclear'),
  membrane: names
    .default([])
    .describe('membrane or cytoplasm channels; when empty, those with role membrane; without any the input is zero'),
  combineNuclear: combine.default('sum').describe('how several nuclear channels become one'),
  combineMembrane: combine.default('sum').describe('how several membrane channels become one'),
  smoothUm: z
    .union([z.literal('auto'), z.number().min(0).max(10)])
    .default('auto')
    .describe(
      'σ in µm of a Gaussian over the intensities as recorded; auto: what the profile was made for, where the channels look like counts of ions; 0 for none',
    ),
  compartments: z
    .enum(['both', 'cells', 'nuclei'])
    .default('both')
    .describe('what is segmented; with nuclei alone the port cells carries the nuclei'),
  scale: z
    .enum(['pixel-size', 'nuclei'])
    .default('pixel-size')
    .describe(
      "how the image comes to the model's grid: by its pixel size; or, where that is not to be trusted, so that the nuclei found at first have the size the model knows",
    ),
  match: z
    .enum(['none', 'ark', 'clip'])
    .default('none')
    .describe(
      "ark: a nucleus gets its cell's id, by the rule of ark-analysis, and nuclei without a cell higher ids; clip: the same, and what lies outside the own cell is dropped, as quantify and filter-labels want it",
    ),
  nucleated: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'cells of which less than this share is nucleus are dropped; 0 keeps those whose nucleus is not in the section',
    ),
  minNuclearSignal: z
    .union([z.literal('auto'), z.number().min(0).max(1)])
    .default('auto')
    .describe(
      "cells whose nuclear channel nowhere reaches this share of a typical cell's are dropped, as little of their nucleus lies in the section; auto: the profile's, where the membrane channel holds a few ions per pixel; 0 keeps all",
    ),
  batch: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('tiles the network sees at once; more take memory, and less time on a GPU only'),
  mode: z
    .enum(['fixed', 'compat'])
    .default('fixed')
    .describe('compat: as the published code, slips included; fixed: without them (README.md lists both)'),
  cells: postprocessing.default({}).describe("parts of the profile's post-processing of whole cells to replace"),
  nuclei: postprocessing.default({}).describe("parts of the profile's post-processing of nuclei to replace"),
});

export type Options = z.output<typeof params>;
