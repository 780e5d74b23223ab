import { inWasm, type Arena } from './arena.ts';
import { runRecordsInWasm, type RunsExports } from './runs.ts';

export interface LabelEditsExports extends RunsExports {
  sumAreas(runs: number, count: number, areas: number): void;
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

/** Runs of the int32 labels at `labels`, ids 0..largest. */
export interface DenseLabels {
  readonly labels: number;
  readonly height: number;
  readonly width: number;
  readonly largest: number;
}

type Edit = (exports: LabelEditsExports, arena: Arena, dense: DenseLabels) => void;

/** A copy of `labels`, whose ids lie in 0..largest, after an edit. */
export function editLabels(labels: Int32Array, height: number, width: number, largest: number, edit: Edit): Int32Array {
  return inWasm<LabelEditsExports, Int32Array>((exports, arena) => {
    const at = arena.put(labels);
    edit(exports, arena, { labels: at, height, width, largest });
    return arena.take(Int32Array, at, labels.length);
  });
}

/** Clears objects of fewer than `minSize` pixels. */
export function removeSmallInWasm(
  exports: LabelEditsExports,
  arena: Arena,
  { labels, height, width, largest }: DenseLabels,
  minSize: number,
): void {
  const { top } = arena;
  const table = arena.zeros(4 * (largest + 1));
  const { at, count } = runRecordsInWasm(exports, arena, labels, height, width);
  exports.sumAreas(at, count, table);
  const areas = arena.view(Int32Array, table, largest + 1);
  for (let id = 0; id <= largest; id++) areas[id] = areas[id]! < minSize ? 0 : id;
  exports.renameRuns(at, count, table, labels);
  arena.release(top);
}

/** Numbers the objects 1..n in the order of their ids and returns n. */
export function relabelInWasm(
  exports: LabelEditsExports,
  arena: Arena,
  { labels, height, width, largest }: DenseLabels,
): number {
  const { top } = arena;
  const table = arena.zeros(4 * (largest + 1));
  const { at, count } = runRecordsInWasm(exports, arena, labels, height, width);
  exports.sumAreas(at, count, table);
  const numbers = arena.view(Int32Array, table, largest + 1);
  let number = 0;
  for (let id = 0; id <= largest; id++) numbers[id] = numbers[id]! > 0 ? ++number : 0;
  exports.renameRuns(at, count, table, labels);
  arena.release(top);
  return number;
}

const OBJECT_INTS = 5;

/** Fills holes object by object, in the order of their ids; see `fillHoles`. */
export function fillHolesInWasm(
  exports: LabelEditsExports,
  arena: Arena,
  { labels, height, width, largest }: DenseLabels,
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
  const { at, count } = runRecordsInWasm(exports, arena, labels, height, width);
  exports.measureObjects(at, count, labels, height, width, objects);
  const found = arena.take(Int32Array, objects, OBJECT_INTS * (largest + 1));
  arena.release(at);
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
