import type { Labels } from './image.ts';

/** A label image without its pixel size, which comparing pixel by pixel does not need. */
export type LabelPlane = Pick<Labels, 'height' | 'width' | 'data'>;

/** Two objects that share pixels. */
export interface Overlap {
  readonly truth: number;
  readonly predicted: number;
  /** Pixels they share, > 0. */
  readonly shared: number;
  readonly iou: number;
}

/** How often objects of two label images overlap; objects are numbered in ascending order of their ids. */
export interface Overlaps {
  readonly truthIds: readonly number[];
  readonly predictedIds: readonly number[];
  /** Pixels of each object, in the order of its ids. */
  readonly truthAreas: Float64Array;
  readonly predictedAreas: Float64Array;
  /** Every pair that shares a pixel, by truth id, then predicted id, ascending. */
  readonly pairs: readonly Overlap[];
}

/** The outcome of matching predicted objects to true ones at one threshold. */
export interface LabelMatch {
  /** Matched pairs, predicted objects without a partner, true objects without a partner. */
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  /** tp / (tp + fp), tp / (tp + fn), 2 tp / (2 tp + fp + fn); 0 where nothing matches, 1 where nothing is on either side. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Mean IoU of the matched pairs, 0 without any. */
  readonly meanIou: number;
}

/** Ordinal of every id > 0 by ascending id, with the objects' areas. */
function census(data: Int32Array): { ids: number[]; ordinal: Map<number, number>; areas: Float64Array } {
  const areaOf = new Map<number, number>();
  for (let i = 0; i < data.length;) {
    const id = data[i] as number;
    const start = i;
    while (i < data.length && data[i] === id) i++;
    if (id < 0) throw new RangeError(`label ${id} at pixel ${start} is negative; labels are 0 or object ids > 0`);
    if (id > 0) areaOf.set(id, (areaOf.get(id) ?? 0) + i - start);
  }
  const ids = [...areaOf.keys()].sort((a, b) => a - b);
  return {
    ids,
    ordinal: new Map(ids.map((id, n) => [id, n])),
    areas: Float64Array.from(ids, (id) => areaOf.get(id) as number),
  };
}

/**
 * Intersection over union of every overlapping pair of objects, as a sparse list. Both images must have one size
 * (RangeError otherwise); ids may have gaps. One pass over the pixels.
 */
export function labelOverlaps(truth: LabelPlane, predicted: LabelPlane): Overlaps {
  if (truth.height !== predicted.height || truth.width !== predicted.width) {
    throw new RangeError(
      `true labels are ${truth.height}x${truth.width}, predicted ${predicted.height}x${predicted.width}; ` +
        `bring the prediction to the truth's grid first`,
    );
  }
  const t = census(truth.data);
  const p = census(predicted.data);
  const shared = new Map<number, number>();
  const { length } = truth.data;
  for (let i = 0; i < length;) {
    const a = truth.data[i] as number;
    const b = predicted.data[i] as number;
    const start = i;
    while (i < length && truth.data[i] === a && predicted.data[i] === b) i++;
    if (a === 0 || b === 0) continue;
    const key = (t.ordinal.get(a) as number) * p.ids.length + (p.ordinal.get(b) as number);
    shared.set(key, (shared.get(key) ?? 0) + i - start);
  }
  const keys = Float64Array.from(shared.keys()).sort();
  const pairs = Array.from(keys, (key) => {
    const row = Math.floor(key / p.ids.length);
    const column = key - row * p.ids.length;
    const both = shared.get(key) as number;
    const iou = both / ((t.areas[row] as number) + (p.areas[column] as number) - both);
    return { truth: t.ids[row] as number, predicted: p.ids[column] as number, shared: both, iou };
  });
  return { truthIds: t.ids, predictedIds: p.ids, truthAreas: t.areas, predictedAreas: p.areas, pairs };
}

function summarise(tp: number, fp: number, fn: number, iouSum: number): LabelMatch {
  const nothing = tp + fp + fn === 0;
  const ratio = (whole: number): number => (whole > 0 ? tp / whole : 0);
  return {
    tp,
    fp,
    fn,
    precision: nothing ? 1 : ratio(tp + fp),
    recall: nothing ? 1 : ratio(tp + fn),
    f1: nothing ? 1 : ratio(tp + (fp + fn) / 2),
    meanIou: tp > 0 ? iouSum / tp : 0,
  };
}

/**
 * Matches one to one the pairs with IoU ≥ `threshold`, 0.5 ≤ threshold ≤ 1 (RangeError otherwise).
 *
 * This is the convention of the 2018 Data Science Bowl, of StarDist's `matching` and of Cellpose's `average_precision`
 * (4.0), which solve an assignment problem. From 0.5 on none is needed: above 0.5 an object has at most one partner, and at
 * exactly 0.5 it has two only when it is the union of two halves, none of which overlaps anything else. Then the half
 * with the lower id is matched and the other counts as missed (or false), as in any optimal assignment.
 *
 * @returns the matched pairs, in the order of `overlaps.pairs`.
 */
export function matchedPairs(overlaps: Overlaps, threshold: number): Overlap[] {
  if (!(threshold >= 0.5 && threshold <= 1)) {
    throw new RangeError(`IoU threshold ${threshold} is not from 0.5 to 1; below 0.5 partners are not unique`);
  }
  const usedTruth = new Set<number>();
  const usedPredicted = new Set<number>();
  return overlaps.pairs.filter(({ truth, predicted, iou }) => {
    if (iou < threshold || usedTruth.has(truth) || usedPredicted.has(predicted)) return false;
    usedTruth.add(truth);
    usedPredicted.add(predicted);
    return true;
  });
}

/** Counts the matches of `matchedPairs` and what is left over on either side. */
export function matchOverlaps(overlaps: Overlaps, threshold: number): LabelMatch {
  const pairs = matchedPairs(overlaps, threshold);
  const tp = pairs.length;
  const iouSum = pairs.reduce((sum, { iou }) => sum + iou, 0);
  return summarise(tp, overlaps.predictedIds.length - tp, overlaps.truthIds.length - tp, iouSum);
}

/** `matchOverlaps` of `labelOverlaps`: how well `predicted` finds the objects of `truth`. */
export function matchLabels(truth: LabelPlane, predicted: LabelPlane, threshold: number): LabelMatch {
  return matchOverlaps(labelOverlaps(truth, predicted), threshold);
}

/**
 * Pools matches of several fields of view: counts are summed before any ratio is taken, so every object weighs the same
 * wherever it lies; `meanIou` is over all matched pairs. An empty list pools like empty images.
 */
export function poolMatches(matches: readonly LabelMatch[]): LabelMatch {
  let [tp, fp, fn, iouSum] = [0, 0, 0, 0];
  for (const match of matches) {
    tp += match.tp;
    fp += match.fp;
    fn += match.fn;
    iouSum += match.meanIou * match.tp;
  }
  return summarise(tp, fp, fn, iouSum);
}
