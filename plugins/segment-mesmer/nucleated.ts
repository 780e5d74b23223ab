import { replaceIds } from '../../kernels/index.ts';

/** The cells of whose pixels at least this share (0–1) is nucleus, any nucleus, numbered anew in their old order. */
export function keepNucleated(cells: Int32Array, nuclei: Int32Array, share: number): Int32Array {
  if (share === 0) return cells;
  const pixels = new Map<number, { all: number; nuclear: number }>();
  for (let i = 0; i < cells.length; i++) {
    const id = cells[i]!;
    if (id === 0) continue;
    let cell = pixels.get(id);
    if (cell === undefined) pixels.set(id, (cell = { all: 0, nuclear: 0 }));
    cell.all++;
    if (nuclei[i] !== 0) cell.nuclear++;
  }
  const kept = [...pixels.keys()].filter((id) => pixels.get(id)!.nuclear >= share * pixels.get(id)!.all);
  return keepIds(cells, kept);
}

/** The cells of these ids, numbered anew in their old order. */
export function keepIds(cells: Int32Array, ids: readonly number[]): Int32Array {
  return replaceIds(cells, new Map([...ids].sort((a, b) => a - b).map((id, index) => [id, index + 1])));
}
