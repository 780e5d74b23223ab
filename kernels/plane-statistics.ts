import type { Plane } from './image.ts';
import { checkPercent } from './percentile.ts';
import { plainWalk, type PlaneWalk } from './plane-walk.ts';
import type { LabelRuns } from './runs.ts';
import { twin } from './twin.ts';
import { inPlaneWalkWasm } from './wasm/plane-walk.ts';

const STATISTICS = ['sum', 'mean', 'median', 'min', 'max', 'std'] as const;

export type PlaneStatistic = (typeof STATISTICS)[number];

export interface PlaneStatisticsOptions<S extends PlaneStatistic> {
  /** The mean alone unless given. */
  readonly statistics?: readonly S[];
  /** Percents 0..100; none unless given. */
  readonly percentiles?: readonly number[];
}

/** One plane's statistics, each with a value per object in the order of `runs.ids`, and its percentiles in the order they were asked for. */
export type PlaneMeasures<S extends PlaneStatistic> = Readonly<Record<S, Float64Array>> & {
  readonly percentiles: readonly Float64Array[];
};

/**
 * Measures (Y, X) planes, any number and mix of types, over every object of the runs. Only what is asked for is paid for: sum and mean
 * take one walk along the runs, so do min and max with them, `std` takes one more, median and percentiles together one more.
 *
 * Values are those of numpy 2.4 on `plane[labels == id].astype(float64)`: `sum`, `mean`, `median`, `min`, `max`, `std` (of the
 * population, ddof 0) and `percentile(method='linear')`.
 * - Integer planes: sums are exact (below 2^53), so all but `std` equal numpy's bit for bit.
 * - float32 planes: everything is computed in float64, sums in raster order, so results repeat exactly; numpy sums pairwise, which
 *   differs by less than n·2^-53 of Σ|value| for an object of n pixels. numpy on the float32 values themselves also rounds to float32.
 * - `std` is √(Σ(value - mean)²/n) with the same order of sums, to about 1e-12 of numpy's; 0 for equal values of an integer plane.
 * - An object with a NaN pixel has NaN in every statistic of that plane; -0 counts as 0 for ranks.
 *
 * @param planes looked at one after the other, each once; they may be made while this runs.
 * @throws RangeError for a plane of another size than the labels, an unknown statistic, or a percent outside 0..100.
 */
export function measurePlanes<S extends PlaneStatistic = 'mean'>(
  planes: Iterable<Plane>,
  runs: LabelRuns,
  { statistics = ['mean' as S], percentiles = [] }: PlaneStatisticsOptions<S> = {},
): PlaneMeasures<S>[] {
  for (const name of statistics) {
    if (STATISTICS.includes(name)) continue;
    throw new RangeError(`measurePlanes: statistic '${name}' is unknown; pass some of ${STATISTICS.join(', ')}`);
  }
  for (const percent of percentiles) checkPercent(percent);
  const measureAll = (walk: PlaneWalk): PlaneMeasures<S>[] =>
    Array.from(planes, (plane, c) => {
      checkPlane(`measurePlanes: plane ${c}`, plane, runs);
      const found = measureOne(walk, plane, runs, new Set<PlaneStatistic>(statistics), percentiles);
      const wanted = Object.fromEntries(statistics.map((name) => [name, found[name]])) as Record<S, Float64Array>;
      return { ...wanted, percentiles: found.percentiles };
    });
  return twin() === 'wasm' ? inPlaneWalkWasm(runs, measureAll) : measureAll(plainWalk(runs));
}

/** @throws RangeError if the plane is not of the size that was encoded. */
export function checkPlane(name: string, plane: Plane, { height, width }: LabelRuns): void {
  if (plane.length !== height * width) {
    throw new RangeError(
      `${name} has ${plane.length} values, the labels ${height}×${width}; bring both to one grid first`,
    );
  }
}

function measureOne(
  walk: PlaneWalk,
  plane: Plane,
  { ids, area }: LabelRuns,
  wanted: ReadonlySet<PlaneStatistic>,
  percents: readonly number[],
): Partial<Record<PlaneStatistic, Float64Array>> & { percentiles: Float64Array[] } {
  const { sum, min, max, spoilt } = walk.sums(plane, wanted.has('min') || wanted.has('max'));
  const mean = sum.map((total, k) => total / area[k]!);
  const std = wanted.has('std')
    ? walk.deviations(plane, mean).map((total, k) => Math.sqrt(total / area[k]!))
    : new Float64Array(0);
  const virtual = percents.map((percent) => Float64Array.from(area, (n) => (n - 1) * (percent / 100)));
  const ranks = virtual.map((places) => Int32Array.from(places, Math.floor));
  if (wanted.has('median')) ranks.push(area.map((n) => (n - 1) >> 1));
  const pairs = ranks.length > 0 ? walk.ranked(plane, ranks) : [];
  const percentiles = virtual.map((places, p) => {
    const { lower, upper } = pairs[p]!;
    return Float64Array.from(ids, (_, k) => interpolate(lower[k]!, upper[k]!, places[k]! - ranks[p]![k]!));
  });
  const middle = pairs[percents.length];
  const median = Float64Array.from(middle === undefined ? [] : ids, (_, k) => {
    const { lower, upper } = middle!;
    return area[k]! % 2 === 1 ? lower[k]! : (lower[k]! + upper[k]!) / 2;
  });
  spoilt?.forEach((flag, k) => {
    if (flag === 1) for (const values of [sum, mean, min, max, std, median, ...percentiles]) values[k] = NaN;
  });
  return { sum, mean, min, max, std, median, percentiles };
}

/** numpy's linear interpolation between two neighbouring values. */
function interpolate(a: number, b: number, t: number): number {
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}
