import type { Plane } from '../image.ts';
import type { AxisTaps } from '../resize-separable.ts';
import { inWasm } from './arena.ts';
import { planeKind } from './plane-kind.ts';
import { inStrips } from './strips.ts';

export interface SeparableExports {
  interleaveFour(r0: number, r1: number, r2: number, r3: number, to: number, width: number, kind: number): void;
  mixColumns(
    block: number,
    to: number,
    stride: number,
    first: number,
    start: number,
    weights: number,
    width: number,
    fused: number,
  ): void;
  mixRows(rows: number, weights: number, count: number, to: number, width: number, fused: number): void;
  roundRow(from: number, to: number, width: number, kind: number): void;
}

/**
 * Resizes along X, then along Y, in float32, and rounds half to even where `out` holds integers: the WebAssembly twin of
 * `resizeSeparable`. Source rows go through in fours, so that four pixels of a column lie in one vector and X needs no gathering.
 */
export function resizeSeparableWasm<T extends Plane>(
  plane: Plane,
  height: number,
  width: number,
  rows: AxisTaps,
  columns: AxisTaps,
  out: T,
): T {
  const outHeight = rows.first.length;
  const outWidth = columns.first.length;
  inWasm<SeparableExports, void>((exports, arena) => {
    const kind = planeKind(plane);
    const outKind = planeKind(out);
    const float = out instanceof Float32Array;
    const end = rowEnds(rows, height);
    let span = 1;
    for (let y = 0; y < outHeight; y++) span = Math.max(span, end[y]! - rows.first[y]!);
    // The last source rows, resized along X; whole fours, so that a four never lies across the ring's end.
    const ring = 4 * Math.ceil((span + 3) / 4);
    const slot = 4 * 4 * Math.ceil(outWidth / 4);
    const mixed = arena.reserve(ring * slot);
    const block = arena.reserve(16 * 4 * Math.ceil(width / 4));
    const four = 4 * Math.ceil(outWidth / 4);
    const [firstTable, startTable] = [new Uint32Array(four), new Uint32Array(four + 1)];
    firstTable.set(columns.first);
    startTable.fill(columns.weight.length).set(columns.start);
    const [first, start] = [arena.put(firstTable), arena.put(startTable)];
    const weights = arena.put(columns.weight);
    const addresses = new Uint32Array(rows.weight.length);
    for (let y = 0; y < outHeight; y++) {
      const from = rows.start[y]!;
      for (let t = from; t < rows.start[y + 1]!; t++)
        addresses[t] = mixed + ((rows.first[y]! + t - from) % ring) * slot;
    }
    const rowTaps = arena.put(addresses);
    const rowWeights = arena.put(rows.weight);
    const float32Row = arena.reserve(slot);
    let ready = 0;
    const window = (from: number, to: number): [number, number] => [from === 0 ? 0 : end[from - 1]!, end[to - 1]!];
    inStrips(arena, { plane, width, out, outHeight, outWidth, window }, (strip) => {
      const { source, target } = strip;
      const row = (y: number): number =>
        source + (Math.min(y, height - 1) - strip.first) * width * plane.BYTES_PER_ELEMENT;
      for (let y = strip.from; y < strip.to; y++) {
        for (; ready < end[y]!; ready += 4) {
          exports.interleaveFour(row(ready), row(ready + 1), row(ready + 2), row(ready + 3), block, width, kind);
          const to = mixed + (ready % ring) * slot;
          exports.mixColumns(block, to, slot, first, start, weights, outWidth, Number(columns.fused));
        }
        const t = rows.start[y]!;
        const count = rows.start[y + 1]! - t;
        const to = target + out.BYTES_PER_ELEMENT * outWidth * (y - strip.from);
        const taps = rowTaps + 4 * t;
        exports.mixRows(taps, rowWeights + 4 * t, count, float ? to : float32Row, outWidth, Number(rows.fused));
        if (!float) exports.roundRow(float32Row, to, outWidth, outKind);
      }
    });
  });
  return out;
}

/** Per output row, the end of the source rows that it and those before it need, in whole fours but for the plane's end. */
function rowEnds({ first, start }: AxisTaps, height: number): Uint32Array {
  const ends = new Uint32Array(first.length);
  let most = 0;
  for (let y = 0; y < first.length; y++) {
    most = Math.max(most, first[y]! + start[y + 1]! - start[y]!);
    ends[y] = Math.min(height, 4 * Math.ceil(most / 4));
  }
  return ends;
}
