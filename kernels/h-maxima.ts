import { outputFor } from './check-out.ts';
import { checkSize, checkWhole } from './check-size.ts';
import { reconstruct, type Offsets } from './reconstruct.ts';
import { twin } from './twin.ts';
import { hMaximaWasm, type HMaximaRule } from './wasm/h-maxima.ts';

/** Twice the resolution that numpy states for float32, by which the library widens the gap to the shifted image. */
const RESOLUTION = Math.fround(2e-6);

/**
 * Marks the maxima of a (Y, X) plane that rise at least `h` above the saddle that leads to anything higher.
 *
 * Follows `skimage.morphology.h_maxima(plane, h, footprint=disk(radius))` 0.26 (and 0.24) on float32, every operation rounded to float32: the
 * plane lowered by h and by 2e-6 of its magnitude is grown under the plane (reconstruction by dilation); maxima are where at least h is
 * missing. A plane whose range is less than h has none. Plateaus are marked whole.
 *
 * The TypeScript twin reconstructs (L. Vincent, IEEE Trans. Image Process. 2 (1993) 176–201). The WebAssembly twin asks each pixel that no
 * neighbour refutes whether anything in reach, without going down by h, does; it reconstructs if that takes more than eight visits a pixel.
 *
 * @param options.h height in the plane's unit, > 0. Rounded to float32.
 * @param options.radius of the disk that two pixels of one slope lie within; a whole number ≥ 1.
 * @param options.out an array to overwrite and return; a new one when absent.
 * @returns 1 on maxima, 0 elsewhere.
 * @throws RangeError for a wrong length, an h that is not > 0, another radius, or a value that is NaN or infinite (its index is named), or an
 *   unfit `out`.
 */
export function hMaxima(
  plane: Float32Array,
  height: number,
  width: number,
  options: { h: number; radius: number; out?: Uint8Array },
): Uint8Array {
  const { h, radius } = options;
  checkSize('hMaxima: plane', plane.length, height, width);
  if (!(Math.fround(h) > 0 && h < Infinity)) {
    throw new RangeError(`hMaxima: h is ${h}; pass a height > 0, or take peakLocalMax for all local maxima`);
  }
  checkWhole('hMaxima: radius', radius, 1);
  const out = outputFor('hMaxima', Uint8Array, plane.length, [plane], options.out);
  const rule = hMaximaRule(h, radius);
  if (twin() === 'wasm' && hMaximaWasm(plane, height, width, rule, out)) return out;
  const [low, high] = finiteExtremes(plane);
  if (plane.length === 0 || rule.h > Math.fround(high - low)) return out.fill(0);
  const seed = new Float32Array(plane.length);
  for (let i = 0; i < seed.length; i++) seed[i] = lowered(plane[i]!, rule.h);
  reconstruct(seed, plane, height, width, rule.offsets);
  for (let i = 0; i < out.length; i++) out[i] = Math.fround(plane[i]! - seed[i]!) >= rule.h ? 1 : 0;
  return out;
}

/** Height (> 0), resolution and footprint (radius ≥ 1, whole) as the two twins take them. */
export function hMaximaRule(h: number, radius: number): HMaximaRule {
  return { h: Math.fround(h), resolution: RESOLUTION, offsets: diskOffsets(radius) };
}

function lowered(value: number, h: number): number {
  return Math.fround(value - h) - Math.fround(RESOLUTION * Math.abs(value));
}

/** The neighbours within a disk, in raster order, the centre left out. */
function diskOffsets(radius: number): Offsets {
  const offsets: [number, number][] = [];
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) {
      if (dy * dy + dx * dx <= radius * radius && (dy !== 0 || dx !== 0)) offsets.push([dy, dx]);
    }
  }
  return offsets;
}

function finiteExtremes(plane: Float32Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]!;
    if (value - value !== 0) {
      throw new RangeError(`hMaxima: the value at index ${i} is ${value}; replace non-finite pixels before this step`);
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
