import { outputFor } from './check-out.ts';
import { checkSize, checkWhole } from './check-size.ts';
import { twin } from './twin.ts';
import { erodeEdgesWasm } from './wasm/erode-edges.ts';

/**
 * Takes `layers` layers of boundary pixels off every object of a (Y, X) label image.
 *
 * Follows `erode_edges` of deepcell-toolbox 0.12 on an image of ids: a pixel is cleared when one of its eight neighbours has another value;
 * outside the image nothing counts. Objects that touch are parted by two pixels a layer, and what is thinner vanishes.
 *
 * @param options.out an array to overwrite and return; a new one when absent.
 * @returns a new int32 plane; ids do not change.
 * @throws RangeError for a wrong length, a number of layers that is not whole and ≥ 0, or an unfit `out`.
 */
export function erodeEdges(
  labels: Int32Array,
  height: number,
  width: number,
  layers: number,
  options: { out?: Int32Array } = {},
): Int32Array {
  checkSize('erodeEdges: labels', labels.length, height, width);
  checkWhole('erodeEdges: layers', layers, 0);
  const out = outputFor('erodeEdges', Int32Array, labels.length, [labels], options.out);
  if (twin() === 'wasm') {
    erodeEdgesWasm(labels, height, width, layers, out);
    return out;
  }
  out.set(labels);
  for (let layer = 0; layer < layers; layer++) {
    const before = out.slice();
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (before[i] !== 0 && isEdge(before, height, width, y, x)) out[i] = 0;
      }
    }
  }
  return out;
}

function isEdge(labels: Int32Array, height: number, width: number, y: number, x: number): boolean {
  const id = labels[y * width + x];
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      if (labels[v * width + u] !== id) return true;
    }
  }
  return false;
}
