import { outputFor } from './check-out.ts';
import { checkSize } from './check-size.ts';
import { relabelSequential } from './relabel.ts';
import { twin } from './twin.ts';
import { fillHolesWasm } from './wasm/label-edits.ts';

/** Per label 1..count (index 0 unused): bounding box, inclusive, and four times the Euler number. */
interface Shapes {
  readonly top: Int32Array;
  readonly bottom: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly euler4: Int32Array;
}

/**
 * Fills small holes of each object of a (Y, X) label image by the rule of deepcell-toolbox 0.12 (`fill_holes`).
 *
 * Labels whose Euler number (8-connected object) is below 1 are taken in ascending order. Within the label's bounding
 * box every 4-connected region of other pixels with fewer than `belowArea` pixels becomes the label. Such regions need
 * not be holes: pockets cut off by the corner of the box and small neighbours are overwritten too, and a label sees what
 * earlier ones did. Mode `compat` reproduces this, so that published segmentations can be; mode `fixed` fills true holes only: regions of
 * background that do not touch the box's edge, so that the label encloses them.
 *
 * @param belowArea regions of fewer pixels are filled (deepcell's `size`, 15 in Mesmer).
 * @param options.mode `compat` when absent.
 * @param options.out an array to overwrite and return; a new one when absent.
 * @returns a new int32 plane.
 * @throws RangeError for a wrong length, a negative label, an area that is not ≥ 0, another mode, or an unfit `out`.
 */
export function fillHoles(
  labels: Int32Array,
  height: number,
  width: number,
  belowArea: number,
  options: { mode?: 'compat' | 'fixed'; out?: Int32Array } = {},
): Int32Array {
  const { mode = 'compat' } = options;
  checkSize('fillHoles: labels', labels.length, height, width);
  if (!(belowArea >= 0)) throw new RangeError(`fillHoles: belowArea is ${belowArea}; pass a number of pixels ≥ 0`);
  if (mode !== 'compat' && mode !== 'fixed') {
    throw new RangeError(
      `fillHoles: mode is ${String(mode)}; choose 'compat' (deepcell-toolbox) or 'fixed' (true holes)`,
    );
  }
  const out = outputFor('fillHoles', Int32Array, labels.length, [labels], options.out);
  if (twin() === 'wasm' && fillHolesWasm(labels, height, width, out, belowArea, mode)) return out;
  const { labels: dense, map } = relabelSequential(labels);
  const shapes = measure(dense, height, width, map.size);
  out.set(labels);
  for (const [id, number] of map) {
    if (shapes.euler4[number]! < 4) fillBox(out, width, id, boxOf(shapes, number), belowArea, mode === 'fixed');
  }
  return out;
}

/**
 * Boxes and Euler numbers of all labels in one pass over the 2×2 quads of the zero-padded plane: 4·Euler of an
 * 8-connected object is (quads with one of its pixels) - (with three) - 2·(with two on a diagonal). S. B. Gray, 1971.
 */
function measure(dense: Int32Array, height: number, width: number, count: number): Shapes {
  const top = new Int32Array(count + 1).fill(height);
  const bottom = new Int32Array(count + 1).fill(-1);
  const left = new Int32Array(count + 1).fill(width);
  const right = new Int32Array(count + 1).fill(-1);
  const euler4 = new Int32Array(count + 1);
  for (let y = 0; y <= height; y++) {
    const below = y * width;
    const above = below - width;
    let a = 0;
    let c = 0;
    for (let x = 0; x <= width; x++) {
      const b = y > 0 && x < width ? dense[above + x]! : 0;
      const d = y < height && x < width ? dense[below + x]! : 0;
      if (d > 0) {
        if (y < top[d]!) top[d] = y;
        if (y > bottom[d]!) bottom[d] = y;
        if (x < left[d]!) left[d] = x;
        if (x > right[d]!) right[d] = x;
      }
      if (a !== b || c !== d || a !== c) {
        // Each label of the quad once, at its first place.
        if (a > 0) euler4[a]! += quad(b === a, c === a, d === a);
        if (b > 0 && b !== a) euler4[b]! += quad(d === b, false, c === b);
        if (c > 0 && c !== a && c !== b) euler4[c]! += quad(d === c, false, false);
        if (d > 0 && d !== a && d !== b && d !== c) euler4[d]! += 1;
      }
      a = b;
      c = d;
    }
  }
  return { top, bottom, left, right, euler4 };
}

/** A quad's share of 4·Euler, given which of the others are of the label: the two beside its pixel, the one across. */
function quad(beside: boolean, alsoBeside: boolean, across: boolean): number {
  const others = Number(beside) + Number(alsoBeside) + Number(across);
  if (others === 0) return 1;
  if (others === 2) return -1;
  return others === 1 && across ? -2 : 0;
}

interface PixelBox {
  readonly top: number;
  readonly left: number;
  readonly boxHeight: number;
  readonly boxWidth: number;
}

function boxOf(shapes: Shapes, number: number): PixelBox {
  const [top, left] = [shapes.top[number]!, shapes.left[number]!];
  return { top, left, boxHeight: shapes.bottom[number]! - top + 1, boxWidth: shapes.right[number]! - left + 1 };
}

function fillBox(out: Int32Array, width: number, id: number, box: PixelBox, belowArea: number, closed: boolean): void {
  const { top, left, boxHeight, boxWidth } = box;
  const seen = new Uint8Array(boxHeight * boxWidth);
  const region = new Int32Array(boxHeight * boxWidth);
  for (let y = 0, i = 0; y < boxHeight; y++) {
    for (let x = 0; x < boxWidth; x++, i++) seen[i] = out[(top + y) * width + left + x] === id ? 1 : 0;
  }
  for (let seed = 0; seed < seen.length; seed++) {
    if (seen[seed] === 1) continue;
    seen[seed] = 1;
    region[0] = seed;
    let size = 1;
    let open = false;
    for (let k = 0; k < size; k++) {
      const i = region[k]!;
      const x = i % boxWidth;
      const y = (i - x) / boxWidth;
      open ||= x === 0 || y === 0 || x === boxWidth - 1 || y === boxHeight - 1;
      open ||= out[(top + y) * width + left + x] !== 0;
      if (i >= boxWidth && seen[i - boxWidth] === 0) size = visit(seen, region, size, i - boxWidth);
      if (x > 0 && seen[i - 1] === 0) size = visit(seen, region, size, i - 1);
      if (x < boxWidth - 1 && seen[i + 1] === 0) size = visit(seen, region, size, i + 1);
      if (i + boxWidth < seen.length && seen[i + boxWidth] === 0) size = visit(seen, region, size, i + boxWidth);
    }
    if (size >= belowArea || (closed && open)) continue;
    for (let k = 0; k < size; k++) {
      const y = Math.floor(region[k]! / boxWidth);
      out[(top + y) * width + left + (region[k]! - y * boxWidth)] = id;
    }
  }
}

function visit(seen: Uint8Array, region: Int32Array, size: number, i: number): number {
  seen[i] = 1;
  region[size] = i;
  return size + 1;
}
