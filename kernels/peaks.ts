import { checkSize, checkWhole } from './check-size.ts';
import { squareMaximum } from './sliding-maximum.ts';
import { twin } from './twin.ts';
import { peaksWasm } from './wasm/peaks.ts';

/**
 * Local maxima of a (Y, X) plane that lie at least `minDistance` pixels apart, brightest first.
 *
 * Follows `skimage.feature.peak_local_max(plane, min_distance, threshold_abs, exclude_border)` 0.26: a peak equals the
 * maximum of the square of side 2·minDistance + 1 around it (the border repeated) and exceeds the threshold; peaks are
 * ordered by descending value, equal ones in raster order; one that lies nearer than `minDistance` along both axes to
 * an earlier, kept peak is dropped. A constant plane has no peaks. With a `minDistance` of 0 every pixel over the
 * threshold is a peak.
 *
 * @param options.thresholdAbs peaks are strictly greater; the plane's minimum when absent. Rounded to float32 for a
 *   float32 plane, as numpy compares.
 * @param options.excludeBorder drop peaks within `minDistance` pixels of the border; true when absent, as in the library.
 * @returns flat indices y·width + x.
 * @throws RangeError for a wrong length, a distance that is not a whole number ≥ 0, or NaN (its index is named).
 */
export function peakLocalMax(
  plane: Float32Array | Float64Array,
  height: number,
  width: number,
  options: { minDistance: number; thresholdAbs?: number; excludeBorder?: boolean },
): Int32Array {
  const { minDistance, thresholdAbs, excludeBorder = true } = options;
  checkSize('peakLocalMax: plane', plane.length, height, width);
  checkWhole('peakLocalMax: minDistance', minDistance, 0);
  const given = plane instanceof Float32Array && thresholdAbs !== undefined ? Math.fround(thresholdAbs) : thresholdAbs;
  if (twin() === 'wasm') {
    const rule = { minDistance, threshold: given, excludeBorder };
    return peaksWasm(plane, height, width, rule, () => extremes(plane));
  }
  const [low, high] = extremes(plane);
  if (plane.length === 0) return new Int32Array(0);
  const single = minDistance === 0 || plane.length === 1;
  if (low === high && !single) return new Int32Array(0);
  const threshold = given ?? low;
  const maxima = single ? plane : squareMaximum(plane, height, width, minDistance);
  const margin = excludeBorder ? minDistance : 0;
  const found: number[] = [];
  for (let y = margin; y < height - margin; y++) {
    for (let x = margin, i = y * width + margin; x < width - margin; x++, i++) {
      if (plane[i] === maxima[i] && plane[i]! > threshold) found.push(i);
    }
  }
  // Array.prototype.sort is stable, so equal values keep their raster order.
  const ordered = Int32Array.from(found.sort((a, b) => plane[b]! - plane[a]!));
  return minDistance > 1 ? keepApart(ordered, height, width, minDistance) : ordered;
}

function extremes(plane: Float32Array | Float64Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]!;
    if (value !== value) {
      throw new RangeError(`peakLocalMax: the value at index ${i} is NaN; replace non-finite pixels before this step`);
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Walks the peaks in order and keeps those with no kept peak nearer than `distance` along both axes. */
function keepApart(ordered: Int32Array, height: number, width: number, distance: number): Int32Array {
  // Cells of side `distance` hold at most one kept peak each, so a peak has nine cells to look at.
  const rows = Math.ceil(height / distance) + 2;
  const columns = Math.ceil(width / distance) + 2;
  const kept = new Int32Array(rows * columns).fill(-1);
  return ordered.filter((peak) => {
    const y = Math.floor(peak / width);
    const x = peak - y * width;
    const cell = (Math.floor(y / distance) + 1) * columns + Math.floor(x / distance) + 1;
    for (let row = cell - columns; row <= cell + columns; row += columns) {
      for (let c = row - 1; c <= row + 1; c++) {
        const other = kept[c]!;
        const otherY = Math.floor(other / width);
        const otherX = other - otherY * width;
        if (other >= 0 && Math.abs(y - otherY) < distance && Math.abs(x - otherX) < distance) return false;
      }
    }
    kept[cell] = peak;
    return true;
  });
}
