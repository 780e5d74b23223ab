import { checkSize, checkWhole } from './check-size.ts';
import { twin } from './twin.ts';
import { erodeEdgesWasm } from './wasm/erode-edges.ts';

/**
 * Takes the outermost pixels off every object, `layers` times: labelled pixels that have a neighbour of another value become 0.
 *
 * Follows deepcell-toolbox's `erode_edges(labels, layers)`, which clears `skimage.segmentation.find_boundaries(labels, mode='inner')` 0.26
 * again and again: the neighbours are the 4 that share a side. Where two objects touch, both lose pixels; the plane's own border takes
 * none off. The library's functions for one label at a time and a disk (deepcell-toolbox before 0.6) give other results.
 *
 * @param layers how many pixels thick; 0 only copies.
 * @param options.connectivity 4 (as the library), or 8 to count corners as well (`connectivity=2` of `find_boundaries`).
 * @returns a new int32 plane.
 * @throws RangeError for a wrong length, layers that are not a whole number ≥ 0, or another connectivity.
 */
export function erodeEdges(
  labels: Int32Array,
  height: number,
  width: number,
  layers: number,
  options: { connectivity?: 4 | 8 } = {},
): Int32Array {
  const { connectivity = 4 } = options;
  checkSize('erodeEdges: labels', labels.length, height, width);
  checkWhole('erodeEdges: layers', layers, 0);
  if (connectivity !== 4 && connectivity !== 8) {
    throw new RangeError(
      `erodeEdges: connectivity is ${String(connectivity)}; pass 4 (sides) or 8 (sides and corners)`,
    );
  }
  // No two pixels are further apart than this many steps: an object is gone by then, or fills the plane.
  const needed = Math.min(layers, height + width);
  if (twin() === 'wasm') return erodeEdgesWasm(labels, height, width, needed, connectivity);
  let out = labels.slice();
  for (let layer = 0; layer < needed; layer++) out = erodeOnce(out, height, width, connectivity);
  return out;
}

function erodeOnce(labels: Int32Array, height: number, width: number, connectivity: 4 | 8): Int32Array<ArrayBuffer> {
  const out = labels.slice() as Int32Array<ArrayBuffer>;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let dy = y > 0 ? -1 : 0; dy <= 1 && y + dy < height; dy++) {
        for (let dx = x > 0 ? -1 : 0; dx <= 1 && x + dx < width; dx++) {
          if (connectivity === 4 && dy !== 0 && dx !== 0) continue;
          if (labels[(y + dy) * width + x + dx] !== labels[y * width + x]) out[y * width + x] = 0;
        }
      }
    }
  }
  return out;
}
