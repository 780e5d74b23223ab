import { checkSize } from './check-size.ts';
import type { Plane } from './image.ts';
import { percentile } from './percentile.ts';

export interface BrightLevelOptions {
  /** Percentile of the values above 0, 0..100. */
  readonly percent: number;
  /** `keep`: every pixel above 0 counts. `leave-out`: all but hot pixels. */
  readonly hotPixels: 'keep' | 'leave-out';
}

/** How much brighter than its brightest neighbour a hot pixel is, and the percentile of the values above 0 that it passes. */
const [HOT_FACTOR, HOT_PERCENT] = [3, 99];

/**
 * The level that the brightest pixels of a (Y, X) plane reach: a percentile, as numpy's `quantile` with linear interpolation in float64,
 * of the values above 0.
 *
 * A hot pixel is above three times the brightest of its eight neighbours (those within the plane) and above the 99th percentile of the values
 * above 0. Both, since in sparsely stained planes most pixels stand alone. `removeHotPixels` is no help there: its cap comes from the median of the
 * whole plane, and of a marker that few cells have it cuts the cells. Without hot pixels the level is the same either way.
 *
 * Ten fields of a cohort are walked once, some 0.2 s for a plane of 2048², so the walk has no WebAssembly twin; the ranks have one.
 *
 * @returns the level in the plane's unit, null where no value is above 0; and the number of hot pixels, 0 with `keep`.
 * @throws RangeError for a wrong length, a percent outside 0..100, or a value that is NaN (its index is named).
 */
export function brightLevel(
  plane: Plane,
  height: number,
  width: number,
  { percent, hotPixels }: BrightLevelOptions,
): { readonly level: number | null; readonly hot: number } {
  checkSize('brightLevel: plane', plane.length, height, width);
  const above = clampedAtZero(plane);
  const level = percentile(above, percent, { nonZero: true });
  if (level === null || hotPixels === 'keep') return { level, hot: 0 };
  const least = percentile(above, HOT_PERCENT, { nonZero: true })!;
  const rest = above.slice() as typeof above;
  let hot = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = above[i]!;
      if (value <= least || value <= HOT_FACTOR * brightestNeighbour(above, height, width, y, x)) continue;
      rest[i] = 0;
      hot++;
    }
  }
  if (hot === 0) return { level, hot };
  return { level: percentile(rest, percent, { nonZero: true }), hot };
}

/** The plane itself where nothing is below 0. */
function clampedAtZero(plane: Plane): Plane {
  for (let i = 0; i < plane.length; i++) {
    if (plane[i]! < 0) return plane.map((value) => (value < 0 ? 0 : value)) as Plane;
  }
  return plane;
}

function brightestNeighbour(plane: Plane, height: number, width: number, y: number, x: number): number {
  let brightest = 0;
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
      if (ny === y && nx === x) continue;
      if (plane[ny * width + nx]! > brightest) brightest = plane[ny * width + nx]!;
    }
  }
  return brightest;
}
