import { checkSize, checkWhole } from './check-size.ts';
import { maskBytes } from './mask-bytes.ts';
import { nearestZero } from './nearest-zero.ts';
import { twin } from './twin.ts';
import { keepComponentsWasm, morphMaskWasm } from './wasm/masks.ts';

export { fillHoles } from './fill-holes.ts';
export { removeSmall } from './remove-small.ts';
export { fillSmallMaskHoles, removeSmallMaskObjects } from './small-masks.ts';

/**
 * A filled disk: 1 where dy² + dx² ≤ radius². Follows `skimage.morphology.disk(radius)` 0.26.
 *
 * @returns a square of side 2·radius + 1, row-major.
 * @throws RangeError if the radius is not a whole number ≥ 0.
 */
export function disk(radius: number): { data: Uint8Array; height: number; width: number } {
  checkWhole('disk: radius', radius, 0);
  const side = 2 * radius + 1;
  const data = new Uint8Array(side * side);
  for (let y = -radius, i = 0; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++, i++) data[i] = y * y + x * x <= radius * radius ? 1 : 0;
  }
  return { data, height: side, width: side };
}

/**
 * Erodes a (Y, X) mask by a disk: a pixel stays if every pixel within `radius` is not 0. Outside the plane nothing erodes.
 * Follows `skimage.morphology.binary_erosion(mask, disk(radius))` 0.26.
 *
 * @returns 1 where the mask stays, 0 elsewhere.
 * @throws RangeError for a wrong length or a radius that is not a whole number ≥ 0.
 */
export function binaryErode(mask: ArrayLike<number>, height: number, width: number, radius: number): Uint8Array {
  checkSize('binaryErode: mask', mask.length, height, width);
  checkWhole('binaryErode: radius', radius, 0);
  if (twin() === 'wasm') return morphMaskWasm(maskBytes(mask), height, width, radius, ['lower']);
  const out = withinRadius(mask, height, width, radius);
  for (let i = 0; i < out.length; i++) out[i]! ^= 1;
  return out;
}

/**
 * Dilates a (Y, X) mask by a disk: a pixel is set if any pixel within `radius` is not 0.
 * Follows `skimage.morphology.binary_dilation(mask, disk(radius))` 0.26.
 *
 * @returns 1 where the dilated mask is set, 0 elsewhere.
 * @throws RangeError for a wrong length or a radius that is not a whole number ≥ 0.
 */
export function binaryDilate(mask: ArrayLike<number>, height: number, width: number, radius: number): Uint8Array {
  checkSize('binaryDilate: mask', mask.length, height, width);
  checkWhole('binaryDilate: radius', radius, 0);
  if (twin() === 'wasm') return morphMaskWasm(maskBytes(mask), height, width, radius, ['raise']);
  const background = new Uint8Array(mask.length);
  for (let i = 0; i < background.length; i++) background[i] = mask[i] === 0 ? 1 : 0;
  return withinRadius(background, height, width, radius);
}

/**
 * Erodes a (Y, X) mask by a disk, then dilates it: what the disk does not fit into goes. Outside the plane nothing erodes.
 * Follows `skimage.morphology.binary_opening(mask, disk(radius))` 0.26.
 *
 * @returns 1 where the opened mask is set, 0 elsewhere.
 * @throws RangeError for a wrong length or a radius that is not a whole number ≥ 0.
 */
export function binaryOpen(mask: ArrayLike<number>, height: number, width: number, radius: number): Uint8Array {
  checkSize('binaryOpen: mask', mask.length, height, width);
  checkWhole('binaryOpen: radius', radius, 0);
  if (twin() === 'wasm') return morphMaskWasm(maskBytes(mask), height, width, radius, ['lower', 'raise']);
  return binaryDilate(binaryErode(mask, height, width, radius), height, width, radius);
}

/**
 * Dilates a (Y, X) mask by a disk, then erodes it: gaps that the disk does not fit into are set. Outside the plane nothing erodes.
 * Follows `skimage.morphology.binary_closing(mask, disk(radius))` 0.26.
 *
 * @returns 1 where the closed mask is set, 0 elsewhere.
 * @throws RangeError for a wrong length or a radius that is not a whole number ≥ 0.
 */
