import { checkSize } from './check-size.ts';
import { nearestZero } from './nearest-zero.ts';
import { twin } from './twin.ts';
import { expandLabelsWasm } from './wasm/nearest-zero.ts';

/**
 * Grows every label by up to `distancePx` pixels into the background, without overlap.
 *
 * Follows `skimage.segmentation.expand_labels` 0.26: a background pixel takes the label of the nearest label pixel if
 * that lies at a Euclidean distance ≤ `distancePx`; equal distances go to the pixel in the leftmost
 * column, of those to the upper one (scipy's feature transform; see `nearest-zero.ts`). Labels themselves do not change.
 *
 * @returns a new int32 plane.
 * @throws RangeError for a wrong length or a distance that is not ≥ 0.
 */
export function expandLabels(labels: Int32Array, height: number, width: number, distancePx: number): Int32Array {
  checkSize('expandLabels: labels', labels.length, height, width);
  if (!(distancePx >= 0)) {
    throw new RangeError(`expandLabels: distancePx is ${distancePx}; pass a distance in pixels ≥ 0`);
  }
  if (twin() === 'wasm') return expandLabelsWasm(labels, height, width, distancePx) ?? labels.slice();
  const background = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) background[i] = labels[i] === 0 ? 1 : 0;
  const nearest = nearestZero(background, height, width);
  const out = labels.slice();
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const from = nearest[i]!;
      if (from < 0 || from === i) continue;
      const row = Math.floor(from / width);
      const dy = y - row;
      const dx = x - (from - row * width);
      if (Math.sqrt(dy * dy + dx * dx) <= distancePx) out[i] = labels[from]!;
    }
  }
  return out;
}
