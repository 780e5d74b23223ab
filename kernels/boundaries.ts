import { checkSize } from './check-size.ts';

/**
 * Marks the pixels just inside each object's outline: labelled pixels with a 4-neighbour of another value.
 *
 * Follows `skimage.segmentation.find_boundaries(labels, connectivity=1, mode='inner', background=0)` 0.26. The plane's
 * own border is no outline; where two objects touch, both sides are marked.
 *
 * @returns 1 on the outline, 0 elsewhere.
 * @throws RangeError for a wrong length.
 */
export function boundaries(labels: Int32Array, height: number, width: number): Uint8Array {
  checkSize('boundaries: labels', labels.length, height, width);
  const out = new Uint8Array(labels.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const id = labels[i]!;
      if (id === 0) continue;
      const differs =
        (y > 0 && labels[i - width] !== id) ||
        (x > 0 && labels[i - 1] !== id) ||
        (x < width - 1 && labels[i + 1] !== id) ||
        (y < height - 1 && labels[i + width] !== id);
      if (differs) out[i] = 1;
    }
  }
  return out;
}
