import type { Plane } from './image.ts';
import { medianInPlace } from './median.ts';
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

/**
 * Measures one (Y, X) plane over every object in one walk along the runs.
 *
 * All arithmetic is float64. Sums of integer planes are exact (below 2^53), so mean and median equal numpy's on the same pixels bit
 * for bit. Float planes are summed in raster order, so that results repeat exactly; numpy sums pairwise, and in float32 for float32
 * input, which differs in the last digits. An object with a NaN pixel has NaN in every statistic.
 *
 * @param median whether to find medians, which costs about as much again as the rest.
 * @throws RangeError if the plane is not of the size that was encoded.
 */
export function measurePlane(plane: Plane, runs: LabelRuns, options: { median?: boolean } = {}): Intensities {
  const { height, width, ids, area, object, start, length } = runs;
  if (plane.length !== height * width) {
    throw new RangeError(
      `measurePlane: the plane has ${plane.length} values, the labels ${height}×${width}; bring both to one grid first`,
    );
  }
  const n = ids.length;
  const sum = new Float64Array(n);
  const min = new Float64Array(n).fill(Infinity);
  const max = new Float64Array(n).fill(-Infinity);
  for (let r = 0; r < start.length; r++) {
    const k = object[r]!;
    let [total, low, high] = [sum[k]!, min[k]!, max[k]!];
    for (let i = start[r]!, end = i + length[r]!; i < end; i++) {
      const value = plane[i]!;
      total += value;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    sum[k] = total;
    min[k] = low;
    max[k] = high;
  }
  const mean = sum.map((total, k) => total / area[k]!);
  const median = options.median === true ? findMedians(plane, runs) : new Float64Array(n).fill(NaN);
  const spoilt = plane instanceof Float32Array ? objectsWithNaN(plane, runs) : [];
  for (const k of spoilt) for (const values of [sum, mean, median, min, max]) values[k] = NaN;
  return { sum, mean, median, min, max };
}

/** Values gathered object after object, then one selection per object. */
function findMedians(plane: Plane, { ids, area, object, start, length }: LabelRuns): Float64Array {
  const from = new Int32Array(ids.length + 1);
  for (let k = 0; k < ids.length; k++) from[k + 1] = from[k]! + area[k]!;
  const values = new Float64Array(from[ids.length]!);
  const next = from.slice();
  for (let r = 0; r < start.length; r++) {
    const to = next[object[r]!]!;
    const at = start[r]!;
    const n = length[r]!;
    for (let i = 0; i < n; i++) values[to + i] = plane[at + i]!;
    next[object[r]!] = to + n;
  }
  // A NaN counts as 0 here: its object's statistics become NaN anyway, and selection needs an order.
  if (plane instanceof Float32Array) for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = 0;
  return Float64Array.from(ids, (_, k) => medianInPlace(values, from[k]!, from[k + 1]!));
}

function objectsWithNaN(plane: Float32Array, { object, start, length }: LabelRuns): Set<number> {
  const found = new Set<number>();
  for (let r = 0; r < start.length; r++) {
    for (let i = start[r]!, end = i + length[r]!; i < end; i++) if (Number.isNaN(plane[i])) found.add(object[r]!);
  }
  return found;
}
