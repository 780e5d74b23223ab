import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { FoveaError, invalidInput } from '../../core/errors.ts';
import type { Labels } from '../../kernels/image.ts';
import { labelOverlaps, matchOverlaps, poolMatches, type LabelMatch } from '../../kernels/match-labels.ts';
import { readLabelsTiff } from '../images/index.ts';

/** One field of view's segmentation on the native grid; `nuclei` is null where the method gives none. */
export interface PredictedFov {
  readonly fov: string;
  readonly cells: Labels;
  readonly nuclei: Labels | null;
}

/** How well one sort of object was found at one IoU threshold, pooled over the fields of view. */
export interface Score extends LabelMatch {
  readonly objects: 'cells' | 'nuclei';
  readonly threshold: number;
  /** Fields of view that were scored. */
  readonly fovs: number;
  /** Unweighted mean of the fields' own F1. */
  readonly meanFovF1: number;
}

export const SCORE_THRESHOLDS: readonly number[] = [0.5, 0.6];

const FOV = /^[\w-][\w.-]*$/;

async function readTruth(truthDir: string, fov: string, objects: Score['objects']): Promise<Labels> {
  const path = join(truthDir, `${fov}_${objects}.tif`);
  try {
    await access(path);
  } catch (cause) {
    const message = `there is no truth for ${objects} of field of view ${fov}: ${path} cannot be read; make the cohort again with fovea synth`;
    throw new FoveaError('NOT_FOUND', message, { fields: { fov, path }, cause });
  }
  return readLabelsTiff(path);
}

/** The field's matches, one per threshold; the truth is read only now, so one field at a time lies in memory. */
async function matchFov(
  truthDir: string,
  fov: string,
  objects: Score['objects'],
  predicted: Labels,
): Promise<LabelMatch[]> {
  const truth = await readTruth(truthDir, fov, objects);
  try {
    const overlaps = labelOverlaps(truth, predicted);
    return SCORE_THRESHOLDS.map((threshold) => matchOverlaps(overlaps, threshold));
  } catch (error) {
    if (error instanceof RangeError)
      throw invalidInput(`${objects} of field of view ${fov}: ${error.message}`, { fov });
    throw error;
  }
}

/**
 * Scores segmentations against the truth of a synthetic cohort (`<fov>_cells.tif`, `<fov>_nuclei.tif` in `truthDir`), by
 * the convention of `matchOverlaps`: cells, then nuclei, each at IoU 0.5 and 0.6, counts pooled over the fields of view.
 * Nuclei are scored over the fields that have them and left out where none has. Fields that are not predicted do not
 * count; compare `fovs`. Throws NOT_FOUND where a field has no truth and INVALID_INPUT for a name that is no field of view's,
 * a field given twice, or labels off the truth's grid.
 */
export async function scoreAgainstTruth(truthDir: string, predicted: AsyncIterable<PredictedFov>): Promise<Score[]> {
  const matches: Record<Score['objects'], LabelMatch[][]> = { cells: [], nuclei: [] };
  const seen = new Set<string>();
  for await (const { fov, cells, nuclei } of predicted) {
    if (!FOV.test(fov))
      throw invalidInput(`"${fov}" is not a field of view's id; use letters, digits, "_", "-" and "."`);
    if (seen.has(fov)) throw invalidInput(`field of view ${fov} is predicted twice; give each once`, { fov });
    seen.add(fov);
    matches.cells.push(await matchFov(truthDir, fov, 'cells', cells));
    if (nuclei !== null) matches.nuclei.push(await matchFov(truthDir, fov, 'nuclei', nuclei));
  }
  return (['cells', 'nuclei'] as const).flatMap((objects) => {
    const fovs = matches[objects].length;
    if (fovs === 0) return [];
    return SCORE_THRESHOLDS.map((threshold, t) => {
      const each = matches[objects].map((byThreshold) => byThreshold[t] as LabelMatch);
      const meanFovF1 = each.reduce((sum, { f1 }) => sum + f1, 0) / fovs;
      return { objects, threshold, fovs, meanFovF1, ...poolMatches(each) };
    });
  });
}
