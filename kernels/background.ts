import type { Plane } from './image.ts';
import { percentile } from './percentile.ts';

/**
 * The background level of a plane: the `percent`-th percentile of the pixels that belong to no object (50 for their median).
 * Zeros count. Subtracting it from a mean or median, or area times it from a sum, equals subtracting it from every pixel; results are
 * not clamped at 0, because clamping would bias dim cells upwards.
 *
 * @returns the level in the plane's unit, or null when every pixel belongs to an object.
 * @throws RangeError if plane and labels differ in length, or `percent` is outside 0..100.
 */
export function backgroundLevel(plane: Plane, labels: Int32Array, percent: number): number | null {
  if (plane.length !== labels.length) {
    throw new RangeError(
      `backgroundLevel: the plane has ${plane.length} values, the labels ${labels.length}; bring both to one grid first`,
    );
  }
  let count = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === 0) count++;
  const outside = new (plane.constructor as new (length: number) => Plane)(count);
  for (let i = 0, j = 0; i < labels.length; i++) if (labels[i] === 0) outside[j++] = plane[i]!;
  return percentile(outside, percent);
}
