import { BINS, histogramToMap } from '../clip-histogram.ts';
import { binTable, to16Bits, type BlockAxis, type EqualizePlan } from '../equalize-adaptive-plan.ts';
import { inWasm, type Arena } from './arena.ts';
import type { HMaximaExports } from './h-maxima.ts';

interface EqualizeExports extends Pick<HMaximaExports, 'planeExtremes'> {
  binPixels(plane: number, bins: number, count: number, table: number): void;
  countBlock(
    bins: number,
    width: number,
    rows: number,
    columns: number,
    sideY: number,
    sideX: number,
    inside: number,
    counts: number,
  ): void;
  blendBlock(
    bins: number,
    out: number,
    width: number,
    block: number,
    maps: number,
    weights: number,
    exact: number,
  ): void;
  stretchPlane(plane: number, count: number, low: number, high: number): void;
}

/** The WebAssembly twin of `equalizeAdaptive`, after its checks; false, and nothing written, if a value is outside -1..1 or NaN. */
export function equalizeAdaptiveWasm(plane: Float32Array, plan: EqualizePlan, out: Float32Array): boolean {
  return inWasm<EqualizeExports, boolean>((exports, arena) => {
    const at = arena.put(plane);
    const extremes = arena.reserve(8);
    const odd = exports.planeExtremes(at, plane.length, extremes) !== 0;
    const [low, high] = arena.take(Float32Array, extremes, 2) as unknown as [number, number];
    if (odd || low < -1 || high > 1) return false;
    const bins = arena.reserve(plane.length);
    exports.binPixels(at, bins, plane.length, arena.put(binTable(to16Bits(low), to16Bits(high))));
    const maps = mapBlocks(exports, arena, bins, plan);
    blendBlocks(exports, arena, bins, at, maps, plan);
    exports.planeExtremes(at, plane.length, extremes);
    const [least, most] = arena.take(Float32Array, extremes, 2) as unknown as [number, number];
    exports.stretchPlane(at, plane.length, least, most);
    out.set(arena.view(Float32Array, at, plane.length));
    return true;
  });
}

/** The maps of all blocks in raster order, 256 float32 each. */
function mapBlocks(exports: EqualizeExports, arena: Arena, bins: number, plan: EqualizePlan): number {
  const { height, width, y, x, limit } = plan;
  const maps = arena.reserve(4 * BINS * y.blocks * x.blocks);
  const { top } = arena;
  const rows = arena.put(y.source);
  const columns = arena.put(x.source);
  // Four tables, so that equal neighbours do not wait for each other.
  const counts = arena.reserve(4 * 4 * BINS);
  const map = new Int32Array(BINS);
  for (let by = 0, i = 0; by < y.blocks; by++) {
    for (let bx = 0; bx < x.blocks; bx++, i++) {
      const inside = (by + 1) * y.side <= height && (bx + 1) * x.side <= width ? 1 : 0;
      const [rowsAt, columnsAt] = [rows + 4 * by * y.side, columns + 4 * bx * x.side];
      exports.countBlock(bins, width, rowsAt, columnsAt, y.side, x.side, inside, counts);
      map.set(arena.view(Int32Array, counts, BINS));
      histogramToMap(map, limit, y.side * x.side);
      arena.view(Float32Array, maps + 4 * BINS * i, BINS).set(map);
    }
  }
  arena.release(top);
  return maps;
}

const BLOCK_INTS = 8;

/** Blends the maps rectangle by rectangle between the middles of blocks, where the same four maps apply. */
function blendBlocks(
  exports: EqualizeExports,
  arena: Arena,
  bins: number,
  out: number,
  maps: number,
  { height, width, y, x }: EqualizePlan,
): void {
  // With sides that are powers of two, products of weights are exact and float32 rounds a product once, as float64 and then float32 do.
  const exact = isPowerOfTwo(y.side) && isPowerOfTwo(x.side) && y.side * x.side <= 2 ** 24;
  const block = arena.reserve(4 * BLOCK_INTS);
  const corners = arena.reserve(16 * BINS);
  const weights = arena.put(Float64Array.from({ length: x.side }, (_, i) => i / x.side));
  for (const [top, bottom, above, below, down] of spans(y, height)) {
    for (const [left, right, before, after, along] of spans(x, width)) {
      const [upper, lower] = [above * x.blocks, below * x.blocks];
      const quad = arena.view(Float32Array, corners, 4 * BINS);
      [upper + before, upper + after, lower + before, lower + after].forEach((map, corner) => {
        const from = arena.view(Float32Array, maps + 4 * BINS * map, BINS);
        for (let bin = 0; bin < BINS; bin++) quad[4 * bin + corner] = from[bin]!;
      });
      arena.view(Int32Array, block, BLOCK_INTS).set([top, bottom, left, right, down, along, y.side, x.side]);
      exports.blendBlock(bins, out, width, block, corners, weights, exact ? 1 : 0);
    }
  }
}

/** Stretches of an axis between middles of blocks: first pixel, pixel after the last, the blocks before and after, place in the stretch. */
function spans({ side, blocks }: BlockAxis, n: number): [number, number, number, number, number][] {
  const found: [number, number, number, number, number][] = [];
  for (let b = 0, first = 0; first < n; b++) {
    const end = Math.min(n, (b + 1) * side - (side >> 1));
    if (end > first) {
      found.push([first, end, Math.max(0, b - 1), Math.min(blocks - 1, b), first + (side >> 1) - b * side]);
      first = end;
    }
  }
  return found;
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(Math.log2(n));
}
