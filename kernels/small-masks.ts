import { checkSize } from './check-size.ts';
import { label } from './label.ts';
import { maskBytes } from './mask-bytes.ts';
import { twin } from './twin.ts';
import { keepComponentsWasm } from './wasm/masks.ts';

/**
 * Removes the connected components of a (Y, X) mask that have fewer than `minSize` pixels.
 *
 * Follows `skimage.morphology.remove_small_objects(mask, min_size, connectivity)` up to 0.25: an area of exactly `minSize` stays. From 0.26 on
 * the same is called `max_size=minSize - 1`.
 *
 * @param options.connectivity 4 (the default) joins pixels that share a side, 8 also those that share a corner.
 * @returns 1 for what stays, 0 elsewhere.
 * @throws RangeError for a wrong length, another connectivity, or a size that is not ≥ 0.
 */
export function removeSmallMaskObjects(
  mask: ArrayLike<number>,
  height: number,
  width: number,
  minSize: number,
  options: { connectivity?: 4 | 8 } = {},
): Uint8Array {
  return keepLarge('removeSmallMaskObjects', mask, height, width, minSize, options, false);
}

/**
 * Sets the connected components of a (Y, X) mask's background that have fewer than `minSize` pixels, those at the plane's border included.
 *
 * Follows `skimage.morphology.remove_small_holes(mask, area_threshold, connectivity)` up to 0.25: a hole of exactly `minSize` stays. From 0.26
 * on the same is called `max_size=minSize - 1`. `binaryFillHoles` fills holes of any size and leaves the border.
 *
 * @param options.connectivity 4 (the default) joins background pixels that share a side, 8 also those that share a corner.
 * @returns 1 for the mask and what is filled, 0 elsewhere.
 * @throws RangeError for a wrong length, another connectivity, or a size that is not ≥ 0.
 */
export function fillSmallMaskHoles(
  mask: ArrayLike<number>,
  height: number,
  width: number,
  minSize: number,
  options: { connectivity?: 4 | 8 } = {},
): Uint8Array {
  return keepLarge('fillSmallMaskHoles', mask, height, width, minSize, options, true);
}

function keepLarge(
  name: string,
  mask: ArrayLike<number>,
  height: number,
  width: number,
  minSize: number,
  options: { connectivity?: 4 | 8 },
  background: boolean,
): Uint8Array {
  const { connectivity = 4 } = options;
  checkSize(`${name}: mask`, mask.length, height, width);
  if (connectivity !== 4 && connectivity !== 8) {
    throw new RangeError(`${name}: connectivity is ${String(connectivity)}; pass 4 (sides) or 8 (sides and corners)`);
  }
  if (!(minSize >= 0)) throw new RangeError(`${name}: minSize is ${minSize}; pass a number of pixels ≥ 0`);
  if (twin() === 'wasm') {
    return keepComponentsWasm(maskBytes(mask), height, width, { connectivity, background, least: minSize });
  }
  const chosen = Uint8Array.from(mask, (value) => Number((value === 0) === background));
  const { labels, count } = label(chosen, height, width, connectivity);
  const areas = new Int32Array(count + 1);
  for (let i = 0; i < labels.length; i++) areas[labels[i]!]!++;
  return chosen.map((value, i) => Number((value === 1 && areas[labels[i]!]! >= minSize) !== background));
}
