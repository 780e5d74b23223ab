import { gaussian, percentile } from '../../kernels/index.ts';
import type { Plane } from '../../kernels/image.ts';
import type { Options } from './params.ts';
import type { Grid } from './prepare.ts';

/** A channel of which at least this share lies beside an empty pixel is sparse; docs/adr/0022-sparse-channels.md has what images give. */
const SPARSE = 0.4;

/** A channel of whose spread at least this share is from pixel to pixel is grainy; docs/adr/0025-images-of-ions.md has what images give. */
const GRAINY = 0.4;

/** Of white noise with variance 1: the variance of a pixel less the mean of its four neighbours. */
const NOISE = 1.25;

/** What is brighter than this percentile counts as much: a few hot pixels are no grain. */
const BRIGHTEST = 99.8;

/** Rows that are looked at, at least: more tell nothing new. */
const ROWS = 512;

/** From one row that is looked at to the next: of 1,024 rows and more every second, third … is, 512 or more. */
const strideOf = (height: number): number => Math.max(1, Math.floor(height / ROWS));

/**
 * Whether single counts lie apart in a channel (height, width), as few ions per pixel do: of the pixels above 0 that have a right and
 * a lower neighbour, the share whose neighbours are not both above 0 is at least 0.4.
 */
export function isSparse(plane: Plane, { height, width }: Grid): boolean {
  let held = 0;
  let alone = 0;
  const stride = strideOf(height);
  for (let row = 0; row + 1 < height; row += stride) {
    for (let i = row * width; i < (row + 1) * width - 1; i++) {
      if (!(plane[i]! > 0)) continue;
      held++;
      if (!(plane[i + 1]! > 0 && plane[i + width]! > 0)) alone++;
    }
  }
  return held > 0 && alone >= SPARSE * held;
}

/**
 * Whether pixels of a channel (height, width) differ from their neighbours as counts of few ions do: the root mean square of a pixel less
 * the mean of its four neighbours is at least 0.4 of what it would be if all of the channel's spread were noise. Values above the 99.8th
 * percentile count as that.
 */
export function isGrainy(plane: Plane, { height, width }: Grid): boolean {
  const rows: number[] = [];
  const stride = strideOf(height);
  for (let row = 1; row + 1 < height; row += stride) rows.push(row);
  if (rows.length === 0 || width < 3) return false;
  const looked = new Float32Array(rows.length * width);
  rows.forEach((row, n) => looked.set(plane.subarray(row * width, (row + 1) * width), n * width));
  const top = percentile(looked, BRIGHTEST) ?? 0;
  const at = (i: number): number => Math.min(plane[i]!, top);
  let [count, sum, squares, apart] = [0, 0, 0, 0];
  for (const row of rows) {
    for (let i = row * width + 1; i < (row + 1) * width - 1; i++) {
      const value = at(i);
      const beside = value - (at(i - 1) + at(i + 1) + at(i - width) + at(i + width)) / 4;
      count++;
      sum += value;
      squares += value * value;
      apart += beside * beside;
    }
  }
  const spread = squares / count - (sum / count) ** 2;
  return spread > 0 && apart / count / NOISE >= GRAINY ** 2 * spread;
}

export interface Channels {
  readonly nuclear: Plane | null;
  readonly membrane: Plane | null;
}

/**
 * σ in µm of the Gaussian that both channels are smoothed by. With `auto` the profile's, where they look as an ion counter records them:
 * one of them is sparse or the nuclear one is grainy.
 */
export function smoothingOf(
  { nuclear, membrane }: Channels,
  grid: Grid,
  given: Options['smoothUm'],
  ofProfile: number,
): number {
  if (given !== 'auto') return given;
  if (ofProfile === 0) return 0;
  const sparse = [nuclear, membrane].some((plane) => plane !== null && isSparse(plane, grid));
  return sparse || (nuclear !== null && isGrainy(nuclear, grid)) ? ofProfile : 0;
}

/** A channel smoothed by a Gaussian of `sigma` pixels, float32; the channel itself where that is 0. */
export function smoothChannel(plane: Plane, { height, width }: Grid, sigma: number): Plane {
  return sigma > 0 ? gaussian(plane, height, width, sigma) : plane;
}
