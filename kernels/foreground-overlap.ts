import type { Overlaps } from './match-labels.ts';

/** Pixels that belong to any object, in either image and in both. */
export interface ForegroundOverlap {
  readonly truth: number;
  readonly predicted: number;
  readonly shared: number;
}

/**
 * Foreground pixels of both label images, whichever object they belong to. A pixel that has an id on both sides belongs to
 * exactly one pair, so the pairs add up to the intersection.
 *
 * Plain TypeScript only: three sums over lists.
 */
export function foregroundOverlap({ truthAreas, predictedAreas, pairs }: Overlaps): ForegroundOverlap {
  const sum = (areas: Float64Array): number => areas.reduce((total, area) => total + area, 0);
  return {
    truth: sum(truthAreas),
    predicted: sum(predictedAreas),
    shared: pairs.reduce((total, { shared }) => total + shared, 0),
  };
}

/** Sørensen–Dice coefficient, 2 |A ∩ B| / (|A| + |B|); 1 where neither side has a pixel. */
export function dice({ truth, predicted, shared }: ForegroundOverlap): number {
  return truth + predicted === 0 ? 1 : (2 * shared) / (truth + predicted);
}
