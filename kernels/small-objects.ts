import { matchedPairs, type Overlaps } from './match-labels.ts';

/** True objects below an area, and how many of them have a partner. */
export interface SmallObjects {
  readonly objects: number;
  readonly found: number;
}

/**
 * Counts true objects of fewer than `area` pixels, and those of them that are matched at an IoU of at least `threshold`.
 * Matching is that of `matchedPairs` among all objects; a partner may have any size.
 *
 * Plain TypeScript only: it walks the list of objects.
 *
 * @throws RangeError for an area that is not a number > 0, and as `matchedPairs`.
 */
export function smallObjects(overlaps: Overlaps, area: number, threshold: number): SmallObjects {
  if (!(area > 0)) throw new RangeError(`smallObjects: area is ${area}; pass a number of pixels > 0`);
  const { truthIds, truthAreas } = overlaps;
  const small = new Set(truthIds.filter((_, n) => truthAreas[n]! < area));
  return {
    objects: small.size,
    found: matchedPairs(overlaps, threshold).filter(({ truth }) => small.has(truth)).length,
  };
}
