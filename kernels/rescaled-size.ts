import { checkWhole } from './check-size.ts';

/**
 * The size of an axis of `n` pixels after rescaling: `n·scale` rounded half to even, at least 1.
 * Follows `skimage.transform.rescale` (0.24 and 0.26): 2.5 → 2, 3.5 → 4, 6.5 → 6.
 *
 * @throws RangeError if `n` is not a whole number ≥ 1 or `scale` is not a finite number > 0.
 */
export function rescaledSize(n: number, scale: number): number {
  checkWhole('rescaledSize: n', n, 1);
  checkScale(scale);
  const exact = n * scale;
  const below = Math.floor(exact);
  const rest = exact - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 === 1);
  return Math.max(1, up ? below + 1 : below);
}

/** @throws RangeError if `scale` is not a finite number > 0. */
export function checkScale(scale: number): void {
  if (!(scale > 0 && scale < Infinity)) {
    throw new RangeError(`scale: ${scale} is not a finite number > 0; pass input mpp divided by output mpp`);
  }
}