export function binaryClose(mask: ArrayLike<number>, height: number, width: number, radius: number): Uint8Array {
  checkSize('binaryClose: mask', mask.length, height, width);
  checkWhole('binaryClose: radius', radius, 0);
  if (twin() === 'wasm') return morphMaskWasm(maskBytes(mask), height, width, radius, ['raise', 'lower']);
  return binaryErode(binaryDilate(mask, height, width, radius), height, width, radius);
}

/**
 * Fills the holes of a (Y, X) mask: background that no 4-connected path leads to from the plane's border.
 * Follows `scipy.ndimage.binary_fill_holes(mask)` 1.17.
 *
 * @returns 1 for the mask and its holes, 0 elsewhere.
 * @throws RangeError for a wrong length.
 */
export function binaryFillHoles(mask: ArrayLike<number>, height: number, width: number): Uint8Array {
  checkSize('binaryFillHoles: mask', mask.length, height, width);
  if (twin() === 'wasm') {
    return keepComponentsWasm(maskBytes(mask), height, width, { connectivity: 4, background: true, least: 'open' });
  }
  const out = new Uint8Array(mask.length).fill(1);
  const stack = new Int32Array(mask.length);
  let depth = 0;
  const reach = (i: number): void => {
    if (out[i] === 0 || mask[i] !== 0) return;
    out[i] = 0;
    stack[depth++] = i;
  };
  for (const seed of borderPixels(height, width)) {
    reach(seed);
    while (depth > 0) {
      const i = stack[--depth]!;
      const x = i % width;
      if (i >= width) reach(i - width);
      if (x > 0) reach(i - 1);
      if (x < width - 1) reach(i + 1);
      if (i + width < out.length) reach(i + width);
    }
  }
  return out;
}

/**
 * Removes the parts of objects that touch the plane's border: 8-connected regions of one label with a border pixel.
 * Follows `skimage.segmentation.clear_border(labels)` 0.26; a part of the same label elsewhere stays.
 * Only what touches the border is visited, so there is no WebAssembly twin: nearly all of the time goes into the copy.
 *
 * @returns a new int32 plane with 0 in their place.
 * @throws RangeError for a wrong length.
 */
export function clearBorder(labels: Int32Array, height: number, width: number): Int32Array {
  checkSize('clearBorder: labels', labels.length, height, width);
  const out = labels.slice();
  const stack = new Int32Array(labels.length);
  for (const seed of borderPixels(height, width)) {
    const id = out[seed]!;
    if (id === 0) continue;
    out[seed] = 0;
    stack[0] = seed;
    for (let depth = 1; depth > 0;) {
      const i = stack[--depth]!;
      const y = Math.floor(i / width);
      const x = i - y * width;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (out[next] !== id) continue;
          out[next] = 0;
          stack[depth++] = next;
        }
      }
    }
  }
  return out;
}

/** 1 where a pixel that is 0 lies within `radius` (Euclidean, inclusive), else 0. */
function withinRadius(mask: ArrayLike<number>, height: number, width: number, radius: number): Uint8Array {
  const nearest = nearestZero(mask, height, width);
  const out = new Uint8Array(mask.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const zero = nearest[i]!;
      if (zero < 0) continue;
      const row = Math.floor(zero / width);
      const dy = y - row;
      const dx = x - (zero - row * width);
      if (dy * dy + dx * dx <= radius * radius) out[i] = 1;
    }
  }
  return out;
}

/** The flat indices of the outermost rows and columns; corners may come twice. */
function* borderPixels(height: number, width: number): Generator<number> {
  if (height === 0 || width === 0) return;
  for (let x = 0; x < width; x++) {
    yield x;
    yield (height - 1) * width + x;
  }
  for (let y = 0; y < height; y++) {
    yield y * width;
    yield (y + 1) * width - 1;
  }
}
