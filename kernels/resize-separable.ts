import type { Plane } from './image.ts';

/** One axis of a resize in float32: output j is made of the source pixels from `first[j]` on, one per weight `start[j]`…`start[j+1]`. */
export interface AxisTaps {
  readonly first: Int32Array;
  readonly start: Uint32Array;
  readonly weight: Float32Array;
  /**
   * How products are added. Plain: each product and each sum is rounded to float32. Fused: so are the first tap and as many fours
   * of taps as follow; the up to three that remain are multiplied and added with one rounding.
   */
  readonly fused: boolean;
}

/** Collects the taps of an axis from a function that lists each output's weights. */
export function axisTaps(
  outN: number,
  fused: boolean,
  tapsOf: (j: number) => { readonly first: number; readonly weights: readonly number[] },
): AxisTaps {
  const first = new Int32Array(outN);
  const start = new Uint32Array(outN + 1);
  const all: number[] = [];
  for (let j = 0; j < outN; j++) {
    const taps = tapsOf(j);
    first[j] = taps.first;
    for (const weight of taps.weights) all.push(weight);
    start[j + 1] = all.length;
  }
  return { first, start, weight: Float32Array.from(all), fused };
}

/** How many of `count` taps are added plainly. */
export function plainTaps(count: number, fused: boolean): number {
  return fused ? count - ((count - 1) % 4) : count;
}

/** Resizes along X, then along Y, with float32 between the two: the plain form of `resizeSeparableWasm`, before any rounding to integers. */
export function resizeSeparable(
  plane: Plane,
  height: number,
  width: number,
  rows: AxisTaps,
  columns: AxisTaps,
): Float32Array {
  const outHeight = rows.first.length;
  const outWidth = columns.first.length;
  const between = new Float32Array(height * outWidth);
  for (let y = 0; y < height; y++) mix(plane, y * width, 1, columns, between, y * outWidth, 1);
  const out = new Float32Array(outHeight * outWidth);
  for (let x = 0; x < outWidth; x++) mix(between, x, outWidth, rows, out, x, outWidth);
  return out;
}

/** One line: source pixels `step` apart from `from` on to output pixels `outStep` apart from `to` on. */
function mix(
  source: Plane,
  from: number,
  step: number,
  { first, start, weight, fused }: AxisTaps,
  out: Float32Array,
  to: number,
  outStep: number,
): void {
  const { fround } = Math;
  for (let j = 0; j < first.length; j++, to += outStep) {
    const begin = start[j]!;
    const end = start[j + 1]!;
    const plain = begin + plainTaps(end - begin, fused);
    let at = from + first[j]! * step;
    let sum = fround(source[at]! * weight[begin]!);
    let t = begin + 1;
    for (at += step; t < plain; t++, at += step) sum = fround(sum + fround(source[at]! * weight[t]!));
    // The product is exact in float64, so this is a fused operation but for a second rounding, which matters once in 2^28 or so.
    for (; t < end; t++, at += step) sum = fround(sum + source[at]! * weight[t]!);
    out[to] = sum;
  }
}
