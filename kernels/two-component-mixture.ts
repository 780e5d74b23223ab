import { twoMeans } from './two-means.ts';

export interface MixtureOptions {
  /** Added to both variances in every round, so that neither can shrink to a point. 1e-6 of the values' variance when left out. */
  readonly regularization?: number;
  /** Rounds stop when the mean log-likelihood changes by less than this. */
  readonly tolerance?: number;
  readonly maxRounds?: number;
}

/** Two normal distributions on a line, the lower one first. */
export interface Mixture {
  readonly means: readonly [number, number];
  readonly variances: readonly [number, number];
  /** Shares of the values, 0–1, sum 1. */
  readonly weights: readonly [number, number];
  /** Mean log-likelihood of a value, in nats. */
  readonly logLikelihood: number;
  /** Between the means, where a value is as likely of the upper component as of the lower; null where no such point lies there. */
  readonly threshold: number | null;
  /** Distance of the means over the root of the mean variance (Ashman's D): above 2 the two are well apart. */
  readonly separation: number;
  readonly rounds: number;
  /** Whether the rounds stopped by the tolerance rather than by `maxRounds`. */
  readonly converged: boolean;
}

interface Components {
  means: [number, number];
  variances: [number, number];
  weights: [number, number];
}

/**
 * Fits a mixture of two normal distributions by expectation–maximisation. The start is the exact 2-means split (`twoMeans`), so there is
 * no randomness. Each round computes the posteriors and their mean log-likelihood, then the components from the posteriors, and is the
 * last one if that likelihood differs from the round before by less than `tolerance` (1e-7); at most `maxRounds` (500).
 *
 * Round for round this is `sklearn.mixture.GaussianMixture(2, covariance_type='full')` with `reg_covar`, `tol` and `max_iter` alike and
 * `weights_init`, `means_init`, `precisions_init` of the same start; numbers agree to about 1e-9. In TypeScript only: 100,000 values take
 * about 10 ms a round.
 *
 * @returns null where there are fewer than two distinct values.
 * @throws RangeError for a value that is not finite (its index is named).
 */
export function twoComponentMixture(values: ArrayLike<number>, options: MixtureOptions = {}): Mixture | null {
  const n = values.length;
  if (n === 0) return null;
  const start = twoMeans(values);
  if (start.low === start.high) return null;
  const { tolerance = 1e-7, maxRounds = 500 } = options;
  const sorted = Float64Array.from(values).sort();
  const regularization = options.regularization ?? 1e-6 * variance(sorted, 0, n);
  let parts: Components = {
    means: [start.low, start.high],
    variances: [variance(sorted, 0, start.count) + regularization, variance(sorted, start.count, n) + regularization],
    weights: [start.count / n, 1 - start.count / n],
  };
  const upper = new Float64Array(n);
  let [likelihood, rounds, converged] = [-Infinity, 0, false];
  while (rounds < maxRounds && !converged) {
    rounds++;
    const before = likelihood;
    likelihood = expect(sorted, parts, upper);
    parts = maximize(sorted, upper, regularization);
    converged = Math.abs(likelihood - before) < tolerance;
  }
  likelihood = expect(sorted, parts, upper);
  if (parts.means[0] > parts.means[1]) parts = swapped(parts);
  const { means, variances, weights } = parts;
  const separation = (means[1] - means[0]) / Math.sqrt((variances[0] + variances[1]) / 2);
  return {
    ...{ means, variances, weights, logLikelihood: likelihood },
    ...{ threshold: crossing(parts), separation, rounds, converged },
  };
}

function variance(sorted: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += sorted[i]!;
  const mean = sum / (to - from);
  let squares = 0;
  for (let i = from; i < to; i++) squares += (sorted[i]! - mean) ** 2;
  return squares / (to - from);
}

const swapped = ({ means, variances, weights }: Components): Components => ({
  means: [means[1], means[0]],
  variances: [variances[1], variances[0]],
  weights: [weights[1], weights[0]],
});

/** A component's logarithm of weight × density at 0 distance, and what a squared distance takes from it. */
function logScale({ variances, weights }: Components, which: 0 | 1): [number, number] {
  const spread = variances[which];
  return [Math.log(weights[which]) - 0.5 * Math.log(2 * Math.PI * spread), 0.5 / spread];
}

/** Writes each value's posterior of the upper component; returns the mean log-likelihood. */
function expect(values: Float64Array, parts: Components, upper: Float64Array): number {
  const [[top0, rate0], [top1, rate1]] = [logScale(parts, 0), logScale(parts, 1)];
  const [mean0, mean1] = parts.means;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const log0 = top0 - rate0 * (value - mean0) * (value - mean0);
    const log1 = top1 - rate1 * (value - mean1) * (value - mean1);
    // The larger one is taken out before the exponential, so that neither vanishes.
    const ratio = Math.exp(-Math.abs(log1 - log0));
    const total = 1 + ratio;
    sum += Math.max(log0, log1) + Math.log(total);
    upper[i] = log1 > log0 ? 1 / total : ratio / total;
  }
  return sum / values.length;
}

function maximize(values: Float64Array, upper: Float64Array, regularization: number): Components {
  const n = values.length;
  let [weight0, weight1, sum0, sum1] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const share = upper[i]!;
    weight1 += share;
    sum1 += share * values[i]!;
    weight0 += 1 - share;
    sum0 += (1 - share) * values[i]!;
  }
  // A component without values keeps a mean, so that no division by 0 spreads.
  const tiny = 10 * Number.EPSILON;
  const [mean0, mean1] = [sum0 / (weight0 + tiny), sum1 / (weight1 + tiny)];
  let [squares0, squares1] = [0, 0];
  for (let i = 0; i < n; i++) {
    const share = upper[i]!;
    squares0 += (1 - share) * (values[i]! - mean0) ** 2;
    squares1 += share * (values[i]! - mean1) ** 2;
  }
  return {
    means: [mean0, mean1],
    variances: [squares0 / (weight0 + tiny) + regularization, squares1 / (weight1 + tiny) + regularization],
    weights: [weight0 / n, weight1 / n],
  };
}

/** Where the posteriors cross between the means: halved until the ends are neighbouring numbers. */
function crossing(parts: Components): number | null {
  const [[top0, rate0], [top1, rate1]] = [logScale(parts, 0), logScale(parts, 1)];
  const [mean0, mean1] = parts.means;
  const lead = (x: number): number => top1 - rate1 * (x - mean1) ** 2 - (top0 - rate0 * (x - mean0) ** 2);
  let [low, high] = [mean0, mean1];
  if (!(lead(low) < 0 && lead(high) > 0)) return null;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (lead(middle) > 0) high = middle;
    else low = middle;
  }
}
