import { relabelSequential } from '../../kernels/index.ts';

/** The cells of whose pixels at least this share (0–1) is nucleus, any nucleus; ids 1..n in their old order. */
export function keepNucleated(cells: Int32Array, nuclei: Int32Array, share: number): Int32Array {
  if (share === 0) return cells;
  const highest = cells.reduce((most, id) => Math.max(most, id), 0);
  const pixels = new Int32Array(highest + 1);
  const nuclear = new Int32Array(highest + 1);
  for (let i = 0; i < cells.length; i++) {
    const id = cells[i]!;
    pixels[id]!++;
    if (nuclei[i] !== 0) nuclear[id]!++;
  }
  const kept = cells.map((id) => (id > 0 && nuclear[id]! >= share * pixels[id]! ? id : 0));
  return relabelSequential(kept).labels;
}
