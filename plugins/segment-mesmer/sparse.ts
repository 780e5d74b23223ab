import { gaussian } from '../../kernels/index.ts';
import type { Plane } from '../../kernels/image.ts';
import type { Options } from './params.ts';
import type { Grid } from './prepare.ts';

/** A channel of which at least this share lies beside an empty pixel is sparse; docs/adr/0022-sparse-channels.md has what images give. */
const SPARSE = 0.4;

/** Rows that are looked at, at least: more tell nothing new. */
const ROWS = 512;

/**
 * Whether single counts lie apart in a channel (height, width), as few ions per pixel do: of the pixels above 0 that have a right and
 * a lower neighbour, the share whose neighbours are not both above 0 is at least 0.4. Of 1,024 rows and more every second, third … is
 * looked at, 512 or more.
 */
export function isSparse(plane: Plane, { height, width }: Grid): boolean {
  let held = 0;
  let alone = 0;
  const every = Math.max(1, Math.floor(height / ROWS));
  for (let row = 0; row + 1 < height; row += every) {
    for (let i = row * width; i < (row + 1) * width - 1; i++) {
      if (!(plane[i]! > 0)) continue;
      held++;
      if (!(plane[i + 1]! > 0 && plane[i + width]! > 0)) alone++;
    }
  }
  return held > 0 && alone >= SPARSE * held;
}

/** σ in µm of the Gaussian a channel is smoothed by; with `auto` the profile's, for sparse channels alone. */
export function smoothingOf(plane: Plane, grid: Grid, smoothUm: Options['smoothUm'], sparseUm: number): number {
  if (smoothUm !== 'auto') return smoothUm;
  return sparseUm > 0 && isSparse(plane, grid) ? sparseUm : 0;
}

/** A channel smoothed by a Gaussian of `sigma` pixels, float32; the channel itself where that is 0. */
export function smoothChannel(plane: Plane, { height, width }: Grid, sigma: number): Plane {
  return sigma > 0 ? gaussian(plane, height, width, sigma) : plane;
}
