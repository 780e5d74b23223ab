import { foldIndex, type AxisWeights } from '../bilinear-weights.ts';
import type { Plane } from '../image.ts';
import type { BilinearPlan } from '../resize-bilinear.ts';
import { inWasm } from './arena.ts';
import { planeKind } from './plane-kind.ts';
import { inStrips } from './strips.ts';

export interface BilinearExports {
  widenPlane(from: number, to: number, count: number, kind: number): void;
  sumRows(rows: number, weights: number, count: number, to: number, width: number): void;
  repeatEnds(line: number, pairs: number, count: number): void;
  sumColumns(
    line: number,
    to: number,
    starts: number,
    weights: number,
    taps: number,
    width: number,
    low: number,
    high: number,
  ): void;
}

/** The WebAssembly twin of `resizeBilinear`, after its checks. The plane passes through memory once, a few rows at a time. */
export function resizeBilinearWasm(plane: Plane, height: number, width: number, plan: BilinearPlan): Float32Array {
  const outHeight = plan.rows.first.length;
  const outWidth = plan.columns.first.length;
  const out = new Float32Array(outHeight * outWidth);
  return inWasm<BilinearExports, Float32Array>((exports, arena) => {
    const kind = planeKind(plane);
    const taken = rowsTaken(plan, height);
    const { need, ring } = taken;
    // The last `ring` source rows as float64; each is widened once however many output rows it has a part in.
    const slot = 8 * width;
    const widened = arena.reserve(ring * slot);
    const rows = arena.put(taken.rows.map((row) => widened + (row % ring) * slot));
    const rowWeights = arena.put(taken.weights);
    const { before, after, taps } = plan.columns;
    const line = arena.zeros(8 * (before + width + after) + 16);
    const ends = plan.border === 'reflect' ? foldedEnds(plan.columns, width) : new Uint32Array(0);
    const endsAt = arena.put(ends);
    const table = columnTable(plan.columns);
    const [starts, weights] = [arena.put(table.starts), arena.put(table.weights)];
    let ready = 0;
    const window = (from: number, to: number): [number, number] => [from === 0 ? 0 : need[from - 1]!, need[to - 1]!];
    inStrips(arena, { plane, width, out, outHeight, outWidth, window }, ({ source, first, from, to, target }) => {
      for (let y = from; y < to; y++) {
        for (; ready < need[y]!; ready++) {
          const row = source + (ready - first) * width * plane.BYTES_PER_ELEMENT;
          exports.widenPlane(row, widened + (ready % ring) * slot, width, kind);
        }
        const t = taken.start[y]!;
        const count = taken.start[y + 1]! - t;
        exports.sumRows(rows + 4 * t, rowWeights + 8 * t, count, line + 8 * before, width);
        exports.repeatEnds(line, endsAt, ends.length / 2);
        const row = target + 4 * outWidth * (y - from);
        exports.sumColumns(line, row, starts, weights, taps, outWidth, plan.low, plan.high);
      }
    });
    return out;
  });
}

interface TakenRows {
  /** Output row y is made of entries start[y] up to start[y + 1] of `rows` and `weights`. */
  readonly start: Uint32Array;
  readonly rows: Uint32Array;
  readonly weights: Float64Array;
  /** Per output row, the end of the source rows it and those before it need. */
  readonly need: Uint32Array;
  /** How many source rows back an output row reaches, at most. */
  readonly ring: number;
}

/** The source rows of each output row, without those of weight 0 and those beyond a zero border. */
function rowsTaken({ rows, border }: BilinearPlan, height: number): TakenRows {
  const outHeight = rows.first.length;
  const start = new Uint32Array(outHeight + 1);
  const need = new Uint32Array(outHeight);
  const list: number[] = [];
  const weights: number[] = [];
  let [most, ring] = [0, 1];
  for (let y = 0; y < outHeight; y++) {
    let least = height;
    for (let k = 0; k < rows.taps; k++) {
      const row = foldIndex(rows.first[y]! + k, height, border);
      const weight = rows.weight[y * rows.taps + k]!;
      if (weight === 0 || row < 0) continue;
      list.push(row);
      weights.push(weight);
      most = Math.max(most, row + 1);
      least = Math.min(least, row);
    }
    ring = Math.max(ring, most - least);
    need[y] = most;
    start[y + 1] = list.length;
  }
  return { start, rows: Uint32Array.from(list), weights: Float64Array.from(weights), need, ring };
}

/** Pairs of byte offsets into the line: a place beyond an edge, and the one that it mirrors. */
function foldedEnds({ before, after }: AxisWeights, width: number): Uint32Array {
  const pairs: number[] = [];
  const repeat = (i: number): void => {
    pairs.push(8 * (before + i), 8 * (before + foldIndex(i, width, 'reflect')));
  };
  for (let i = -before; i < 0; i++) repeat(i);
  for (let i = width; i < width + after; i++) repeat(i);
  return Uint32Array.from(pairs);
}

/** The columns' starts and weights as `sumColumns` takes them, for a multiple of four outputs. */
function columnTable({ taps, first, weight, before }: AxisWeights): { starts: Uint32Array; weights: Float64Array } {
  const outputs = 4 * Math.ceil(first.length / 4);
  const starts = new Uint32Array(outputs);
  const weights = new Float64Array(outputs * taps);
  for (let j = 0; j < first.length; j++) {
    starts[j] = 8 * (before + first[j]!);
    for (let k = 0; k < taps; k++) weights[((j >> 1) * taps + k) * 2 + (j & 1)] = weight[j * taps + k]!;
  }
  return { starts, weights };
}
