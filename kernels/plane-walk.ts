import type { Plane } from './image.ts';
import { orderPair } from './median.ts';
import type { LabelRuns } from './runs.ts';

/** Sums and extremes of a plane's values per object; `spoilt` is 1 for objects with a NaN, whose other entries mean nothing. */
export interface PlaneSums {
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly spoilt: Uint8Array | null;
}

/** Per object, the values at one rank and at the next. */
export interface RankedPairs {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** What can be had from the values under every object in one walk along the runs. All arithmetic is float64, in raster order. */
export interface PlaneWalk {
  /** @param extremes whether `min` and `max` are wanted; else they are empty. */
  sums(plane: Plane, extremes: boolean): PlaneSums;
  /** Σ(value - mean)². */
  deviations(plane: Plane, means: Float64Array): Float64Array;
  /** For each list of ranks, one per object counted from 0. A NaN counts as something or other, -0 as 0. */
  ranked(plane: Plane, ranks: readonly Int32Array[]): RankedPairs[];
}

/** The plain form of `inPlaneWalkWasm`. */
export function plainWalk(runs: LabelRuns): PlaneWalk {
  return {
    sums: (plane, extremes) => sumPlane(plane, runs, extremes),
    deviations: (plane, means) => addDeviations(plane, runs, means),
    ranked: (plane, ranks) => rankObjects(plane, runs, ranks),
  };
}

function sumPlane(plane: Plane, { ids, object, start, length }: LabelRuns, extremes: boolean): PlaneSums {
  const n = ids.length;
  const sum = new Float64Array(n);
  const min = new Float64Array(extremes ? n : 0).fill(Infinity);
  const max = new Float64Array(extremes ? n : 0).fill(-Infinity);
  for (let r = 0; r < start.length; r++) {
    const k = object[r]!;
    const from = start[r]!;
    const to = from + length[r]!;
    let total = sum[k]!;
    for (let i = from; i < to; i++) total += plane[i]!;
    sum[k] = total;
    if (!extremes) continue;
    let [low, high] = [min[k]!, max[k]!];
    for (let i = from; i < to; i++) {
      const value = plane[i]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    min[k] = low;
    max[k] = high;
  }
  if (!(plane instanceof Float32Array)) return { sum, min, max, spoilt: null };
  const spoilt = new Uint8Array(n);
  for (let r = 0; r < start.length; r++) {
    for (let i = start[r]!, end = i + length[r]!; i < end; i++) if (Number.isNaN(plane[i])) spoilt[object[r]!] = 1;
  }
  return { sum, min, max, spoilt };
}

function addDeviations(plane: Plane, { object, start, length }: LabelRuns, means: Float64Array): Float64Array {
  const sums = new Float64Array(means.length);
  for (let r = 0; r < start.length; r++) {
    const k = object[r]!;
    const mean = means[k]!;
    let total = sums[k]!;
    for (let i = start[r]!, end = i + length[r]!; i < end; i++) total += (plane[i]! - mean) * (plane[i]! - mean);
    sums[k] = total;
  }
  return sums;
}

/** Values gathered object after object, then one selection per object and rank. */
function rankObjects(plane: Plane, runs: LabelRuns, ranks: readonly Int32Array[]): RankedPairs[] {
  const { ids, area, object, start, length } = runs;
  const from = new Int32Array(ids.length + 1);
  for (let k = 0; k < ids.length; k++) from[k + 1] = from[k]! + area[k]!;
  const values = new Float64Array(from[ids.length]!);
  const next = from.slice();
  for (let r = 0; r < start.length; r++) {
    const to = next[object[r]!]!;
    const at = start[r]!;
    const n = length[r]!;
    // Adding 0 makes -0 to 0.
    for (let i = 0; i < n; i++) values[to + i] = plane[at + i]! + 0;
    next[object[r]!] = to + n;
  }
  // Selection needs an order, and the caller replaces what comes out for an object with a NaN.
  if (plane instanceof Float32Array) for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = 0;
  return ranks.map((rank) => {
    const lower = new Float64Array(ids.length);
    const upper = new Float64Array(ids.length);
    for (let k = 0; k < ids.length; k++) [lower[k], upper[k]] = orderPair(values, from[k]!, from[k + 1]!, rank[k]!);
    return { lower, upper };
  });
}
