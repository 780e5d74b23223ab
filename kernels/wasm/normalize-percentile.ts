import type { Ranking } from '../order-statistics.ts';
import { inWasm, type Arena } from './arena.ts';
import { scaleInWasm, type ScaleExports } from './clip-and-scale.ts';
import type { OrderExports } from './order-statistics.ts';

const ENTRIES = 65_536;
/** Values drawn to guess where the percentile lies, and how far to either side the guess reaches, in ranks of the sample. */
const SAMPLE = 4096;
const REACH = 48;

interface Request {
  readonly percent: number;
  readonly nonZero: boolean;
  /** Entry i of a histogram counts the value i - offset. */
  readonly offset: number;
  /** The percentile of a ranking that is not empty. */
  readonly interpolate: (ranking: Ranking) => number;
}

/**
 * The WebAssembly twin of `normalizePercentile` for 16-bit planes, from one copy of the plane.
 *
 * A sample tells a narrow bracket that the percentile most likely lies in; one pass counts what lies below it, and value by value what lies
 * in it. Where the guess was wrong the whole histogram is taken. Either way the ranks are exact.
 */
export function normalizePercentileWasm(
  plane: Uint16Array | Int16Array,
  out: Float32Array,
  request: Request,
): number | null {
  return inWasm<OrderExports & ScaleExports, number | null>((exports, arena) => {
    const at = arena.put(plane);
    const { low, largest, ranking } = split(exports, arena, at, plane, request);
    const high = ranking.count === 0 ? null : request.interpolate(ranking);
    const limit = Math.fround(high ?? 0);
    const range = { limit, low: Math.min(low, limit), top: Math.min(largest, limit) };
    if (high === null || !(range.top > range.low)) out.fill(0);
    else scaleInWasm(exports, arena, at, plane, range, out);
    return high;
  });
}

interface Split {
  readonly low: number;
  readonly largest: number;
  readonly ranking: Ranking;
}

function split(
  exports: OrderExports,
  arena: Arena,
  at: number,
  plane: Uint16Array | Int16Array,
  { percent, nonZero, offset }: Request,
): Split {
  const { top } = arena;
  const bracket = guess(plane, percent, nonZero, offset);
  // Second try: everything.
  for (const [first, last] of [bracket, [0, ENTRIES - 1] as const]) {
    const table = arena.zeros(4 * (last - first + 1));
    const found = arena.put(Uint32Array.of(0, 0, ENTRIES - 1, 0));
    exports.splitWords(at, plane.length, offset, first, last, table, found);
    const [zeros, below, least, most] = arena.take(Uint32Array, found, 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const counts = arena.take(Uint32Array, table, last - first + 1);
    arena.release(top);
    const left = nonZero ? zeros : 0;
    if (nonZero && offset >= first && offset <= last) counts[offset - first]! -= left;
    const under = nonZero && offset < first ? below - left : below;
    const count = plane.length - left;
    const rank = Math.floor((count - 1) * (percent / 100));
    const within = counts.reduce((sum, value) => sum + value, 0);
    if (first > 0 || last < ENTRIES - 1) if (rank < under || rank + 1 >= under + within) continue;
    const ranking = { count, at: (wanted: number) => findRank(counts, wanted - under) + first - offset };
    return { low: least - offset, largest: most - offset, ranking };
  }
  throw new RangeError('normalizePercentile: the counts do not add up to the plane');
}

/** Both ends of a bracket, as entries of a histogram. */
function guess(
  plane: Uint16Array | Int16Array,
  percent: number,
  nonZero: boolean,
  offset: number,
): readonly [number, number] {
  const step = Math.max(1, Math.floor(plane.length / SAMPLE));
  const sample: number[] = [];
  for (let i = step >> 1; i < plane.length; i += step) if (!nonZero || plane[i] !== 0) sample.push(plane[i]!);
  if (sample.length < 4 * REACH) return [0, ENTRIES - 1];
  const sorted = Uint16Array.from(sample, (value) => value + offset).sort();
  const place = Math.floor((sorted.length - 1) * (percent / 100));
  const low = place - REACH < 0 ? 0 : sorted[place - REACH]!;
  const high = place + REACH >= sorted.length ? ENTRIES - 1 : sorted[place + REACH]!;
  return [low, high];
}

function findRank(counts: Uint32Array, rank: number): number {
  let before = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    before += counts[bin]!;
    if (before > rank) return bin;
  }
  throw new RangeError(`normalizePercentile: rank ${rank} is beyond the ${before} counted values`);
}
