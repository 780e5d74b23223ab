import { checkSize } from './check-size.ts';
import { twin } from './twin.ts';
import { boundariesWasm, type BoundaryRule } from './wasm/boundaries.ts';

/** Stands for background where the smallest label is asked for. */
const HIGHEST = 2 ** 31 - 1;

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
  return mark(labels, height, width, { mode: 'inner', connectivity: 4, background: 0 });
}

/**
 * Marks where labels change from pixel to pixel, as `skimage.segmentation.find_boundaries(labels, connectivity, mode, background)` 0.26 for
 * int32 labels. The plane's own border is no outline.
 *
 * @param options.mode `thick` (the default): every pixel with a neighbour of another value; `inner`: those of them that are not background;
 *   `outer`: those that are background, and pixels of objects whose 3 × 3 square holds another object.
 * @param options.connectivity 4 (the default): neighbours share a side; 8: or a corner.
 * @param options.background the background's label, 0 when absent.
 * @returns 1 on boundaries, 0 elsewhere.
 * @throws RangeError for a wrong length, another mode or connectivity, or a background that is no int32.
 */
export function findBoundaries(
  labels: Int32Array,
  height: number,
  width: number,
  options: { mode?: 'thick' | 'inner' | 'outer'; connectivity?: 4 | 8; background?: number } = {},
): Uint8Array {
  const { mode = 'thick', connectivity = 4, background = 0 } = options;
  checkSize('findBoundaries: labels', labels.length, height, width);
  if (mode !== 'thick' && mode !== 'inner' && mode !== 'outer') {
    throw new RangeError(`findBoundaries: mode is ${String(mode)}; choose 'thick', 'inner' or 'outer'`);
  }
  if (connectivity !== 4 && connectivity !== 8) {
    throw new RangeError(
      `findBoundaries: connectivity is ${String(connectivity)}; pass 4 (sides) or 8 (sides and corners)`,
    );
  }
  if ((background | 0) !== background) {
    throw new RangeError(`findBoundaries: background is ${background}; pass a label, a whole number within int32`);
  }
  return mark(labels, height, width, { mode, connectivity, background });
}

function mark(labels: Int32Array, height: number, width: number, rule: BoundaryRule): Uint8Array {
  if (twin() === 'wasm') return boundariesWasm(labels, height, width, rule);
  const { mode, connectivity, background } = rule;
  const out = new Uint8Array(labels.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const id = labels[i]!;
      let differs = false;
      let high = id;
      let low = id;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const other = labels[ny * width + nx]!;
          if (other !== id && (connectivity === 8 || ny === y || nx === x)) differs = true;
          high = Math.max(high, other);
          low = Math.min(low, other === background ? HIGHEST : other);
        }
      }
      const counts =
        mode === 'thick' || (mode === 'inner') === (id !== background) || (mode === 'outer' && high !== low);
      if (differs && counts) out[i] = 1;
    }
  }
  return out;
}
