/** Bins of a histogram of CLAHE. */
export const BINS = 256;
/** The grey values that its maps lead to are 0..LEVELS - 1. */
export const LEVELS = 16_384;

/**
 * Turns the histogram of one block into its map from bins to grey values, where both lie.
 *
 * Clips the 256 counts at `limit`, spreads what was cut off over the other bins, and sums up: the rule of `clip_histogram` and
 * `map_histogram` in scikit-image 0.26. What division leaves over goes to every step-th bin that is not full, from bin 0, 1, … on; the
 * number of bins that are not full, which the library counts anew each time, is kept up here.
 *
 * @param counts 256 whole numbers that sum to `pixels`; overwritten by the map, whole numbers 0..16383.
 */
export function histogramToMap(counts: Int32Array, limit: number, pixels: number): void {
  spread(counts, limit);
  const scale = (LEVELS - 1) / pixels;
  let sum = 0;
  for (let bin = 0; bin < BINS; bin++) {
    sum += counts[bin]!;
    counts[bin] = Math.trunc(Math.min(LEVELS - 1, sum * scale));
  }
}

function spread(counts: Int32Array, limit: number): void {
  let excess = 0;
  for (let bin = 0; bin < BINS; bin++) {
    if (counts[bin]! <= limit) continue;
    excess += counts[bin]! - limit;
    counts[bin] = limit;
  }
  const share = Math.floor(excess / BINS);
  const upper = limit - share;
  let open = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const count = counts[bin]!;
    // A bin that the share has brought above `upper` is filled up by the second rule, as the library's second mask sees the raised counts.
    if (count < upper) {
      counts[bin]! += share;
      excess -= share;
    }
    if (counts[bin]! >= upper && counts[bin]! < limit) {
      excess -= limit - counts[bin]!;
      counts[bin] = limit;
    }
    if (counts[bin]! < limit) open++;
  }
  while (excess > 0 && open > 0) {
    const before = excess;
    for (let first = 0; first < BINS && excess > 0; first++) {
      const step = Math.max(1, Math.floor(open / excess));
      for (let bin = first; bin < BINS; bin += step) {
        if (counts[bin]! >= limit) continue;
        excess--;
        if (++counts[bin]! === limit) open--;
      }
    }
    if (excess === before) break;
  }
}
