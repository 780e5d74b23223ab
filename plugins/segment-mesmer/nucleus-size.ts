/** Fewer nuclei say nothing of their size. */
const FEWEST = 5;
/** Factors beyond these are no matter of magnification any more. */
const [LEAST, MOST] = [0.25, 4];

/**
 * By how much an image must be enlarged so that the nuclei found in it are `wantedPx` pixels across: the median diameter of the
 * circles of their area. 1 where fewer than five were found.
 */
export function enlargement(nuclei: Int32Array, wantedPx: number): number {
  const areas = new Map<number, number>();
  for (const id of nuclei) if (id > 0) areas.set(id, (areas.get(id) ?? 0) + 1);
  if (areas.size < FEWEST) return 1;
  const sorted = [...areas.values()].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)]!;
  return Math.min(MOST, Math.max(LEAST, wantedPx / (2 * Math.sqrt(median / Math.PI))));
}
