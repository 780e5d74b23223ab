import { checkSize } from './check-size.ts';
import { twin } from './twin.ts';
import { findRunsWasm } from './wasm/runs.ts';

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

/** Ids up to this, or up to four times the number of runs, are looked up in an array; larger ones are sorted. */
const DENSE_LIMIT = 2 ** 16;

/**
 * Encodes a (Y, X) label image of int32 ids (0 background, up to 2^31 - 1) as runs.
 *
 * @throws RangeError for a wrong length or a negative id (its place is named).
 */
export function encodeRuns(labels: Int32Array, height: number, width: number): LabelRuns {
  checkSize('encodeRuns: labels', labels.length, height, width);
  const found = twin() === 'wasm' ? findRunsWasm(labels, height, width) : findRuns(labels, width);
  const count = found.length / 3;
  const start = new Int32Array(count);
  const length = new Int32Array(count);
  const object = new Int32Array(count);
  let largest = 0;
  for (let r = 0, i = 0; r < count; r++, i += 3) {
    start[r] = found[i]!;
    length[r] = found[i + 1]!;
    const id = found[i + 2]!;
    if (id < 0) throw negative(id, found[i]!, width);
    if (id > largest) largest = id;
    object[r] = id;
  }
  const ids = largest <= Math.max(DENSE_LIMIT, 4 * count) ? numberDense(object, largest) : numberSparse(object);
  const area = new Int32Array(ids.length);
  for (let r = 0; r < count; r++) area[object[r]!]! += length[r]!;
  return { height, width, ids, area, object, start, length };
}

/** The plain form of `findRunsWasm`. */
function findRuns(labels: Int32Array, width: number): Int32Array {
  const found = new Int32Array(3 * countRuns(labels, width));
  let next = 0;
  for (let row = 0; row < labels.length; row += width) {
    let previous = 0;
    for (let i = row; i < row + width; i++) {
      const id = labels[i]!;
      if (id === 0) {
        previous = 0;
        continue;
      }
      if (id !== previous) {
        found[next] = i;
        found[next + 2] = id;
        next += 3;
      }
      found[next - 2]!++;
      previous = id;
    }
  }
  return found;
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

/** Replaces each run's id by its rank among the ids present, which are returned. */
function numberDense(object: Int32Array, largest: number): Int32Array {
  const rank = new Int32Array(largest + 1);
  for (let r = 0; r < object.length; r++) rank[object[r]!] = 1;
  let count = 0;
  for (let id = 0; id <= largest; id++) if (rank[id] === 1) rank[id] = count++;
  const ids = new Int32Array(count);
  for (let r = 0; r < object.length; r++) {
    const id = object[r]!;
    ids[rank[id]!] = id;
    object[r] = rank[id]!;
  }
  return ids;
}

function numberSparse(object: Int32Array): Int32Array {
  const ids = Int32Array.from(new Set(object)).sort();
  const rank = new Map<number, number>();
  for (let k = 0; k < ids.length; k++) rank.set(ids[k]!, k);
  for (let r = 0; r < object.length; r++) object[r] = rank.get(object[r]!)!;
  return ids;
}

function negative(id: number, at: number, width: number): RangeError {
  const place = `y ${Math.floor(at / width)}, x ${at % width}`;
  return new RangeError(`encodeRuns: id ${id} at ${place} is negative; ids are > 0 and background is 0`);
}
