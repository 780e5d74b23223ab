import type { Ranking } from '../order-statistics.ts';
import { inWasm, type Arena } from './arena.ts';
import { eachStrip, type OrderExports } from './order-statistics.ts';

const ENTRIES = 65_536;
/** Values drawn to guess where the percentile lies. */
const SAMPLE = 16_384;
/** How far to either side the guess reaches: this many deviations of a rank of the sample, and some ranks more. */
const DEVIATIONS = 6;
const MORE = 8;

export interface RanksWanted {
  readonly percent: number;
  /** Leaves values equal to 0 out of the ranking. */
  readonly nonZero: boolean;
  /** Entry i of a histogram counts the value i - offset. */
  readonly offset: number;
}

/** Values in ascending order, known around a percentile only. */
export interface RanksAround {
  /** Least and largest of all values, of those left out too. */
  readonly low: number;
  readonly largest: number;
  readonly ranking: Ranking;
}

/** Gives a plane to `take` in one piece or in several, each of which lies in the module's memory meanwhile. */
export type Pass = (take: (at: number, length: number) => void) => void;

/** Ranks a 16-bit plane around a percentile; see {@link rankAround}. */
export function rankAroundWasm(plane: Uint16Array | Int16Array, wanted: RanksWanted): RanksAround {
  return inWasm<OrderExports, RanksAround>((exports, arena) =>
    rankAround(exports, arena, plane, wanted, (take) => eachStrip(arena, plane, take)),
  );
}

/**
 * A sample tells a narrow bracket that the percentile most likely lies in; one pass counts what lies below it, and value by value what lies
 * in it. Where the guess was wrong the whole histogram is taken. Either way the ranks around the percentile are exact.
 */
export function rankAround(
  exports: OrderExports,
  arena: Arena,
  plane: Uint16Array | Int16Array,
  { percent, nonZero, offset }: RanksWanted,
  pass: Pass,
): RanksAround {
  const { top } = arena;
  const bracket = guess(plane, percent, nonZero, offset);
  // Second try: everything.
  for (const [first, last] of [bracket, [0, ENTRIES - 1] as const]) {
    const table = arena.zeros(4 * (last - first + 1));
    const found = arena.put(Uint32Array.of(0, 0, ENTRIES - 1, 0));
    pass((at, length) => exports.splitWords(at, length, offset, first, last, table, found));
    const [zeros, below, least, most] = arena.take(Uint32Array, found, 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    // Beyond the largest value there is nothing to count.
    const counts = arena.take(Uint32Array, table, Math.max(0, Math.min(last, most) - first + 1));
    arena.release(top);
    const left = nonZero ? zeros : 0;
    if (nonZero && offset >= first && offset < first + counts.length) counts[offset - first]! -= left;
    const under = nonZero && offset < first ? below - left : below;
    const count = plane.length - left;
    const rank = Math.floor((count - 1) * (percent / 100));
    let within = 0;
    for (const number of counts) within += number;
    const missed = (first > 0 && rank < under) || (last < ENTRIES - 1 && rank + 1 >= under + within);
    if (missed) continue;
    const ranking = { count, at: (wanted: number) => findRank(counts, wanted - under) + first - offset };
    return { low: least - offset, largest: most - offset, ranking };
  }
  throw new RangeError('rankAround: the counts do not add up to the plane');
}

/** Both ends of a bracket, as entries of a histogram. */
function guess(
  plane: Uint16Array | Int16Array,
  percent: number,
  nonZero: boolean,
  offset: number,
): readonly [number, number] {
  // An odd step does not stay in the same columns.
  const step = Math.floor(plane.length / SAMPLE) | 1;
  const counts = new Uint32Array(ENTRIES);
  let drawn = 0;
  for (let i = step >> 1; i < plane.length; i += step) {
    if (nonZero && plane[i] === 0) continue;
    counts[plane[i]! + offset]!++;
    drawn++;
  }
  const share = percent / 100;
  const place = Math.floor((drawn - 1) * share);
  const reach = Math.ceil(DEVIATIONS * Math.sqrt(drawn * share * (1 - share))) + MORE;
  if (drawn < 4 * reach) return [0, ENTRIES - 1];
  const low = place - reach < 0 ? 0 : findRank(counts, place - reach);
  return [low, place + reach >= drawn ? ENTRIES - 1 : findRank(counts, place + reach)];
}

function findRank(counts: Uint32Array, rank: number): number {
  let before = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    before += counts[bin]!;
    if (before > rank) return bin;
  }
  throw new RangeError(`rankAround: rank ${rank} is beyond the ${before} counted values`);
}
