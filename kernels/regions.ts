import { measureConvexAreas } from './convex-hull.ts';
import { measureEulerNumbers } from './euler-number.ts';
import { fitEllipse } from './moments.ts';
import { measurePerimeters } from './perimeter.ts';
import type { LabelRuns } from './runs.ts';
import { encodeRuns } from './runs.ts';

/** A box, half open: rows y0..y1-1, columns x0..x1-1. */
export interface Box {
  readonly y0: number;
  readonly x0: number;
  readonly y1: number;
  readonly x1: number;
}

/** Shape of every object of a label image, one entry per object in ascending order of id. Lengths in pixels. */
export interface Regions {
  readonly ids: Int32Array;
  readonly area: Int32Array;
  readonly boxes: readonly Box[];
  readonly centroidY: Float64Array;
  readonly centroidX: Float64Array;
  readonly majorAxis: Float64Array;
  readonly minorAxis: Float64Array;
  readonly eccentricity: Float64Array;
  /** Radians from the y axis to the major axis, towards +x. */
  readonly orientation: Float64Array;
  readonly perimeter: Float64Array;
  readonly convexArea: Int32Array;
  /** area / convexArea. */
  readonly solidity: Float64Array;
  /** area / area of the box. */
  readonly extent: Float64Array;
  /** 8-connected parts minus holes. */
  readonly eulerNumber: Int32Array;
}

/**
 * Measures the shape of every object of a (Y, X) label image. An object may have several parts; they are measured together.
 *
 * Follows `skimage.measure.regionprops` 0.26 with unit spacing: integers equal it, floats to 1e-9 relative (near-isotropic and
 * one-pixel-wide objects excepted, see {@link fitEllipse}). Centroids are means of pixel centres, which lie at integer coordinates.
 *
 * @param runs the runs of `labels`, when the caller has them.
 * @throws RangeError for a wrong length or a negative id.
 */
export function measureRegions(
  labels: Int32Array,
  height: number,
  width: number,
  runs: LabelRuns = encodeRuns(labels, height, width),
): Regions {
  const { ids, area } = runs;
  const n = ids.length;
  const boxes = findBoxes(runs);
  const regions = {
    ids,
    area,
    boxes,
    centroidY: new Float64Array(n),
    centroidX: new Float64Array(n),
    majorAxis: new Float64Array(n),
    minorAxis: new Float64Array(n),
    eccentricity: new Float64Array(n),
    orientation: new Float64Array(n),
    perimeter: measurePerimeters(labels, runs),
    convexArea: measureConvexAreas(runs, boundsOf(boxes)),
    solidity: new Float64Array(n),
    extent: new Float64Array(n),
    eulerNumber: measureEulerNumbers(labels, runs),
  };
  const moments = sumMoments(runs, boxes);
  for (let k = 0; k < n; k++) {
    const { y0, x0, y1, x1 } = boxes[k]!;
    const [y, x, yy, xx, yx] = moments.subarray(5 * k, 5 * k + 5) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    const ellipse = fitEllipse({ n: area[k]!, y, x, yy, xx, yx });
    regions.centroidY[k] = (y + y0 * area[k]!) / area[k]!;
    regions.centroidX[k] = (x + x0 * area[k]!) / area[k]!;
    regions.majorAxis[k] = ellipse.majorAxis;
    regions.minorAxis[k] = ellipse.minorAxis;
    regions.eccentricity[k] = ellipse.eccentricity;
    regions.orientation[k] = ellipse.orientation;
    regions.solidity[k] = area[k]! / regions.convexArea[k]!;
    regions.extent[k] = area[k]! / ((y1 - y0) * (x1 - x0));
  }
  return regions;
}

function findBoxes({ width, ids, object, start, length }: LabelRuns): Box[] {
  const boxes = Array.from(ids, () => ({ y0: Infinity, x0: Infinity, y1: 0, x1: 0 }));
  for (let r = 0; r < start.length; r++) {
    const box = boxes[object[r]!]!;
    const y = Math.floor(start[r]! / width);
    const x = start[r]! - y * width;
    if (y < box.y0) box.y0 = y;
    if (x < box.x0) box.x0 = x;
    if (y >= box.y1) box.y1 = y + 1;
    if (x + length[r]! > box.x1) box.x1 = x + length[r]!;
  }
  return boxes;
}

/** The boxes as four numbers each: y0, x0, y1, x1. */
function boundsOf(boxes: readonly Box[]): Int32Array {
  const bounds = new Int32Array(4 * boxes.length);
  for (let k = 0; k < boxes.length; k++) {
    const { y0, x0, y1, x1 } = boxes[k]!;
    bounds.set([y0, x0, y1, x1], 4 * k);
  }
  return bounds;
}

/** Σy, Σx, Σy², Σx², Σyx per object about its box's corner, in closed form per run. */
function sumMoments({ width, object, start, length }: LabelRuns, boxes: readonly Box[]): Float64Array {
  const sums = new Float64Array(5 * boxes.length);
  for (let r = 0; r < start.length; r++) {
    const k = object[r]!;
    const n = length[r]!;
    const row = Math.floor(start[r]! / width);
    const y = row - boxes[k]!.y0;
    const x = start[r]! - row * width - boxes[k]!.x0;
    const sumX = n * x + (n * (n - 1)) / 2;
    const sumXX = n * x * x + x * n * (n - 1) + ((n - 1) * n * (2 * n - 1)) / 6;
    sums[5 * k]! += n * y;
    sums[5 * k + 1]! += sumX;
    sums[5 * k + 2]! += n * y * y;
    sums[5 * k + 3]! += sumXX;
    sums[5 * k + 4]! += y * sumX;
  }
  return sums;
}
