import { checkSize, checkWhole } from './check-size.ts';
import { chordsOf } from './chords.ts';
import type { Plane } from './image.ts';
import { slidingMaximum, squareMaximum } from './sliding-maximum.ts';
import { twin } from './twin.ts';
import { greyWasm, type Direction, type Shape } from './wasm/grey-morphology.ts';

/** `square` has a side of 2·radius + 1 pixels; `disk` holds the pixels with dy² + dx² ≤ radius². */
export interface GreyShape {
  readonly shape: 'square' | 'disk';
}

/**
 * Gives each pixel of a (Y, X) plane the largest value within the shape around it; beyond the border nothing counts.
 *
 * Follows `skimage.morphology.dilation` 0.26 with `footprint_rectangle` or `disk` and its default border, the mirrored plane, which for
 * these shapes is the same as nothing. -0 comes out as 0. The time does not depend on a square's radius; a disk's rows add to it one by one.
 *
 * @returns a new plane of the same dtype.
 * @throws RangeError for a wrong length, another shape, a radius that is not a whole number ≥ 0, or NaN (its index is named).
 */
export function greyDilate<T extends Plane>(
  plane: T,
  height: number,
  width: number,
  radius: number,
  options: GreyShape,
): T {
  return morph('greyDilate', plane, height, width, radius, options, ['raise']);
}

/** The smallest value within the shape, as `skimage.morphology.erosion` 0.26; all else as {@link greyDilate}. */
export function greyErode<T extends Plane>(
  plane: T,
  height: number,
  width: number,
  radius: number,
  options: GreyShape,
): T {
  return morph('greyErode', plane, height, width, radius, options, ['lower']);
}

/** Erodes, then dilates: bright spots smaller than the shape go. As `skimage.morphology.opening` 0.26; all else as {@link greyDilate}. */
export function greyOpen<T extends Plane>(
  plane: T,
  height: number,
  width: number,
  radius: number,
  options: GreyShape,
): T {
  return morph('greyOpen', plane, height, width, radius, options, ['lower', 'raise']);
}

/** Dilates, then erodes: dark spots smaller than the shape go. As `skimage.morphology.closing` 0.26; all else as {@link greyDilate}. */
export function greyClose<T extends Plane>(
  plane: T,
  height: number,
  width: number,
  radius: number,
  options: GreyShape,
): T {
  return morph('greyClose', plane, height, width, radius, options, ['raise', 'lower']);
}

/**
 * The plane less its opening: what is brighter than its surroundings and smaller than the shape, on a ground of 0. As
 * `skimage.morphology.white_tophat` 0.26, float32 for float32; where an infinity meets itself the difference is NaN. All else as
 * {@link greyDilate}.
 */
export function whiteTopHat<T extends Plane>(
  plane: T,
  height: number,
  width: number,
  radius: number,
  options: GreyShape,
): T {
  return morph('whiteTopHat', plane, height, width, radius, options, ['lower', 'raise'], true);
}

function morph<T extends Plane>(
  name: string,
  plane: T,
  height: number,
  width: number,
  radius: number,
  options: GreyShape,
  directions: readonly Direction[],
  remainder = false,
): T {
  const { shape } = options;
  checkSize(`${name}: plane`, plane.length, height, width);
  checkWhole(`${name}: radius`, radius, 0);
  if (shape !== 'square' && shape !== 'disk') {
    throw new RangeError(`${name}: shape is ${String(shape)}; choose 'square' or 'disk'`);
  }
  const stages = directions.map((direction) => ({ radius, shape, direction }));
  const refuse = (): void => {
    refuseNaN(name, plane);
  };
  if (twin() === 'wasm') return greyWasm(plane, height, width, stages, remainder, refuse);
  refuse();
  const out = directions.reduce((values, direction) => extreme(values, height, width, radius, shape, direction), plane);
  if (remainder) for (let i = 0; i < out.length; i++) out[i] = plane[i]! - out[i]!;
  return out;
}

function refuseNaN(name: string, plane: Plane): void {
  if (!(plane instanceof Float32Array)) return;
  const at = plane.findIndex((value) => value !== value);
  if (at >= 0)
    throw new RangeError(`${name}: the value at index ${at} is NaN; replace non-finite pixels before this step`);
}

/** The running maximum of the values, or, for `lower`, of the negated ones. */
function extreme<T extends Plane>(
  plane: T,
  height: number,
  width: number,
  radius: number,
  shape: Shape,
  direction: Direction,
): T {
  const sign = direction === 'raise' ? 1 : -1;
  const values = Float64Array.from(plane, (value) => sign * value);
  const highest = shape === 'square' ? squareMaximum(values, height, width, radius) : values.slice();
  if (shape === 'disk' && values.length > 0) {
    chordsOf(radius, height, width).forEach((half, dy) => {
      const along = values.slice();
      slidingMaximum(along, height, width, width, 1, half);
      const shift = dy * width;
      for (let i = shift; i < along.length; i++) {
        if (along[i - shift]! > highest[i]!) highest[i] = along[i - shift]!;
        if (along[i]! > highest[i - shift]!) highest[i - shift] = along[i]!;
      }
    });
  }
  // Adding 0 makes -0 a 0.
  const out = new (plane.constructor as new (length: number) => T)(plane.length);
  for (let i = 0; i < out.length; i++) out[i] = sign * highest[i]! + 0;
  return out;
}
