/**
 * The value at a `share` (0..1) of ascending numbers, at least one: numpy's linear quantile, v = share·(n − 1), x[⌊v⌋] + (v − ⌊v⌋)·(x[⌈v⌉] − x[⌊v⌋]),
 * in float64.
 */
export function linearQuantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below);
}
