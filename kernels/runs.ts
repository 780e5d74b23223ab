import { checkSize } from './check-size.ts';

/**
 * A label image as horizontal runs: maximal stretches of one id within one row, in raster order, background left out.
 * Everything that is measured per object is measured over these, so that a plane is walked once and background never.
 */
export interface LabelRuns {
  readonly height: number;
  readonly width: number;
  /** The ids present, ascending; gaps stay gaps. */
  readonly ids: Int32Array;
  /** Pixels per object, in the order of `ids`. */
  readonly area: Int32Array;
  /** Per run: the index of its object in `ids`. */
  readonly object: Int32Array;
  /** Per run: the flat index of its first pixel. */
  readonly start: Int32Array;
  /** Per run: its pixels, ≥ 1. */
  readonly length: Int32Array;
}

/**
 * Encodes a (Y, X) label image of int32 ids (0 background) as runs.
 *
 * @throws RangeError for a wrong length or a negative id (its place is named).
 */
export function encodeRuns(labels: Int32Array, height: number, width: number): LabelRuns {
  checkSize('encodeRuns: labels', labels.length, height, width);
  const count = countRuns(labels, width);
  const start = new Int32Array(count);
  const length = new Int32Array(count);
  const label = new Int32Array(count);
  let run = -1;
  for (let row = 0; row < labels.length; row += width) {
    let previous = 0;
    for (let i = row; i < row + width; i++) {
      const id = labels[i]!;
      if (id !== previous && id !== 0) {
        run++;
        start[run] = i;
        label[run] = id;
      }
      if (id !== 0) length[run]!++;
      previous = id;
    }
  }
  const ids = Int32Array.from(new Set(label)).sort();
  if (ids.length > 0 && ids[0]! < 0) throw negative(labels, width);
  const indexOf = new Map<number, number>();
  for (let i = 0; i < ids.length; i++) indexOf.set(ids[i]!, i);
  const area = new Int32Array(ids.length);
  for (let r = 0; r < count; r++) {
    const object = indexOf.get(label[r]!)!;
    label[r] = object;
    area[object]! += length[r]!;
  }
  return { height, width, ids, area, object: label, start, length };
}

function countRuns(labels: Int32Array, width: number): number {
  let count = 0;
  for (let row = 0; row < labels.length; row += width) {
    let previous = 0;
    for (let i = row; i < row + width; i++) {
      const id = labels[i]!;
      if (id !== previous && id !== 0) count++;
      previous = id;
    }
  }
  return count;
}

function negative(labels: Int32Array, width: number): RangeError {
  const at = labels.findIndex((id) => id < 0);
  const place = `y ${Math.floor(at / width)}, x ${at % width}`;
  return new RangeError(`encodeRuns: id ${labels[at]} at ${place} is negative; ids are > 0 and background is 0`);
}
