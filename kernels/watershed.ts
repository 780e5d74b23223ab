import { checkSize } from './check-size.ts';
import { PixelHeap } from './heap.ts';

/**
 * Floods a (Y, X) landscape from markers, lowest values first, and returns the label that reached each pixel.
 *
 * Follows `skimage.segmentation.watershed(landscape, markers, mask=mask)` (4-connected, no line, compactness 0), equal
 * pixel for pixel on plateaus and ties too: a queue ordered by (value, age); marker pixels enter in raster order with
 * age 0; each free neighbour, in the order up, left, right, down, takes the label when it enters and the next age.
 *
 * @param landscape values of any unit; cells are usually found on a negated map.
 * @param markers int32 plane; every value other than 0 is a seed with that label. Seeds outside the mask are dropped.
 * @param options.mask pixels that may be labelled (not 0); all when absent.
 * @param options.rule what a pixel is queued by. `raised` (default; scikit-image 0.25 and 0.26): the larger of its own
 *   value and the value just taken out, so water never runs below its level. `own` (scikit-image ≤ 0.24): its own value.
 *   They differ on landscapes with many equal values.
 * @returns int32 labels, 0 where the mask is 0 or no marker can reach.
 * @throws RangeError for a wrong length, another rule, or NaN in the landscape (its index is named).
 */
export function watershed(
  landscape: Float32Array,
  markers: Int32Array,
  height: number,
  width: number,
  options: { mask?: Uint8Array; rule?: 'own' | 'raised' } = {},
): Int32Array {
  const { mask, rule = 'raised' } = options;
  checkSize('watershed: landscape', landscape.length, height, width);
  checkSize('watershed: markers', markers.length, height, width);
  if (mask !== undefined) checkSize('watershed: mask', mask.length, height, width);
  if (rule !== 'own' && rule !== 'raised') {
    throw new RangeError(`watershed: rule is ${String(rule)}; choose 'raised' (scikit-image ≥ 0.25) or 'own' (≤ 0.24)`);
  }
  checkNumbers(landscape);
  if (landscape.length === 0) return new Int32Array(0);
  // Barriers around and outside the mask spare the loop every bounds check.
  const BLOCKED = -1;
  const stride = width + 2;
  const free = new Int8Array((height + 2) * stride).fill(BLOCKED);
  const values = new Float32Array(free.length);
  const labels = new Int32Array(free.length);
  let inside = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, p = (y + 1) * stride + 1; x < width; x++, i++, p++) {
      if (mask !== undefined && mask[i] === 0) continue;
      values[p] = landscape[i]!;
      labels[p] = markers[i]!;
      free[p] = markers[i] === 0 ? 1 : 0;
      inside++;
    }
  }
  const heap = new PixelHeap(inside);
  for (let p = 0; p < free.length; p++) if (free[p] === 0) heap.push(values[p]!, 0, p);
  const neighbours = [-stride, -1, 1, stride];
  const raised = rule === 'raised';
  let age = 1;
  while (heap.size > 0) {
    const pixel = heap.pop();
    const level = heap.poppedValue;
    const own = labels[pixel]!;
    for (let n = 0; n < 4; n++) {
      const next = pixel + neighbours[n]!;
      if (free[next] !== 1) continue;
      free[next] = 0;
      labels[next] = own;
      const value = values[next]!;
      heap.push(raised && value < level ? level : value, ++age, next);
    }
  }
  const out = new Int32Array(landscape.length);
  for (let y = 0; y < height; y++) {
    const from = (y + 1) * stride + 1;
    out.set(labels.subarray(from, from + width), y * width);
  }
  return out;
}

function checkNumbers(landscape: Float32Array): void {
  for (let i = 0; i < landscape.length; i++) {
    if (landscape[i] !== landscape[i]) {
      throw new RangeError(`watershed: the landscape at index ${i} is NaN; replace non-finite pixels before this step`);
    }
  }
}
