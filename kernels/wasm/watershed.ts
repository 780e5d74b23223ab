import type { Plane } from '../image.ts';
import { nanAt } from '../watershed-scene.ts';
import { inWasm, type Arena } from './arena.ts';
import type { LabelExports } from './label.ts';
import { labelLakes, type LakesExports } from './lakes.ts';
import type { WatershedPlanes } from './watershed-planes.ts';

export interface WatershedExports extends LabelExports, LakesExports {
  orderKeys(at: number, count: number, sign: number): number;
  mergeMarkers(runs: number, count: number, markers: number, components: number): void;
  listContested(runs: number, count: number, components: number, last: number, order: number, firsts: number): number;
  paintUncontested(
    runs: number,
    count: number,
    components: number,
    markers: number,
    labels: number,
    pixels: number,
  ): void;
  fillBasin(
    basin: number,
    keys: number,
    markers: number,
    width: number,
    runs: number,
    order: number,
    from: number,
    to: number,
    early: number,
    earlyCount: number,
  ): number;
  hasUnknown(runs: number, order: number, from: number, to: number, labels: number): number;
  floodBasin(basin: number, watched: number): number;
  orderMarkers(
    keys: number,
    markers: number,
    mask: number,
    height: number,
    width: number,
    raised: number,
    line: number,
    labels: number,
    flags: number,
    wanted: number,
    order: number,
    heap: number,
  ): void;
  writeBasin(basin: number, width: number, runs: number, order: number, from: number, to: number, labels: number): void;
}

/** The WebAssembly twin of `watershed`, after its checks. */
export function watershedWasm(
  landscape: Plane,
  markers: Int32Array,
  mask: Uint8Array | null,
  height: number,
  width: number,
  options: Pick<WatershedPlanes, 'raised' | 'line' | 'lakesFrom'>,
  out: Int32Array,
): void {
  inWasm<WatershedExports, void>((exports, arena) => {
    const labels = arena.reserve(4 * landscape.length);
    const keys = putKeys(exports, arena, landscape);
    const seeds = arena.put(markers);
    const within = mask === null ? arena.reserve(landscape.length) : arena.put(mask);
    if (mask === null) arena.view(Uint8Array, within, landscape.length).fill(1);
    floodInWasm(exports, arena, { keys, markers: seeds, mask: within, labels, height, width, ...options });
    out.set(arena.view(Int32Array, labels, landscape.length));
  });
}

function putKeys(exports: WatershedExports, arena: Arena, landscape: Plane): number {
  if (landscape instanceof Float32Array) {
    const at = arena.put(landscape);
    const fault = exports.orderKeys(at, landscape.length, 0);
    if (fault >= 0) throw nanAt(fault);
    return at;
  }
  const at = arena.reserve(4 * landscape.length);
  const keys = arena.view(Int32Array, at, landscape.length);
  keys.set(landscape);
  if (landscape instanceof Uint32Array) for (let i = 0; i < keys.length; i++) keys[i]! ^= 1 << 31;
  return at;
}

/** A contested component: its runs are order[from..to). */
interface Contest {
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
}

/** Components of this many pixels, and of this share of the plane, no longer lie in a core's caches while they are flooded. */
const LARGE = { pixels: 2 ** 17, share: 1 / 16 };

/**
 * Labels planes that lie in the arena: component by component by a flood, whose order of work is that of `flood` in watershed-flood.ts; or
 * by their lakes if a component is large, and then only the components are flooded whose labels that could not tell.
 */
export function floodInWasm(exports: WatershedExports, arena: Arena, planes: WatershedPlanes): void {
  const { top } = arena;
  const { keys, markers, mask, labels, height, width, raised, line } = planes;
  const { lakesFrom = Math.max(LARGE.pixels, LARGE.share * height * width) } = planes;
  const runs = arena.reserve(12 * height * Math.ceil(width / 2) + 16);
  const found = exports.joinRuns(mask, height, width, 0, runs);
  const last = exports.numberRuns(runs, found);
  arena.release(runs);
  arena.reserve(12 * found);
  const order = arena.reserve(4 * found);
  const components = arena.zeros(16 * (last + 1));
  exports.mergeMarkers(runs, found, markers, components);
  const firsts = arena.reserve(8 * (last + 2));
  const count = exports.listContested(runs, found, components, last, order, firsts);
  const places = arena.take(Int32Array, firsts, 2 * (count + 1));
  let contests = Array.from({ length: count }, (_, c): Contest => {
    return { from: places[2 * c]!, to: places[2 * c + 2]!, pixels: places[2 * c + 1]! };
  });
  const largest = (): number => contests.reduce((most, { pixels }) => Math.max(most, pixels), 0);
  const large = raised && !line && count > 0 && largest() >= lakesFrom;
  if (large && labelLakes(exports, arena, planes) >= 0) {
    contests = contests.filter(({ from, to }) => exports.hasUnknown(runs, order, from, to, labels) !== 0);
  } else exports.paintUncontested(runs, found, components, markers, labels, height * width);
  if (contests.length > 0) {
    const basin = putBasin(arena, planes, largest());
    const fill = ({ from, to }: Contest, early = 0, number = 0): number =>
      exports.fillBasin(basin, keys, markers, width, runs, order, from, to, early, number);
    const write = ({ from, to }: Contest): void => exports.writeBasin(basin, width, runs, order, from, to, labels);
    const raced = contests.filter((contest) => {
      if (exports.floodBasin(basin, fill(contest)) === 0) return true;
      write(contest);
      return false;
    });
    earlyMarkers(exports, arena, planes, basin, raced, fill).forEach((early, i) => {
      fill(raced[i]!, arena.put(Int32Array.from(early)), early.length);
      exports.floodBasin(basin, 0);
      write(raced[i]!);
    });
  }
  arena.release(top);
}

