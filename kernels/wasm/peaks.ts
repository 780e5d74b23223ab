import { inWasm, type Arena } from './arena.ts';
import { greyStageInWasm, type GreyExports } from './grey-morphology.ts';

export interface PeaksExports extends GreyExports {
  doubleExtremes(at: number, pixels: number, to: number): number;
  collectPeaks(
    at: number,
    maxima: number,
    wide: number,
    height: number,
    width: number,
    margin: number,
    threshold: number,
    to: number,
  ): number;
  sortPeaks(at: number, wide: number, indices: number, count: number, records: number, counts: number): void;
  keepApart(indices: number, count: number, width: number, distance: number, cells: number, columns: number): number;
}

export interface PeakRule {
  readonly minDistance: number;
  /** In the plane's precision; the plane's minimum when undefined. */
  readonly threshold: number | undefined;
  readonly excludeBorder: boolean;
}

/**
 * The WebAssembly twin of `peakLocalMax`, after its checks.
 *
 * @param refuse called when the plane holds NaN.
 */
export function peaksWasm(
  plane: Float32Array | Float64Array,
  height: number,
  width: number,
  rule: PeakRule,
  refuse: () => void,
): Int32Array {
  return inWasm<PeaksExports, Int32Array>((exports, arena) => {
    const at = arena.put(plane);
    const { to, count } = peaksInWasm(exports, arena, at, plane instanceof Float64Array, height, width, rule, refuse);
    return arena.take(Int32Array, to, count);
  });
}

/** Finds the peaks of the float32 or float64 (`wide`) plane at `at`; their flat indices, in order, lie at the arena's top. */
export function peaksInWasm(
  exports: PeaksExports,
  arena: Arena,
  at: number,
  wide: boolean,
  height: number,
  width: number,
  { minDistance, threshold, excludeBorder }: PeakRule,
  refuse: () => void,
): { to: number; count: number } {
  const pixels = height * width;
  const to = arena.top;
  const ends = arena.reserve(16);
  const nan = wide ? exports.doubleExtremes(at, pixels, ends) : exports.planeExtremes(at, pixels, ends);
  if (nan === 1) refuse();
  const [low, high] = wide ? arena.view(Float64Array, ends, 2) : arena.view(Float32Array, ends, 2);
  const single = minDistance === 0 || pixels === 1;
  if (pixels === 0 || (low === high && !single)) return { to, count: 0 };
  arena.release(to);
  // There may be as many peaks as pixels; what is not used is never touched.
  const indices = arena.reserve(4 * pixels);
  let maxima = at;
  if (!single) {
    maxima = arena.reserve((wide ? 8 : 4) * pixels);
    const lanes = wide ? 'Float64Array' : 'Float32Array';
    const stage = { lanes, at, to: maxima, height, width, radius: minDistance, shape: 'square' } as const;
    greyStageInWasm(exports, arena, { ...stage, direction: 'raise' });
  }
  const flag = wide ? 1 : 0;
  const margin = excludeBorder ? Math.min(minDistance, height, width) : 0;
  const found = exports.collectPeaks(at, maxima, flag, height, width, margin, threshold ?? low!, indices);
  const records = arena.reserve(32 * found);
  exports.sortPeaks(at, flag, indices, found, records, arena.reserve(1024));
  arena.release(records);
  return { to: indices, count: apart(exports, arena, indices, found, height, width, minDistance) };
}

function apart(
  exports: PeaksExports,
  arena: Arena,
  indices: number,
  found: number,
  height: number,
  width: number,
  minDistance: number,
): number {
  if (minDistance <= 1) return found;
  // Any distance over the plane's sides keeps the first peak only.
  const distance = Math.min(minDistance, height + width);
  const columns = Math.ceil(width / distance) + 2;
  const count = columns * (Math.ceil(height / distance) + 2);
  const cells = arena.reserve(4 * count);
  arena.view(Int32Array, cells, count).fill(-1);
  return exports.keepApart(indices, found, width, distance, cells, columns);
}
