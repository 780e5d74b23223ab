import { checkSize } from './check-size.ts';

export interface MatchNucleiOptions {
  /**
   * Gives a cell's part of its nucleus an id of its own where more than this many pixels of the nucleus lie outside the cell (15 in
   * ark-analysis); no nucleus is split when absent.
   */
  readonly splitAbove?: number;
  /** Nuclei of fewer pixels are dropped after splitting (5 in ark-analysis); none when absent. */
  readonly minSize?: number;
}

/** Which nucleus belongs to which cell. */
export interface NucleusMatch {
  /** Ids of the cells, ascending. */
  readonly cells: Int32Array;
  /** Per cell, the id of its nucleus in `nuclei`; 0 for none. */
  readonly nucleus: Int32Array;
  /** Per cell, the pixels it shares with that nucleus. */
  readonly shared: Int32Array;
  /** The nuclei after splitting and dropping, a new int32 plane. New ids follow the largest old one, in the order of the cells. */
  readonly nuclei: Int32Array;
}

/**
 * Matches nuclei to cells of two (Y, X) label images by the rule of ark-analysis: a cell's nucleus is the one it shares most pixels with,
 * of several the one with the smallest id. One nucleus may serve several cells unless large ones are split.
 *
 * The nucleus of every cell is chosen, and what lies outside is counted, before anything is split, so that the outcome does not depend on
 * the order of the cells. A nucleus whose part in a cell is dropped as too small leaves that cell without one.
 *
 * @throws RangeError for wrong lengths, a negative id (its index is named), or an option that is not ≥ 0.
 */
export function matchNuclei(
  cells: Int32Array,
  nuclei: Int32Array,
  height: number,
  width: number,
  options: MatchNucleiOptions = {},
): NucleusMatch {
  checkSize('matchNuclei: cells', cells.length, height, width);
  checkSize('matchNuclei: nuclei', nuclei.length, height, width);
  const { splitAbove = Infinity, minSize = 0 } = options;
  for (const [name, value] of Object.entries({ splitAbove, minSize })) {
    if (!(value >= 0)) throw new RangeError(`matchNuclei: ${name} is ${value}; pass a number of pixels ≥ 0`);
  }
  const { shared, areas, largest } = countShared(cells, nuclei);
  const ids = Int32Array.from(shared.keys()).sort();
  const nucleus = new Int32Array(ids.length);
  const common = new Int32Array(ids.length);
  ids.forEach((id, k) => {
    for (const [candidate, pixels] of shared.get(id)!) {
      const better = pixels > common[k]! || (pixels === common[k] && candidate < nucleus[k]!);
      if (better) [nucleus[k], common[k]] = [candidate, pixels];
    }
  });
  const out = nuclei.slice();
  split(out, cells, ids, nucleus, common, areas, largest, splitAbove);
  drop(out, nucleus, common, minSize);
  return { cells: ids, nucleus, shared: common, nuclei: out };
}

function countShared(
  cells: Int32Array,
  nuclei: Int32Array,
): { shared: Map<number, Map<number, number>>; areas: Map<number, number>; largest: number } {
  const shared = new Map<number, Map<number, number>>();
  const areas = new Map<number, number>();
  let largest = 0;
  for (let i = 0; i < cells.length;) {
    const [cell, nucleus] = [cells[i]!, nuclei[i]!];
    if (cell < 0 || nucleus < 0) {
      const [name, id] = cell < 0 ? ['cell', cell] : ['nucleus', nucleus];
      throw new RangeError(`matchNuclei: the ${name} at index ${i} is ${id}; labels must be ≥ 0`);
    }
    const start = i;
    while (i < cells.length && cells[i] === cell && nuclei[i] === nucleus) i++;
    if (nucleus > 0) areas.set(nucleus, (areas.get(nucleus) ?? 0) + i - start);
    if (nucleus > largest) largest = nucleus;
    if (cell === 0) continue;
    let counts = shared.get(cell);
    if (counts === undefined) shared.set(cell, (counts = new Map<number, number>()));
    if (nucleus > 0) counts.set(nucleus, (counts.get(nucleus) ?? 0) + i - start);
  }
  return { shared, areas, largest };
}

/** Renames the parts in `out`, and in `nucleus`. */
function split(
  out: Int32Array,
  cells: Int32Array,
  ids: Int32Array,
  nucleus: Int32Array,
  common: Int32Array,
  areas: ReadonlyMap<number, number>,
  largest: number,
  above: number,
): void {
  const parts = new Map<number, { old: number; id: number }>();
  ids.forEach((cell, k) => {
    const old = nucleus[k]!;
    if (old === 0 || areas.get(old)! - common[k]! <= above) return;
    nucleus[k] = largest + parts.size + 1;
    parts.set(cell, { old, id: nucleus[k]! });
  });
  if (parts.size === 0) return;
  for (let i = 0; i < out.length; i++) {
    if (out[i] === 0 || cells[i] === 0) continue;
    const part = parts.get(cells[i]!);
    if (part !== undefined && part.old === out[i]) out[i] = part.id;
  }
}

function drop(out: Int32Array, nucleus: Int32Array, common: Int32Array, minSize: number): void {
  const areas = new Map<number, number>();
  for (const id of out) if (id !== 0) areas.set(id, (areas.get(id) ?? 0) + 1);
  const small = new Set([...areas].filter(([, area]) => area < minSize).map(([id]) => id));
  if (small.size > 0) for (let i = 0; i < out.length; i++) if (small.has(out[i]!)) out[i] = 0;
  nucleus.forEach((id, k) => {
    if (id === 0 || (areas.has(id) && !small.has(id))) return;
    nucleus[k] = 0;
    common[k] = 0;
  });
}