const BASIN_INTS = 22;
const COUNTS_BYTES = 4 * 4 * 2048;

/** Lays out the basin, see assembly/watershed-basin.ts, for components of up to `largest` pixels. */
function putBasin(arena: Arena, { height, width, raised, line }: WatershedPlanes, largest: number): number {
  const padded = 4 * (height + 2) * (width + 2);
  const state = arena.zeros(padded);
  const stamps = arena.zeros(padded);
  const queue = arena.reserve(4 * largest);
  const tails = arena.reserve(4 * largest);
  const pairs = arena.reserve(8 * largest);
  const spare = arena.reserve(8 * largest);
  const counts = arena.reserve(COUNTS_BYTES);
  const [bits, words, groups] = [6, 12, 18].map((shift) => arena.reserve(8 * ((largest >> shift) + 1))) as [
    number,
    number,
    number,
  ];
  const waiting = raised ? arena.reserve(4 * largest) : 0;
  const basin = arena.reserve(4 * BASIN_INTS);
  const fields = [state, stamps, queue, tails, pairs, spare, counts, bits, words, groups, waiting];
  arena.view(Uint32Array, basin, BASIN_INTS).set([...fields, 0, width + 2, Number(raised), Number(line)]);
  return basin;
}

/** Per component: the markers whose order matters, as the library's heap gives them out. The basin is empty afterwards. */
function earlyMarkers(
  exports: WatershedExports,
  arena: Arena,
  { keys, markers, mask, height, width, raised, line }: WatershedPlanes,
  basin: number,
  raced: readonly Contest[],
  fill: (contest: Contest) => number,
): number[][] {
  const early: number[][] = raced.map(() => []);
  if (raced.length === 0) return early;
  const padded = (height + 2) * (width + 2);
  const { top } = arena;
  const flags = arena.zeros(4 * padded);
  let count = 0;
  raced.forEach((contest, i) => {
    fill(contest);
    const marks = arena.view(Int32Array, flags, padded);
    for (const p of tiedMarkers(arena, basin, padded, line && !raised)) {
      marks[p] = i + 1;
      count++;
    }
  });
  const order = arena.reserve(4 * count);
  const state = arena.view(Uint32Array, basin, 1)[0]!;
  const [rule, lined] = [Number(raised), Number(line)];
  const heap = arena.reserve(0);
  exports.orderMarkers(keys, markers, mask, height, width, rule, lined, state, flags, count, order, heap);
  const component = arena.view(Int32Array, flags, padded);
  for (const p of arena.view(Int32Array, order, count)) early[component[p]! - 1]!.push(p);
  arena.view(Int32Array, state, padded).fill(0);
  arena.release(top);
  return early;
}

/** The markers of the groups in which markers tie whose order may matter, in a basin that was just filled. */
function tiedMarkers(arena: Arena, basin: number, padded: number, anyTie: boolean): number[] {
  const fields = arena.view(Uint32Array, basin, BASIN_INTS);
  const size = fields[11]!;
  const state = arena.view(Int32Array, fields[0]!, padded);
  const queue = arena.view(Int32Array, fields[2]!, size);
  const tails = arena.view(Int32Array, fields[3]!, size);
  const tied: number[] = [];
  for (let from = 0; from < size; from++) {
    if (tails[from]! <= 0) continue;
    const group = queue.subarray(from, tails[from]);
    if ((anyTie && group.length > 1) || group.some((p) => state[p] !== state[group[0]!]))
      for (const p of group) tied.push(p);
  }
  return tied;
}
