import type { Arena } from './arena.ts';
import type { WatershedPlanes } from './watershed-planes.ts';

export interface LakesExports {
  layLakes(levels: number, links: number, marks: number, height: number, width: number): void;
  raiseLevels(keys: number, markers: number, mask: number, queue: number, room: number): number;
  joinLakes(more: number, room: number): number;
  listForks(more: number, count: number, list: number, room: number): number;
  settleForks(list: number, count: number, scratch: number, bytes: number, most: number): void;
  paintLakes(labels: number): number;
}

const LEAST_ROOM = 2 ** 14;
/** Pixels per entry of the lists; where there are more entries, the landscape is so flat that a flood is no slower. */
const PER_ENTRY = 16;
/** Looks at pixels per entry that may be spent on the order of what ties. */
const LOOKS = 4;

/**
 * The watershed by rule `raised` without a line, told from the levels that water reaches and not flooded: one look at every pixel after the
 * other, where a flood jumps about the image from one height to the next. assembly/lakes.ts tells how.
 *
 * Writes all labels, and keys outside the mask.
 *
 * @returns how many pixels at `labels` are -1, because their label hangs on the order of tied markers; -1 if no label was written,
 *   because the landscape is too flat.
 */
export function labelLakes(exports: LakesExports, arena: Arena, planes: WatershedPlanes): number {
  const { keys, markers, mask, labels, height, width } = planes;
  const { top } = arena;
  const padded = (height + 2) * (width + 2);
  const [levels, links, marks] = [arena.reserve(4 * padded), arena.reserve(4 * padded), arena.reserve(padded)];
  const room = 2 ** Math.ceil(Math.log2(Math.max(LEAST_ROOM, (height * width) / PER_ENTRY)));
  const scratch = arena.reserve(4 * room);
  const unknown = ((): number => {
    exports.layLakes(levels, links, marks, height, width);
    if (exports.raiseLevels(keys, markers, mask, scratch, room) === 0) return -1;
    const more = exports.joinLakes(scratch, room);
    if (more < 0) return -1;
    const list = arena.reserve(12 * room);
    const count = exports.listForks(scratch, more, list, room);
    if (count < 0) return -1;
    sortForks(arena.view(Int32Array, list, 3 * count));
    exports.settleForks(list, count, scratch, 4 * room, LOOKS * room);
    return exports.paintLakes(labels);
  })();
  arena.release(top);
  return unknown;
}

/** Sorts triples of level, root and inlet by level, then root. */
function sortForks(triples: Int32Array): void {
  const rows = Array.from({ length: triples.length / 3 }, (_, k) => triples.slice(3 * k, 3 * k + 3));
  rows.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  rows.forEach((row, k) => triples.set(row, 3 * k));
}
