import { inWasm, type Arena } from './arena.ts';
import { paintInWasm, stretchOf, type RunsExports } from './runs.ts';

export interface LabelExports extends RunsExports {
  joinRuns(mask: number, height: number, width: number, reach: number, runs: number): number;
  numberRuns(runs: number, count: number): number;
  paintRuns(runs: number, count: number, labels: number): void;
}

/** The WebAssembly twin of `label`, after its checks; returns the number of components. */
export function labelWasm(
  mask: Uint8Array,
  height: number,
  width: number,
  connectivity: 4 | 8,
  out: Int32Array,
): number {
  return inWasm<LabelExports, number>((exports, arena) => {
    const at = arena.put(mask);
    const runs = arena.reserve(12 * height * Math.ceil(width / 2) + 16);
    const found = exports.joinRuns(at, height, width, connectivity === 8 ? 1 : 0, runs);
    const count = exports.numberRuns(runs, found);
    paintInWasm(exports, arena, { at: runs, count: found, ends: true }, stretchOf(height, width), out);
    return count;
  });
}

/** Labels the uint8 mask at `mask` into the int32 plane at `labels`; returns the number of components. */
export function labelInWasm(
  exports: LabelExports,
  arena: Arena,
  mask: number,
  labels: number,
  height: number,
  width: number,
  connectivity: 4 | 8,
): number {
  const { top } = arena;
  // At most every second pixel of a row begins a run. What is not used of it is never touched.
  const runs = arena.reserve(12 * height * Math.ceil(width / 2) + 16);
  const found = exports.joinRuns(mask, height, width, connectivity === 8 ? 1 : 0, runs);
  const count = exports.numberRuns(runs, found);
  arena.view(Int32Array, labels, height * width).fill(0);
  exports.paintRuns(runs, found, labels);
  arena.release(top);
  return count;
}
