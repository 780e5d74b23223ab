import type { Plane } from './image.ts';
import { checkPlane, measurePlanes, type PlaneStatistic } from './plane-statistics.ts';
import type { LabelRuns } from './runs.ts';

/** Statistics of one plane's values per object, in the order of `runs.ids`. */
export interface Intensities {
  readonly sum: Float64Array;
  readonly mean: Float64Array;
  /** NaN throughout unless asked for. */
  readonly median: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

const SUMS = ['sum', 'mean', 'min', 'max'] as const satisfies readonly PlaneStatistic[];

/**
 * Measures one (Y, X) plane over every object; see {@link measurePlanes} for the rules.
 *
 * @param median whether to find medians, which costs more than the rest together.
 * @throws RangeError if the plane is not of the size that was encoded.
 */
export function measurePlane(plane: Plane, runs: LabelRuns, options: { median?: boolean } = {}): Intensities {
  checkPlane('measurePlane: the plane', plane, runs);
  const statistics = options.median === true ? [...SUMS, 'median' as const] : SUMS;
  const { sum, mean, min, max, median } = measurePlanes([plane], runs, { statistics })[0]! as Intensities;
  return { sum, mean, min, max, median: options.median === true ? median : new Float64Array(sum.length).fill(NaN) };
}
