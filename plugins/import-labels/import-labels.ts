import { invalidInput } from '../../core/errors.ts';
import { checkSameGrid } from '../../core/same-grid.ts';
import { expandLabels } from '../../kernels/expand.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { renumberPaired, strayNuclei } from '../../kernels/paired-labels.ts';
import { relabelSequential } from '../../kernels/relabel.ts';

export interface Imported {
  readonly cells: Labels;
  readonly nuclei: Labels | undefined;
  readonly like: Image;
}

export interface ImportOptions {
  readonly sharedIds: boolean;
  readonly expandUm: number;
}

/**
 * Labels made elsewhere, as a segmenter would yield them: on the grid of `like`, cells numbered 1..n in the order of their ids, nuclei with them
 * (`sharedIds`) or by themselves. Labels without objects are fine.
 *
 * @throws INVALID_INPUT for labels on another grid, or nuclei in a cell of another id where ids are shared.
 */
export function importLabels(
  { cells, nuclei, like }: Imported,
  { sharedIds, expandUm }: ImportOptions,
): { readonly cells: Labels; readonly nuclei?: Labels } {
  checkSameGrid(like, { cells, nuclei });
  const { height, width, mpp } = like;
  const grown = expandUm === 0 ? cells.data : expandLabels(cells.data, height, width, expandUm / mpp);
  const asLabels = (data: Int32Array): Labels => ({ height, width, mpp, data });
  if (nuclei === undefined) return { cells: asLabels(relabelSequential(grown).labels) };
  if (!sharedIds) {
    return {
      cells: asLabels(relabelSequential(grown).labels),
      nuclei: asLabels(relabelSequential(nuclei.data).labels),
    };
  }
  checkPair(asLabels(grown), nuclei, expandUm);
  const paired = renumberPaired(grown, nuclei.data);
  return { cells: asLabels(paired.cells), nuclei: asLabels(paired.nuclei) };
}

function checkPair(cells: Labels, nuclei: Labels, expandUm: number): void {
  const { pixels, first } = strayNuclei(cells.data, nuclei.data);
  if (pixels === 0) return;
  const place = `y ${Math.floor(first / cells.width)}, x ${first % cells.width}`;
  const grown = expandUm === 0 ? '' : ` once cells are grown by ${expandUm} µm`;
  throw invalidInput(
    `${pixels} pixels of nuclei lie in a cell of another id${grown}, the first at ${place} (nucleus ${nuclei.data[first]}, cell ` +
      `${cells.data[first]}); number both alike, or set sharedIds: false`,
    { port: 'nuclei', pixels },
  );
}
