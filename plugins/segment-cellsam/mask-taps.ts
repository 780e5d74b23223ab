import { SIDE } from './model-inputs.ts';

/** Side of a mask as the decoder gives it. */
export const MASK_SIDE = 256;

/** Pixels of a mask that one pixel of a tile is made of, along one axis. */
export const TAPS = 3;

/** One axis of the way from a mask to its tile: pixel j is made of mask pixels `first[j]` … `first[j] + 2`, weighed by `weights[3j]` and on. */
export interface MaskTaps {
  readonly first: Int32Array;
  /** The last one with a weight. */
  readonly last: Int32Array;
  readonly weights: Float64Array;
}

/**
 * How masks are enlarged to `n` pixels along one axis: bilinearly (PyTorch, corners not aligned, no anti-aliasing) to the models' square,
 * then likewise to the tile. Both steps are linear and separable, so they are one table, and the square is never made.
 */
export function maskTaps(n: number): MaskTaps {
  const taps = { first: new Int32Array(n), last: new Int32Array(n), weights: new Float64Array(TAPS * n) };
  for (let j = 0; j < n; j++) {
    const parts: [number, number][] = neighbours(j, SIDE, n).flatMap(([i, outer]) =>
      neighbours(i, MASK_SIDE, SIDE).map(([k, inner]): [number, number] => [k, inner * outer]),
    );
    const used = parts.filter(([, weight]) => weight > 0).map(([k]) => k);
    const first = Math.min(MASK_SIDE - TAPS, ...used);
    for (const [k, weight] of parts) if (weight > 0) taps.weights[TAPS * j + k - first]! += weight;
    taps.first[j] = first;
    taps.last[j] = Math.max(...used);
  }
  return taps;
}

/** The two pixels of `n` around pixel j of `outN`, and their weights. */
function neighbours(j: number, n: number, outN: number): [number, number][] {
  const at = Math.max(0, ((j + 0.5) * n) / outN - 0.5);
  const low = Math.min(Math.floor(at), n - 1);
  const share = Math.min(at - low, 1);
  return [
    [low, 1 - share],
    [Math.min(low + 1, n - 1), share],
  ];
}
