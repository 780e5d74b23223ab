import type { AnyStep } from '../core/step.ts';
import { cohortSummary } from './cohort-summary/index.ts';
import { normalize } from './normalize/index.ts';
import { quantify } from './quantify/index.ts';
import { regrid } from './regrid/index.ts';
import { resample } from './resample/index.ts';
import { segmentCellsam } from './segment-cellsam/index.ts';
import { segmentWatershed } from './segment-watershed/index.ts';

/** The steps that come with Fovea. */
export const builtinSteps: readonly AnyStep[] = [
  resample,
  normalize,
  segmentWatershed,
  segmentCellsam,
  regrid,
  quantify,
  cohortSummary,
];
