import { twoMeans } from '../../kernels/two-means.ts';
import { SIDE } from './model-inputs.ts';

/** How many of all scores, the best ones, are looked at. */
const MOST = 3500;

export interface Detections {
  /** Queries × classes, each in 0–1. */
  readonly scores: Float32Array;
  readonly classes: number;
  /** Queries × 4: centre x, centre y, width, height, as parts of the tile. */
  readonly boxes: Float32Array;
}

/** Boxes in descending order of score: x0, y0, x1, y1 on the models' square. */
export interface Boxes {
  readonly count: number;
  readonly corners: Float32Array;
  readonly scores: Float32Array;
}

/**
 * The boxes to decode. Of all scores, whatever their class, the best 3500 are taken; those above 0.66·`threshold` + 0.33·m stay, m being
 * the mean of the two centres that these 3500 scores fall into (a single score is compared with `threshold` itself). Equal scores keep
 * the order of the queries. Boxes are not compared with each other.
 *
 * A query whose second class also passes would be the same box once more; `repeated` says which of the two scores it keeps: `best`, or
 * `last` where what comes later wins.
 */
export function findBoxes(found: Detections, threshold: number, repeated: 'best' | 'last'): Boxes {
  const { scores, classes, boxes } = found;
  const ranked = Array.from(scores.keys())
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, MOST);
  const least = adaptedThreshold(
    ranked.map((i) => scores[i]!),
    threshold,
  );
  const kept = ranked.filter((i) => scores[i]! > least);
  const queries = kept.map((i) => Math.floor(i / classes));
  const place = new Map<number, number>();
  for (const [at, query] of queries.entries()) if (repeated === 'last' || !place.has(query)) place.set(query, at);
  const chosen = kept.filter((_, at) => place.get(queries[at]!) === at);
  const corners = new Float32Array(4 * chosen.length);
  for (const [at, i] of chosen.entries()) writeCorners(boxes, 4 * Math.floor(i / classes), corners, 4 * at);
  return { count: chosen.length, corners, scores: Float32Array.from(chosen, (i) => scores[i]!) };
}

/** A part of a tile, as parts of its sides. */
export interface Region {
  readonly y0: number;
  readonly x0: number;
  readonly y1: number;
  readonly x1: number;
}

/**
 * The boxes that reach into a region: along each axis by a quarter of their length or, where it is the shorter, of the region's. A cell that
 * is cut by the region's edge and mirrored there reaches half of its box into it, its mere mirror image not at all.
 */
export function boxesWithin({ count, corners, scores }: Boxes, region: Region): Boxes {
  const reaches = (from: number, to: number, low: number, high: number): boolean =>
    4 * (Math.min(to, high) - Math.max(from, low)) >= Math.min(to - from, high - low);
  const kept = Array.from({ length: count }, (_, k) => k).filter((k) => {
    const [x0, y0, x1, y1] = corners.subarray(4 * k, 4 * k + 4);
    return (
      reaches(x0!, x1!, SIDE * region.x0, SIDE * region.x1) && reaches(y0!, y1!, SIDE * region.y0, SIDE * region.y1)
    );
  });
  return {
    count: kept.length,
    corners: Float32Array.from(kept.flatMap((k) => Array.from(corners.subarray(4 * k, 4 * k + 4)))),
    scores: Float32Array.from(kept, (k) => scores[k]!),
  };
}

/** The score that boxes of a tile must pass, given all its best scores. */
export function adaptedThreshold(scores: readonly number[], threshold: number): number {
  if (scores.length < 2) return threshold;
  const { low, high } = twoMeans(scores);
  return 0.66 * threshold + (0.33 * (low + high)) / 2;
}

function writeCorners(boxes: Float32Array, from: number, corners: Float32Array, to: number): void {
  const { fround } = Math;
  const [x, y, width, height] = [boxes[from]!, boxes[from + 1]!, boxes[from + 2]!, boxes[from + 3]!];
  corners[to] = fround(x - fround(0.5 * width)) * SIDE;
  corners[to + 1] = fround(y - fround(0.5 * height)) * SIDE;
  corners[to + 2] = fround(x + fround(0.5 * width)) * SIDE;
  corners[to + 3] = fround(y + fround(0.5 * height)) * SIDE;
}

/** 1 / (1 + e^-x) in float32. */
export function sigmoid(logits: Float32Array): Float32Array {
  return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
}
