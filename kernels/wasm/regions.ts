import type { LabelRuns } from '../runs.ts';
import { inWasm, type Arena } from './arena.ts';
import type { LabelEditsExports } from './label-edits.ts';
import { findRunsInWasm } from './runs.ts';

export interface RegionsExports extends LabelEditsExports {
  sumRuns(
    start: number,
    length: number,
    object: number,
    stride: number,
    count: number,
    width: number,
    records: number,
  ): void;
}

/** Bytes of an object's record. */
export const RECORD_BYTES = 64;

/** The records of all objects of `runs`, in their order; see `assembly/regions.ts`. */
export function sumRunsWasm({ width, ids, object, start, length }: LabelRuns): ArrayBuffer {
  return inWasm<RegionsExports, ArrayBuffer>((exports, arena) => {
    const records = arena.zeros(RECORD_BYTES * ids.length);
    const [starts, lengths, objects] = [arena.put(start), arena.put(length), arena.put(object)];
    exports.sumRuns(starts, lengths, objects, 4, start.length, width, records);
    return recordsOf(arena, records, ids.length);
  });
}

/**
 * The records of all ids 0..largest of a label image, straight from its pixels; an id that does not occur has an area of 0. Null where
 * an id is negative or over `limit`.
 */
export function sumLabelsWasm(labels: Int32Array, height: number, width: number, limit: number): ArrayBuffer | null {
  return inWasm<RegionsExports, ArrayBuffer | null>((exports, arena) => {
    const { at, count } = findRunsInWasm(exports, arena, labels, height, width);
    const largest = exports.largestId(at, count);
    if (largest < 0 || largest > limit) return null;
    arena.release(at);
    arena.reserve(12 * count);
    const records = arena.zeros(RECORD_BYTES * (largest + 1));
    exports.sumRuns(at, at + 4, at + 8, 12, count, width, records);
    return recordsOf(arena, records, largest + 1);
  });
}

function recordsOf(arena: Arena, at: number, count: number): ArrayBuffer {
  return arena.take(Uint8Array, at, RECORD_BYTES * count).buffer as ArrayBuffer;
}
