import { checkSize } from './check-size.ts';
import { encodeRuns, type LabelRuns } from './runs.ts';
import { twin } from './twin.ts';
import { RECORD_BYTES, sumLabelsWasm, sumRunsWasm } from './wasm/regions.ts';

/** What one walk along the runs of a label image tells about every object. */
export interface RegionSums {
  readonly ids: Int32Array;
  readonly area: Int32Array;
  /** Four numbers per object: first row, first column, row after the last, column after the last. */
  readonly bounds: Int32Array;
  /** Five per object, about the first row and first column of its box: Σy, Σx, Σy², Σx², Σyx. */
  readonly moments: Float64Array;
}

/** An object's record while it is summed, in int32 and in float64 numbers; its fields are in `assembly/regions.ts`. */
const [INTS, FLOATS] = [RECORD_BYTES / 4, RECORD_BYTES / 8];

/** Ids up to this, or up to one in 16 of the pixels, have a record each in the table that one walk fills. */
const DENSE_LIMIT = 2 ** 16;

/** Areas, boxes and second moments of the objects of `runs`, in closed form per run. */
export function sumRegions(runs: LabelRuns): RegionSums {
  return regionSumsOf(twin() === 'wasm' ? sumRunsWasm(runs) : sumRuns(runs), runs.ids, runs.ids.keys());
}

/** The same of a label image. In WebAssembly the runs of an image without very large ids never leave it. */
export function sumLabels(labels: Int32Array, height: number, width: number): RegionSums {
  checkSize('measureRegions: labels', labels.length, height, width);
  const limit = Math.max(DENSE_LIMIT, labels.length / 16);
  const found = twin() === 'wasm' ? sumLabelsWasm(labels, height, width, limit) : null;
  if (found === null) return sumRegions(encodeRuns(labels, height, width));
  const areas = new Int32Array(found);
  const ids = [];
  for (let id = 1; id * INTS < areas.length; id++) if (areas[id * INTS] !== 0) ids.push(id);
  return regionSumsOf(found, Int32Array.from(ids), ids);
}

/**
 * Moves the sums of each record from its origin, which is where its first run starts, to the corner of its box. Everything is an
 * integer, so nothing is rounded below 2^53.
 *
 * @param places the place of each id's record.
 */
function regionSumsOf(records: ArrayBuffer, ids: Int32Array, places: Iterable<number>): RegionSums {
  const [ints, floats] = [new Int32Array(records), new Float64Array(records)];
  const n = ids.length;
  const area = new Int32Array(n);
  const bounds = new Int32Array(4 * n);
  const moments = new Float64Array(5 * n);
  let k = 0;
  for (const place of places) {
    const i = INTS * place;
    const f = FLOATS * place;
    const pixels = ints[i]!;
    area[k] = pixels;
    bounds[4 * k] = ints[i + 1]!;
    bounds[4 * k + 1] = ints[i + 2]!;
    bounds[4 * k + 2] = ints[i + 3]!;
    bounds[4 * k + 3] = ints[i + 4]!;
    const shift = ints[i + 5]! - ints[i + 2]!;
    const [y, x] = [floats[f + 3]!, floats[f + 4]!];
    moments[5 * k] = y;
    moments[5 * k + 1] = x + pixels * shift;
    moments[5 * k + 2] = floats[f + 5]!;
    moments[5 * k + 3] = floats[f + 6]! + shift * (2 * x + pixels * shift);
    moments[5 * k + 4] = floats[f + 7]! + shift * y;
    k++;
  }
  return { ids, area, bounds, moments };
}

/** The plain form of `sumRunsWasm`. Runs come in raster order, so an object's first run lies in the first row of its box. */
function sumRuns({ width, ids, object, start, length }: LabelRuns): ArrayBuffer {
  const records = new ArrayBuffer(RECORD_BYTES * ids.length);
  const [ints, floats] = [new Int32Array(records), new Float64Array(records)];
  let [row, rowStart] = [0, 0];
  for (let r = 0; r < start.length; r++) {
    while (start[r]! - rowStart >= width) {
      row++;
      rowStart += width;
    }
    const i = INTS * object[r]!;
    const f = FLOATS * object[r]!;
    const n = length[r]!;
    const column = start[r]! - rowStart;
    if (ints[i] === 0) {
      ints[i + 1] = row;
      ints[i + 2] = ints[i + 5] = column;
    }
    ints[i]! += n;
    if (column < ints[i + 2]!) ints[i + 2] = column;
    if (column + n > ints[i + 4]!) ints[i + 4] = column + n;
    ints[i + 3] = row + 1;
    const y = row - ints[i + 1]!;
    const x = column - ints[i + 5]!;
    const sumX = n * x + (n * (n - 1)) / 2;
    floats[f + 3]! += n * y;
    floats[f + 4]! += sumX;
    floats[f + 5]! += n * y * y;
    floats[f + 6]! += n * x * x + x * n * (n - 1) + ((n - 1) * n * (2 * n - 1)) / 6;
    floats[f + 7]! += y * sumX;
  }
  return records;
}
