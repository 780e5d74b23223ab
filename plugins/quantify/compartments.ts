import { invalidInput } from '../../core/errors.ts';
import type { Labels } from '../../kernels/image.ts';

/**
 * The nuclear and the other pixels of every cell, each as labels by cell id. Nuclear pixels outside all cells are left out.
 *
 * @throws INVALID_INPUT if nuclear pixels lie in a cell of another id.
 */
export function splitCompartments(cells: Labels, nuclei: Labels): { nucleus: Int32Array; cytoplasm: Int32Array } {
  const nucleus = new Int32Array(cells.data.length);
  const cytoplasm = new Int32Array(cells.data.length);
  let astray = 0;
  let first = -1;
  for (let i = 0; i < nucleus.length; i++) {
    const [cell, own] = [cells.data[i]!, nuclei.data[i]!];
    if (cell === 0) continue;
    if (own === cell) nucleus[i] = cell;
    else cytoplasm[i] = cell;
    if (own === 0 || own === cell) continue;
    if (astray === 0) first = i;
    astray++;
  }
  if (astray === 0) return { nucleus, cytoplasm };
  const place = `y ${Math.floor(first / cells.width)}, x ${first % cells.width}`;
  throw invalidInput(
    `${astray} pixels of nuclei lie in a cell of another id, the first at ${place} (nucleus ${nuclei.data[first]}, cell ` +
      `${cells.data[first]}); wire cells and nuclei from one step that numbers them alike, or leave nuclei unwired`,
    { port: 'nuclei', pixels: astray },
  );
}
