import { findBoundaries } from '../../kernels/boundaries.ts';
import { label } from '../../kernels/label.ts';
import { binaryFillHoles } from '../../kernels/morphology.ts';

/**
 * Takes the outlines off cells, so that no two touch, fills their holes and numbers what is left (4-connected) in raster order.
 *
 * The published code fills whatever a cell encloses, and with the gap around it a whole other cell. `compat` does the same; `fixed`
 * leaves a hole alone that borders on two cells.
 */
export function partCells(
  cells: Int32Array,
  height: number,
  width: number,
  mode: 'fixed' | 'compat',
): { labels: Int32Array; count: number } {
  const outlines = findBoundaries(cells, height, width, { mode: 'thick', connectivity: 4 });
  const inner = outlines.map((edge, i) => (edge === 0 && cells[i] !== 0 ? 1 : 0));
  const filled = binaryFillHoles(inner, height, width);
  if (mode === 'fixed') openShared(filled, inner, cells, height, width);
  return label(filled, height, width, 4);
}

/** Empties again, in `filled`, the holes whose pixels belonged to more than one cell. */
function openShared(filled: Uint8Array, inner: Uint8Array, cells: Int32Array, height: number, width: number): void {
  const added = filled.map((value, i) => value & ~inner[i]!);
  const { labels: holes, count } = label(added, height, width, 4);
  const owner = new Int32Array(count + 1);
  const shared = new Uint8Array(count + 1);
  for (let i = 0; i < holes.length; i++) {
    const hole = holes[i]!;
    if (hole === 0 || cells[i] === 0) continue;
    if (owner[hole] === 0) owner[hole] = cells[i]!;
    else if (owner[hole] !== cells[i]) shared[hole] = 1;
  }
  for (let i = 0; i < holes.length; i++) if (shared[holes[i]!] === 1) filled[i] = 0;
}
