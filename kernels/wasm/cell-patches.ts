import { inWasm } from './arena.ts';
import type { ScaleExports } from './clip-and-scale.ts';

/** Values v become (min(v, high) − low) / range in float32. */
export interface PlaneScale {
  readonly high: number;
  readonly low: number;
  readonly range: number;
}

/** Stretches of float32 are float32 planes to the functions for all plane types. */
const FLOATS = 6;

/**
 * Maps stretches of `length` values in place, the ones of each cell by the scales in order; NaN stays.
 *
 * @param values stretch c of cell n starts at (n · perCell + c) · step.
 */
export function scaleStretchesWasm(
  values: Float32Array,
  scales: readonly PlaneScale[],
  { cells, perCell, step, length }: { cells: number; perCell: number; step: number; length: number },
): void {
  inWasm<ScaleExports, void>((exports, arena) => {
    const at = arena.reserve(4 * length);
    const view = arena.view(Float32Array, at, length);
    for (let n = 0; n < cells; n++) {
      for (const [c, { high, low, range }] of scales.entries()) {
        const from = (n * perCell + c) * step;
        view.set(values.subarray(from, from + length));
        exports.clipToUnit(at, length, FLOATS, at, high, low, range);
        values.set(view, from);
      }
    }
  });
}
