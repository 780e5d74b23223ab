import { reflect } from '../border.ts';
import { inWasm, type Arena } from './arena.ts';

export interface GaussianExports {
  smoothColumns(
    rows: number,
    to: number,
    width: number,
    firstRow: number,
    lastRow: number,
    weights: number,
    radius: number,
  ): void;
  smoothRows(
    from: number,
    to: number,
    width: number,
    height: number,
    weights: number,
    radius: number,
    line: number,
    folded: number,
  ): void;
}

/** The WebAssembly twin of `gaussian`, after its checks. */
export function gaussianWasm(
  plane: Float32Array,
  height: number,
  width: number,
  weights: Float64Array,
  out: Float32Array,
): void {
  inWasm<GaussianExports, void>((exports, arena) => {
    const from = arena.put(plane);
    smoothInWasm(exports, arena, from, height, width, weights);
    out.set(arena.view(Float32Array, from, plane.length));
  });
}

/** Smooths the float32 plane at `at` where it lies. */
export function smoothInWasm(
  exports: GaussianExports,
  arena: Arena,
  at: number,
  height: number,
  width: number,
  weights: Float64Array,
): void {
  const { top } = arena;
  const radius = weights.length - 1;
  const between = arena.reserve(4 * height * width);
  const taps = arena.put(weights);
  const rows = new Uint32Array(height * (2 * radius + 1));
  for (let y = 0, i = 0; y < height; y++) {
    for (let k = -radius; k <= radius; k++) rows[i++] = at + 4 * width * reflect(y + k, height);
  }
  const folded = new Int32Array(2 * radius);
  for (let k = 0; k < radius; k++) {
    folded[k] = reflect(k - radius, width);
    folded[radius + k] = reflect(width + k, width);
  }
  exports.smoothColumns(arena.put(rows), between, width, 0, height, taps, radius);
  const line = arena.reserve(8 * (width + 2 * radius));
  exports.smoothRows(between, at, width, height, taps, radius, line, arena.put(folded));
  arena.release(top);
}
