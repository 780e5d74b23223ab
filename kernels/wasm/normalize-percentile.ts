import type { Ranking } from '../order-statistics.ts';
import { inWasm } from './arena.ts';
import { scaleInWasm, type ScaleExports } from './clip-and-scale.ts';
import type { OrderExports } from './order-statistics.ts';
import { rankAround, type Pass, type RanksWanted } from './ranks-around.ts';

interface Request extends RanksWanted {
  /** The percentile of a ranking that is not empty. */
  readonly interpolate: (ranking: Ranking) => number;
}

/** The WebAssembly twin of `normalizePercentile` for 16-bit planes, from one copy of the plane. */
export function normalizePercentileWasm(
  plane: Uint16Array | Int16Array,
  out: Float32Array,
  request: Request,
): number | null {
  return inWasm<OrderExports & ScaleExports, number | null>((exports, arena) => {
    const at = arena.put(plane);
    const pass: Pass = (take) => take(at, plane.length);
    const { low, largest, ranking } = rankAround(exports, arena, plane, request, pass);
    const high = ranking.count === 0 ? null : request.interpolate(ranking);
    const limit = Math.fround(high ?? 0);
    const range = { limit, low: Math.min(low, limit), top: Math.min(largest, limit) };
    if (high === null || !(range.top > range.low)) out.fill(0);
    else scaleInWasm(exports, arena, at, plane, range, out);
    return high;
  });
}
