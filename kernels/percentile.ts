import type { Plane } from './image.ts';
import { rankValues, type Ranking } from './order-statistics.ts';

export { clipAndScale } from './clip-and-scale.ts';

export interface PercentileOptions {
  /** Leaves the values equal to 0 out; negative ones count. */
  readonly nonZero?: boolean;
  /**
   * `float64` (default): as numpy on `values.astype(float64)`. `float32`: as numpy on a float32 array and one percent, whose differences
   * and products are rounded to float32; no difference for integers.
   */
  readonly precision?: 'float32' | 'float64';
}

/**
 * The `percent`-th percentile of all values, or of the values other than 0.
 *
 * Follows numpy 2.4 `np.percentile(values, percent, method='linear')` bit for bit: with n values in ascending order and
 * v = (n-1)·percent/100, the order statistics a and b around v are joined by numpy's lerp.
 *
 * @returns the percentile in the values' unit, or null when no value qualifies (empty, or all 0 with `nonZero`).
 * @throws RangeError if `percent` is outside 0..100, or a value is NaN (its index is named).
 */
export function percentile(values: Plane, percent: number, options: PercentileOptions = {}): number | null {
  return percentiles(values, [percent], options)?.[0] ?? null;
}

/** Several percentiles of one plane from one histogram; see {@link percentile}. Null when no value qualifies. */
export function percentiles(
  values: Plane,
  percents: readonly number[],
  options: PercentileOptions = {},
): number[] | null {
  for (const percent of percents) checkPercent(percent);
  const { nonZero = false, precision = 'float64' } = options;
  const round = precision === 'float32' && values instanceof Float32Array ? Math.fround : (value: number) => value;
  const ranking = rankValues('percentile', values, nonZero);
  if (ranking.count === 0) return null;
  return percents.map((percent) => interpolate(ranking, percent, round));
}

/** @throws RangeError for a percent outside 0..100. */
export function checkPercent(percent: number): void {
  if (!(percent >= 0 && percent <= 100)) {
    throw new RangeError(`percentile: percent is ${percent}; choose a number from 0 to 100`);
  }
}

/** The percentile of ranked values, at least one, with differences and products rounded by `round`. */
export function interpolate(ranking: Ranking, percent: number, round: (value: number) => number): number {
  const virtual = (ranking.count - 1) * (percent / 100);
  const lower = Math.min(Math.floor(virtual), ranking.count - 1);
  const upper = Math.min(lower + 1, ranking.count - 1);
  const a = ranking.at(lower);
  const b = upper === lower ? a : ranking.at(upper);
  const t = virtual - lower;
  const difference = round(b - a);
  return t >= 0.5 ? round(b - round(difference * round(1 - t))) : round(a + round(difference * round(t)));
}
