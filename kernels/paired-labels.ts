import { distinctIds, relabelSequential } from './relabel.ts';

/** Cells and nuclei that are numbered alike: nucleus i belongs to cell i. */
export interface PairedLabels {
  readonly cells: Int32Array;
  readonly nuclei: Int32Array;
  /** Cells; their ids are 1..count. */
  readonly count: number;
}

function checkPair(kernel: string, cells: Int32Array, nuclei: Int32Array): void {
  if (cells.length === nuclei.length) return;
  throw new RangeError(
    `${kernel}: cells have ${cells.length} pixels, nuclei ${nuclei.length}; bring both to one grid first`,
  );
}

/**
 * Renumbers cells to 1..n in ascending order of their ids, and nuclei with them, so that a nucleus keeps belonging to its cell. Nuclei whose id
 * no cell has follow as n + 1, n + 2 …, in ascending order as well. 0 stays 0.
 *
 * Plain TypeScript only: one look-up per run of equal ids, behind a renumbering that has its twin.
 *
 * @returns new int32 planes.
 * @throws RangeError for lengths that differ or a negative id (its index is named).
 */
export function renumberPaired(cells: Int32Array, nuclei: Int32Array): PairedLabels {
  checkPair('renumberPaired', cells, nuclei);
  const { labels, map, count } = relabelSequential(cells);
  const numbers = new Map(map);
  for (const id of distinctIds(nuclei)) if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
  return { cells: labels, nuclei: replaceIds(nuclei, numbers), count };
}

/** A label plane with every id replaced by what `numbers` says; ids it lacks become 0. Returns a new plane. */
export function replaceIds(labels: Int32Array, numbers: ReadonlyMap<number, number>): Int32Array {
  const out = new Int32Array(labels.length);
  for (let i = 0, id = 0, number = 0; i < out.length; i++) {
    // Neighbouring pixels mostly share an id, so most look-ups are saved.
    if (labels[i] !== id) {
      id = labels[i]!;
      number = id === 0 ? 0 : (numbers.get(id) ?? 0);
    }
    out[i] = number;
  }
  return out;
}

/** Pixels of nuclei that lie in a cell of another id: how many, and the index of the first (-1 where there is none). */
export function strayNuclei(cells: Int32Array, nuclei: Int32Array): { pixels: number; first: number } {
  checkPair('strayNuclei', cells, nuclei);
  let [pixels, first] = [0, -1];
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] === 0 || nuclei[i] === 0 || cells[i] === nuclei[i]) continue;
    if (pixels === 0) first = i;
    pixels++;
  }
  return { pixels, first };
}
