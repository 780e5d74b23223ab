import type { Plane } from '../image.ts';
import type { PlaneSums, PlaneWalk, RankedPairs } from '../plane-walk.ts';
import type { LabelRuns } from '../runs.ts';
import { inWasm, type Arena } from './arena.ts';
import { firstRunFrom } from './perimeter.ts';
import { planeKind } from './plane-kind.ts';

/** Where a strip lies and which runs are in it: the first arguments of every function here. */
type Stretch = [strip: number, first: number, start: number, length: number, object: number, from: number, to: number];

export interface PlaneWalkExports {
  sumPlane(
    ...args: [
      ...stretch: Stretch,
      ...settings: [kind: number, narrow: number, ones: number],
      ...results: [sums: number, lows: number, highs: number, spoilt: number],
    ]
  ): void;
  addDeviations(...args: [...stretch: Stretch, kind: number, means: number, sums: number]): void;
  gatherRuns(...args: [...stretch: Stretch, kind: number, next: number]): void;
  rankObjects(
    values: number,
    areas: number,
    objects: number,
    kind: number,
    ranks: number,
    keys: number,
    rest: number,
    table: number,
    to: number,
  ): void;
}

type Constructor<T extends Plane> = new (buffer: ArrayBuffer, byteOffset: number, length: number) => T;

/** Pixels of a strip of rows that is copied in and walked along before the next one, so that it stays in the cache. */
const STRIP_PIXELS = 2 ** 17;
/** Bytes behind a strip that vector loads may reach. */
const SLACK = 64;
/** The longest run whose 16-bit values can be summed in 32 bits. */
const NARROW = 65_536;

/** Lays out the runs in WebAssembly memory once, and hands over what walks planes along them. */
export function inPlaneWalkWasm<T>(runs: LabelRuns, body: (walk: PlaneWalk) => T): T {
  return inWasm<PlaneWalkExports, T>((exports, arena) => {
    const places: RunPlaces = {
      start: arena.put(runs.start),
      length: arena.put(runs.length),
      object: arena.put(runs.object),
    };
    return body({
      sums: (plane, extremes) => released(arena, () => sumPlane(exports, arena, runs, places, plane, extremes)),
      deviations: (plane, means) => released(arena, () => addDeviations(exports, arena, runs, places, plane, means)),
      ranked: (plane, ranks) => released(arena, () => rankObjects(exports, arena, runs, places, plane, ranks)),
    });
  });
}

interface RunPlaces {
  readonly start: number;
  readonly length: number;
  readonly object: number;
}

function released<T>(arena: Arena, body: () => T): T {
  const { top } = arena;
  try {
    return body();
  } finally {
    arena.release(top);
  }
}

function sumPlane(
  exports: PlaneWalkExports,
  arena: Arena,
  runs: LabelRuns,
  places: RunPlaces,
  plane: Plane,
  extremes: boolean,
): PlaneSums {
  const n = runs.ids.length;
  const ones = arena.put(new Uint8Array(128).fill(255, 0, 64));
  const sums = arena.zeros(8 * n);
  const lows = extremes ? arena.put(new Float64Array(n).fill(Infinity)) : 0;
  const highs = extremes ? arena.put(new Float64Array(n).fill(-Infinity)) : 0;
  const float = plane instanceof Float32Array;
  const spoilt = float ? arena.zeros(n) : 0;
  const narrow = runs.width <= NARROW ? 1 : 0;
  eachStretch(arena, runs, places, plane, (...stretch) => {
    exports.sumPlane(...stretch, planeKind(plane), narrow, ones, sums, lows, highs, spoilt);
  });
  return {
    sum: arena.take(Float64Array, sums, n),
    min: arena.take(Float64Array, lows, extremes ? n : 0),
    max: arena.take(Float64Array, highs, extremes ? n : 0),
    spoilt: float ? arena.take(Uint8Array, spoilt, n) : null,
  };
}

function addDeviations(
  exports: PlaneWalkExports,
  arena: Arena,
  runs: LabelRuns,
  places: RunPlaces,
  plane: Plane,
  means: Float64Array,
): Float64Array {
  const meansAt = arena.put(means);
  const sums = arena.zeros(8 * means.length);
  eachStretch(arena, runs, places, plane, (...stretch) => {
    exports.addDeviations(...stretch, planeKind(plane), meansAt, sums);
  });
  return arena.take(Float64Array, sums, means.length);
}

function rankObjects(
  exports: PlaneWalkExports,
  arena: Arena,
  runs: LabelRuns,
  places: RunPlaces,
  plane: Plane,
  ranks: readonly Int32Array[],
): RankedPairs[] {
  const { area } = runs;
  const n = area.length;
  const bytes = plane.BYTES_PER_ELEMENT;
  let [total, largest] = [0, 0];
  const offsets = area.map((pixels) => {
    total += pixels;
    largest = Math.max(largest, pixels);
    return total - pixels;
  });
  const values = arena.reserve(bytes * total);
  const next = arena.put(Uint32Array.from(offsets, (offset) => values + bytes * offset));
  eachStretch(arena, runs, places, plane, (...stretch) => exports.gatherRuns(...stretch, planeKind(plane), next));
  const areas = arena.put(area);
  const [keys, rest] = [arena.reserve(4 * largest), arena.reserve(4 * largest + 4)];
  const table = arena.reserve(1024);
  const to = arena.reserve(8 * n);
  const wanted = arena.reserve(4 * n);
  const valueOf = keyReader(plane);
  return ranks.map((rank) => {
    arena.view(Int32Array, wanted, n).set(rank);
    exports.rankObjects(values, areas, n, planeKind(plane), wanted, keys, rest, table, to);
    const pairs = arena.view(Uint32Array, to, 2 * n);
    return {
      lower: Float64Array.from({ length: n }, (_, k) => valueOf(pairs[2 * k]!)),
      upper: Float64Array.from({ length: n }, (_, k) => valueOf(pairs[2 * k + 1]!)),
    };
  });
}

/** What turns the keys of `makeKeys` in assembly/plane-statistics.ts back into values. */
function keyReader(plane: Plane): (key: number) => number {
  if (plane instanceof Int8Array) return (key) => key - 0x80;
  if (plane instanceof Int16Array) return (key) => key - 0x8000;
  if (plane instanceof Int32Array) return (key) => key - 0x80000000;
  if (!(plane instanceof Float32Array)) return (key) => key;
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  return (key) => {
    bits[0] = key >= 0x80000000 ? key & 0x7fffffff : ~key;
    return value[0]!;
  };
}

/** Copies the plane in, a strip of rows at a time, leaving out those without runs. `walk` must not reserve memory. */
function eachStretch(
  arena: Arena,
  { height, width, start }: LabelRuns,
  { start: starts, length, object }: RunPlaces,
  plane: Plane,
  walk: (...stretch: Stretch) => void,
): void {
  const { top } = arena;
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP_PIXELS / Math.max(width, 1))));
  const strip = arena.reserve(plane.BYTES_PER_ELEMENT * rows * width + SLACK);
  const copy = arena.view(plane.constructor as Constructor<Plane>, strip, rows * width);
  for (let y = 0, from = 0; y < height && from < start.length; y += rows) {
    const end = Math.min(height, y + rows) * width;
    const to = firstRunFrom(start, end, from);
    if (to === from) continue;
    copy.set(plane.subarray(y * width, end));
    walk(strip, y * width, starts, length, object, from, to);
    from = to;
  }
  arena.release(top);
}
