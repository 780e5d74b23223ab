import { isDense } from '../dense-ids.ts';
import { inWasm, type Arena } from './arena.ts';
import { paintInWasm, runRecordsInWasm, type RunsExports } from './runs.ts';

export interface LabelEditsExports extends RunsExports {
  largestId(runs: number, count: number): number;
  sumAreas(runs: number, count: number, areas: number): void;
  renameRecords(runs: number, count: number, table: number): void;
  renameRuns(runs: number, count: number, table: number, labels: number): void;
  measureObjects(runs: number, count: number, labels: number, height: number, width: number, objects: number): void;
  fillBox(
    labels: number,
    width: number,
    id: number,
    object: number,
    below: number,
    closed: number,
    seen: number,
    region: number,
  ): void;
}

/** Runs that `runRecordsInWasm` has left in the arena. */
export interface RunRecords {
  readonly at: number;
  readonly count: number;
}

/** The int32 labels at `labels`, whose ids are 0..largest, and their runs; an edit changes both. */
export interface LabelScene {
  readonly labels: number;
  readonly height: number;
  readonly width: number;
  readonly largest: number;
  readonly runs: RunRecords;
}

/** The WebAssembly twin of `fillHoles`; false, and nothing written, for ids that are negative or too large for tables. */
export function fillHolesWasm(
  labels: Int32Array,
  height: number,
  width: number,
  out: Int32Array,
  belowArea: number,
  mode: 'compat' | 'fixed',
): boolean {
  return inWasm<LabelEditsExports, boolean>((exports, arena) => {
    const at = arena.put(labels);
    const scene = labelScene(exports, arena, at, height, width);
    if (scene.largest < 0 || !isDense(scene.largest, labels.length)) return false;
    fillHolesInWasm(exports, arena, scene, belowArea, mode);
    out.set(arena.view(Int32Array, at, labels.length));
    return true;
  });
}

/** Finds the runs of the int32 labels at `labels` and leaves them at the arena's top; `largest` is negative if an id is. */
export function labelScene(
  exports: LabelEditsExports,
  arena: Arena,
  labels: number,
  height: number,
  width: number,
): LabelScene {
  const runs = runRecordsInWasm(exports, arena, labels, height, width);
  return { labels, height, width, largest: exports.largestId(runs.at, runs.count), runs };
}

/** Gives every id of the scene another, 0 clears it: `rename` changes the areas of ids 0..largest (pixels) into those. */
export function renameInWasm(
  exports: LabelEditsExports,
  arena: Arena,
  { labels, largest, runs }: LabelScene,
  rename: (areas: Int32Array) => void,
): void {
  const { top } = arena;
  const table = arena.zeros(4 * (largest + 1));
  exports.sumAreas(runs.at, runs.count, table);
  rename(arena.view(Int32Array, table, largest + 1));
  exports.renameRuns(runs.at, runs.count, table, labels);
  arena.release(top);
}

/**
 * The same from an array to another, without the plane in the arena.
 *
 * @returns false, and nothing written, for ids that are negative or too large for tables.
 */
export function renameLabels(labels: Int32Array, out: Int32Array, rename: (areas: Int32Array) => void): boolean {
  return inWasm<LabelEditsExports, boolean>((exports, arena) => {
    const stretch = 2 ** 15;
    const strip = arena.reserve(4 * Math.min(stretch, labels.length));
    const at = arena.top;
    let end = at;
    for (let first = 0; first < labels.length; first += stretch) {
      const now = Math.min(stretch, labels.length - first);
      const room = end + 12 * now - arena.top;
      if (room > 0) arena.reserve(room);
      arena.view(Int32Array, strip, now).set(labels.subarray(first, first + now));
      end = exports.encodeRunRows(strip, 1, now, first, end) >>> 0;
    }
    const count = (end - at) / 12;
    const largest = exports.largestId(at, count);
    if (largest < 0 || !isDense(largest, labels.length)) return false;
    const table = arena.zeros(4 * (largest + 1));
    exports.sumAreas(at, count, table);
    rename(arena.view(Int32Array, table, largest + 1));
    exports.renameRecords(at, count, table);
    paintInWasm(exports, arena, { at, count, ends: false }, stretch, out);
    return true;
  });
}

/** For {@link renameInWasm}: clears objects of fewer than `minSize` pixels. */
export function keepLarge(minSize: number): (areas: Int32Array) => void {
  return (areas) => {
    for (let id = 0; id < areas.length; id++) areas[id] = areas[id]! < minSize ? 0 : id;
  };
}

/** For {@link renameInWasm}: numbers the objects 1..n in the order of their ids, which are added to `ids`. */
export function numberInto(ids: number[]): (areas: Int32Array) => void {
  return (areas) => {
    areas[0] = 0;
    for (let id = 1; id < areas.length; id++) if (areas[id]! > 0) areas[id] = ids.push(id);
  };
}

const OBJECT_INTS = 5;

/** Fills holes object by object, in the order of their ids; see `fillHoles`. The runs are no longer those of the labels afterwards. */
export function fillHolesInWasm(
  exports: LabelEditsExports,
  arena: Arena,
  { labels, height, width, largest, runs }: LabelScene,
  belowArea: number,
  mode: 'compat' | 'fixed',
): void {
  const { top } = arena;
  const objects = arena.reserve(4 * OBJECT_INTS * (largest + 1));
  const table = arena.view(Int32Array, objects, OBJECT_INTS * (largest + 1));
  for (let id = 0, i = 0; id <= largest; id++, i += OBJECT_INTS) {
    table[i] = table[i + 1] = 0x7fffffff;
    table[i + 2] = table[i + 3] = -1;
    table[i + 4] = 0;
  }
  exports.measureObjects(runs.at, runs.count, labels, height, width, objects);
  const found = arena.take(Int32Array, objects, OBJECT_INTS * (largest + 1));
  for (let id = 1, i = OBJECT_INTS; id <= largest; id++, i += OBJECT_INTS) {
    if (found[i + 2]! < 0 || found[i + 4]! >= 1) continue;
    const pixels = (found[i + 2]! - found[i]! + 1) * (found[i + 3]! - found[i + 1]! + 1);
    const seen = arena.reserve(pixels);
    const region = arena.reserve(4 * pixels);
    exports.fillBox(labels, width, id, objects + 4 * i, belowArea, mode === 'fixed' ? 1 : 0, seen, region);
    arena.release(seen);
  }
  arena.release(top);
}
