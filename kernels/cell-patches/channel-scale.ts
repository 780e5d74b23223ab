import type { Plane } from '../image.ts';
import { narrowOffset, rankValues, type Ranking } from '../order-statistics.ts';
import { checkPercent, interpolate } from '../percentile.ts';
import { twin } from '../twin.ts';
import { extremesWasm } from '../wasm/clip-and-scale.ts';
import { rankAroundWasm } from '../wasm/ranks-around.ts';

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
  const { ranking, least, most } = rankPlane(plane, percent);
  if (ranking.count === 0) return { high: null, low: 0, range: 1 };
  const float = { count: ranking.count, at: (rank: number): number => Math.fround(ranking.at(rank)) };
  const high = interpolate(float, percent, Math.fround);
  const low = Math.min(least, high);
  const range = Math.fround(Math.min(most, high) - low);
  return { high, low, range: range === 0 ? 1 : range };
}

interface RankedPlane {
  /** Of the values other than 0, around the percentile at least. */
  readonly ranking: Ranking;
  /** Of all values. */
  readonly least: number;
  readonly most: number;
}

function rankPlane(plane: Plane, percent: number): RankedPlane {
  if (twin() === 'wasm' && (plane instanceof Uint16Array || plane instanceof Int16Array)) {
    const { low, largest, ranking } = rankAroundWasm(plane, { percent, nonZero: true, offset: narrowOffset(plane) });
    return { ranking, least: low, most: largest };
  }
  const ranking = rankValues('channelScale', plane, true);
  const [least, most] = ranking.count === 0 ? [0, 0] : extremes(plane, ranking);
  return { ranking, least, most };
}

/** The plane's least and greatest value as float32, of the zeros too that were not ranked. */
function extremes(plane: Plane, ranking: Ranking): [number, number] {
  const found = twin() === 'wasm' ? extremesWasm(plane) : rankedExtremes(plane, ranking);
  if (found !== null) return found;
  const index = plane.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(
    `channelScale: the value at index ${index} is ${plane[index]}; replace non-finite pixels before this step`,
  );
}

/** Null if one is not finite. */
function rankedExtremes(plane: Plane, { count, at }: Ranking): [number, number] | null {
  const [first, last] = [at(0), at(count - 1)];
  if (!Number.isFinite(first) || !Number.isFinite(last)) return null;
  const zeros = count < plane.length;
  const [least, most] = zeros ? [Math.min(0, first), Math.max(0, last)] : [first, last];
  return [Math.fround(least), Math.fround(most)];
}
