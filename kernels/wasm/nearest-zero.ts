import { inWasm, type Arena } from './arena.ts';

export interface NearestZeroExports {
  markBackground(labels: number, to: number, pixels: number): void;
  zerosAbove(mask: number, to: number, height: number, width: number): void;
  nearestInRows(
    rows: number,
    width: number,
    first: number,
    last: number,
    below: number,
    line: number,
    stack: number,
    mode: number,
    limit: number,
    limitSquared: number,
    roots: number,
    labels: number,
    out: number,
  ): void;
}

/** The second pass works on as many rows at a time as fill this much of the result. */
const STRIP_BYTES = 2 ** 18;
/** Squared distances up to this are searched for column by column; see `nearestInRows`. */
const NEAR_SQUARED = 64 ** 2;

/** The WebAssembly twin of `nearestZero`; null if there is no 0. */
export function nearestZeroWasm(mask: Uint8Array, height: number, width: number): Int32Array | null {
  return inWasm<NearestZeroExports, Int32Array | null>((exports, arena) => {
    const rows = zerosAboveInWasm(exports, arena, arena.put(mask), height, width);
    if (rows === null) return null;
    const out = new Int32Array(mask.length);
    secondPass(exports, arena, { rows, height, width, mode: 0, limit: Infinity, labels: 0 }, (at, from, to) => {
      out.set(arena.view(Int32Array, at, (to - from) * width), from * width);
    });
    return out;
  });
}

/** The WebAssembly twin of `distanceTransform`; null if there is no 0. */
export function distanceTransformWasm(mask: Uint8Array, height: number, width: number): Float64Array | null {
  return inWasm<NearestZeroExports, Float64Array | null>((exports, arena) => {
    const rows = zerosAboveInWasm(exports, arena, arena.put(mask), height, width);
    if (rows === null) return null;
    const out = new Float64Array(mask.length);
    secondPass(exports, arena, { rows, height, width, mode: 1, limit: Infinity, labels: 0 }, (at, from, to) => {
      out.set(arena.view(Float64Array, at, (to - from) * width), from * width);
    });
    return out;
  });
}

/**
 * Writes the distances (float64) from each pixel of the uint8 mask at `mask` to its nearest 0 to `to`.
 *
 * @returns false, and nothing is written, if there is no 0.
 */
export function distanceTransformInWasm(
  exports: NearestZeroExports,
  arena: Arena,
  mask: number,
  to: number,
  height: number,
  width: number,
): boolean {
  const { top } = arena;
  const rows = zerosAboveInWasm(exports, arena, mask, height, width);
  if (rows !== null) secondPass(exports, arena, { rows, height, width, mode: 1, limit: Infinity, labels: 0, to });
  arena.release(top);
  return rows !== null;
}

/** The WebAssembly twin of `expandLabels`, after its checks; null if there is no label. */
export function expandLabelsWasm(
  labels: Int32Array,
  height: number,
  width: number,
  distancePx: number,
): Int32Array | null {
  return inWasm<NearestZeroExports, Int32Array | null>((exports, arena) => {
    const at = arena.put(labels);
    const mask = arena.reserve(labels.length);
    exports.markBackground(at, mask, labels.length);
    const rows = zerosAboveInWasm(exports, arena, mask, height, width);
    if (rows === null) return null;
    const out = new Int32Array(labels.length);
    secondPass(exports, arena, { rows, height, width, mode: 2, limit: distancePx, labels: at }, (strip, from, to) => {
      out.set(arena.view(Int32Array, strip, (to - from) * width), from * width);
    });
    return out;
  });
}

/** The int32 labels at `labels`, grown by up to `distancePx`, to `to`; nothing is written and false returned if there is no label. */
export function expandLabelsInWasm(
  exports: NearestZeroExports,
  arena: Arena,
  labels: number,
  to: number,
  height: number,
  width: number,
  distancePx: number,
): boolean {
  const { top } = arena;
  const mask = arena.reserve(height * width);
  exports.markBackground(labels, mask, height * width);
  const rows = zerosAboveInWasm(exports, arena, mask, height, width);
  if (rows !== null) secondPass(exports, arena, { rows, height, width, mode: 2, limit: distancePx, labels, to });
  arena.release(top);
  return rows !== null;
}

/** The first pass; its result lies at the arena's top. */
function zerosAboveInWasm(
  exports: NearestZeroExports,
  arena: Arena,
  mask: number,
  height: number,
  width: number,
): number | null {
  if (height === 0 || width === 0) return null;
  const rows = arena.reserve(4 * height * width);
  exports.zerosAbove(mask, rows, height, width);
  const last = arena.view(Int32Array, rows + 4 * (height - 1) * width, width);
  return last.some((row) => row >= 0) ? rows : null;
}

interface SecondPass {
  readonly rows: number;
  readonly height: number;
  readonly width: number;
  /** 0: indices, 1: distances, 2: labels. */
  readonly mode: 0 | 1 | 2;
  readonly limit: number;
  readonly labels: number;
  /** Where the whole result goes; when absent each strip is passed to `done`. */
  readonly to?: number;
}

function secondPass(
  exports: NearestZeroExports,
  arena: Arena,
  { rows, height, width, mode, limit, labels, to }: SecondPass,
  done?: (at: number, from: number, to: number) => void,
): void {
  const { top } = arena;
  const rowBytes = width * (mode === 1 ? 8 : 4);
  const step = Math.max(1, Math.floor(STRIP_BYTES / rowBytes));
  const below = arena.reserve(4 * width);
  arena.view(Int32Array, below, width).fill(-1);
  const line = arena.reserve(4 * width + 32);
  const stack = arena.reserve(16 * width + 1024);
  const roots = mode === 1 ? arena.put(Float64Array.from({ length: NEAR_SQUARED + 1 }, (_, i) => Math.sqrt(i))) : 0;
  const limitSquared = largestWithRootOf(limit);
  const strip = to === undefined ? arena.reserve(Math.min(step, height) * rowBytes) : 0;
  for (let last = height; last > 0; last -= step) {
    const first = Math.max(0, last - step);
    const out = to === undefined ? strip : to + first * rowBytes;
    exports.nearestInRows(rows, width, first, last, below, line, stack, mode, limit, limitSquared, roots, labels, out);
    done?.(out, first, last);
  }
  arena.release(top);
}

/** The largest whole number whose square root is at most `limit`, or one over all that are asked for. */
function largestWithRootOf(limit: number): number {
  if (limit > 64) return NEAR_SQUARED + 1;
  let squared = Math.floor(limit * limit) + 1;
  while (Math.sqrt(squared) > limit) squared--;
  return squared;
}
