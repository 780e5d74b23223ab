/** Folds an index into 0..n-1 by reflection about the outer edges of the border pixels: -1 → 0, n → n-1 (scipy `reflect`). */
export function reflect(i: number, n: number): number {
  if (i >= 0 && i < n) return i;
  const period = 2 * n;
  const folded = ((i % period) + period) % period;
  return folded < n ? folded : period - 1 - folded;
}

/** Folds an index into 0..n-1 by reflection about the centres of the border pixels: -1 → 1, n → n-2 (numpy `reflect`). */
export function mirror(i: number, n: number): number {
  if (n === 1) return 0;
  const period = 2 * (n - 1);
  const folded = ((i % period) + period) % period;
  return folded < n ? folded : period - folded;
}
