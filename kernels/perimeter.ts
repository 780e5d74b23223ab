import type { LabelRuns } from './runs.ts';
import { twin } from './twin.ts';
import { countContoursWasm } from './wasm/perimeter.ts';

// What one contour pixel adds, by its contour neighbours: straight, diagonal, corner, or nothing.
const STRAIGHT = [5, 7, 15, 17, 25, 27];
const DIAGONAL = [21, 33];
const CORNER = [13, 23];

/** Index into the counters by 10·(diagonal neighbours) + 2·(orthogonal neighbours) + 1. */
const CLASS = new Uint8Array(50).fill(3);
for (const code of STRAIGHT) CLASS[code] = 0;
for (const code of DIAGONAL) CLASS[code] = 1;
for (const code of CORNER) CLASS[code] = 2;

/**
 * The contour length of every object in pixels, in the order of `runs.ids`: the estimator of Benkrid and Crookes as
 * scikit-image 0.26 `regionprops(...).perimeter` computes it. The contour is every pixel of the object with a 4-neighbour outside
 * it; other objects and the image's border count as outside; holes have a contour too. A contour pixel adds 1, √2, (1+√2)/2 or 0
 * by how its contour neighbours lie. One-pixel objects have a perimeter of 0.
 */
export function measurePerimeters(labels: Int32Array, runs: LabelRuns): Float64Array {
  const counts = twin() === 'wasm' ? countContoursWasm(labels, runs, CLASS) : countContours(labels, runs);
  const perimeter = new Float64Array(runs.ids.length);
  for (let k = 0; k < perimeter.length; k++) {
    perimeter[k] = counts[4 * k]! + Math.SQRT2 * counts[4 * k + 1]! + ((1 + Math.SQRT2) / 2) * counts[4 * k + 2]!;
  }
  return perimeter;
}

/** Contour pixels by class, four numbers per object. */
function countContours(labels: Int32Array, runs: LabelRuns): Int32Array {
  const { height, width, ids, object, start, length } = runs;
  const contour = findContours(labels, runs);
  const counts = new Int32Array(ids.length * 4);
  for (let r = 0; r < start.length; r++) {
    const id = ids[object[r]!]!;
    const first = start[r]!;
    const y = Math.floor(first / width);
    for (let i = first; i < first + length[r]!; i++) {
      if (contour[i] === 0) continue;
      const x = i - y * width;
      let code = 1;
      for (let dy = y > 0 ? -1 : 0; dy <= (y < height - 1 ? 1 : 0); dy++) {
        for (let dx = x > 0 ? -1 : 0; dx <= (x < width - 1 ? 1 : 0); dx++) {
          const j = i + dy * width + dx;
          if (j !== i && contour[j] === 1 && labels[j] === id) code += dy !== 0 && dx !== 0 ? 10 : 2;
        }
      }
      counts[object[r]! * 4 + CLASS[code]!]!++;
    }
  }
  return counts;
}

/** 1 where an object's pixel has a 4-neighbour outside the object, else 0. */
function findContours(labels: Int32Array, { height, width, ids, object, start, length }: LabelRuns): Uint8Array {
  const contour = new Uint8Array(labels.length);
  for (let r = 0; r < start.length; r++) {
    const id = ids[object[r]!]!;
    const first = start[r]!;
    const last = first + length[r]! - 1;
    const y = Math.floor(first / width);
    for (let i = first; i <= last; i++) {
      const inside =
        i > first && i < last && y > 0 && y < height - 1 && labels[i - width] === id && labels[i + width] === id;
      if (!inside) contour[i] = 1;
    }
  }
  return contour;
}
