import type { Plane } from '../image.ts';
import { rankValues } from '../order-statistics.ts';
import { checkPercent, interpolate } from '../percentile.ts';

/** A channel's values v become (min(v, high) − low) / range, every operation rounded to float32. */
export interface ChannelScale {
  /** The clipping value, null where the plane is zero throughout. */
  readonly high: number | null;
  readonly low: number;
  /** 1 for a channel that is constant after clipping, so that it becomes 0. */
  readonly range: number;
}

/**
 * What clips a channel at a percentile of its values other than 0 and maps the rest to 0..1, without making the mapped plane.
 *
 * Follows numpy 2.4 on the plane as float32: `np.percentile(x[x != 0], percent)`, `np.minimum(x, p)`, `(x - x.min()) / (x.max() - x.min())`.
 *
 * @param plane (Y, X) finite values.
 * @throws RangeError for a percent outside 0..100, a NaN or infinity (its index is named).
 */
export function channelScale(plane: Plane, percent: number): ChannelScale {
  checkPercent(percent);
  const [least, most] = extremes(plane);
  const ranking = rankValues('channelScale', plane, true);
  if (ranking.count === 0) return { high: null, low: 0, range: 1 };
  const float = { count: ranking.count, at: (rank: number): number => Math.fround(ranking.at(rank)) };
  const high = interpolate(float, percent, Math.fround);
  const low = Math.min(least, high);
  const range = Math.fround(Math.min(most, high) - low);
  return { high, low, range: range === 0 ? 1 : range };
}

function extremes(plane: Plane): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]!;
    if (value - value !== 0) {
      throw new RangeError(
        `channelScale: the value at index ${i} is ${value}; replace non-finite pixels before this step`,
      );
    }
    if (value < least) least = value;
    if (value > most) most = value;
  }
  // Adding 0 makes 0 of -0.
  return [Math.fround(least) + 0, Math.fround(most) + 0];
}
