/** Counts of matched objects, pooled over images. */
import { labelOverlaps, matchOverlaps } from '../../dist/kernels/index.js';

export const THRESHOLDS = [0.5, 0.7];
/** Nuclei of fewer pixels are counted by themselves. */
export const SMALL = 40;

export const emptyScore = () => ({ images: 0, objects: 0, at: THRESHOLDS.map(() => ({ tp: 0, fp: 0, fn: 0 })) });

export function addScore(score, truth, predicted) {
  const overlaps = labelOverlaps(truth, predicted);
  score.images++;
  score.objects += overlaps.truthIds.length;
  THRESHOLDS.forEach((threshold, index) => {
    const { tp, fp, fn } = matchOverlaps(overlaps, threshold);
    const at = score.at[index];
    at.tp += tp;
    at.fp += fp;
    at.fn += fn;
  });
  return overlaps;
}

export const f1Of = ({ tp, fp, fn }) => (tp + fp + fn === 0 ? 1 : (2 * tp) / (2 * tp + fp + fn));
