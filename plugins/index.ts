import type { AnyStep } from '../core/step.ts';
import { calibrateNimbus } from './calibrate-nimbus/index.ts';
import { cohortSummary } from './cohort-summary/index.ts';
import { extractPatches } from './extract-patches/index.ts';
import { filterLabels } from './filter-labels/index.ts';
import { importLabelsStep } from './import-labels/index.ts';
import { importTypesStep } from './import-types/index.ts';
import { joinTables } from './join-tables/index.ts';
import { neighbourhoods } from './neighbourhoods/index.ts';
import { markerPositivityNimbus } from './marker-positivity-nimbus/index.ts';
import { normalize } from './normalize/index.ts';
import { phenotypeRules } from './phenotype-rules/index.ts';
import { phenotypeSummary } from './phenotype-summary/index.ts';
import { phenotypeDeepcellTypes } from './phenotype-deepcell-types/index.ts';
import { phenotypeTable } from './phenotype-table/index.ts';
import { quantify } from './quantify/index.ts';
import { regrid } from './regrid/index.ts';
import { resample } from './resample/index.ts';
import { segmentCellsam } from './segment-cellsam/index.ts';
import { segmentExternal } from './segment-external/index.ts';
import { segmentHpa } from './segment-hpa/index.ts';
import { segmentMesmer } from './segment-mesmer/index.ts';
import { segmentWatershed } from './segment-watershed/index.ts';
import { segmentationQc } from './segmentation-qc/index.ts';
import { standardizeMarkersStep } from './standardize-markers/index.ts';

/** The steps that come with Fovea. */
export const builtinSteps: readonly AnyStep[] = [
  resample,
  normalize,
  segmentMesmer,
  segmentCellsam,
  segmentHpa,
  segmentWatershed,
  segmentExternal,
  importLabelsStep,
  importTypesStep,
  filterLabels,
  segmentationQc,
  standardizeMarkersStep,
  regrid,
  quantify,
  extractPatches,
  phenotypeDeepcellTypes,
  phenotypeRules,
  phenotypeTable,
  neighbourhoods,
  joinTables,
  markerPositivityNimbus,
  calibrateNimbus,
  cohortSummary,
  phenotypeSummary,
];
