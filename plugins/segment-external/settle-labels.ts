import { FoveaError } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { renumberPaired, strayNuclei } from '../../kernels/paired-labels.ts';
import { relabelSequential } from '../../kernels/relabel.ts';

type Port = 'cells' | 'nuclei';

/** Pixel sizes that differ by more than this share are told; programs write placeholders such as 1. */
const TOLERANCE = 0.01;

/**
 * What a program wrote to one port, on the image's grid: it must have the image's height and width, and so has its pixel size.
 *
 * @throws INVALID_OUTPUT naming both sizes.
 */
export function onGrid(port: Port, labels: Labels, image: Image, ctx: StepContext): Labels {
  const { height, width, mpp } = image;
  if (labels.height !== height || labels.width !== width) {
    const [found, wanted] = [`${labels.height}×${labels.width}`, `${height}×${width}`];
    throw new FoveaError(
      'INVALID_OUTPUT',
      `${port}: the program wrote labels of ${found} pixels, wanted ${wanted} (height × width), those of the image it was given; ` +
        'let it write one label per pixel, without cropping or rescaling',
      { fields: { port, found, wanted } },
    );
  }
  if (Math.abs(labels.mpp - mpp) > TOLERANCE * mpp) {
    ctx.log.warn(
      { fov: ctx.fov, port, found: labels.mpp, wanted: mpp },
      `${port}: the program's file states ${labels.mpp} µm per pixel on the image's own grid; the image's ${mpp} µm stands`,
    );
  }
  return { ...labels, mpp };
}

/**
 * Ids 1..n in the order of those the program gave, for cells and, with `sharedIds`, for the nuclei along with them (nuclei of no cell follow).
 *
 * @throws INVALID_OUTPUT if ids are to be shared and nuclear pixels lie in a cell of another id.
 */
export function settleIds(
  cells: Labels,
  nuclei: Labels | null,
  sharedIds: boolean,
): { readonly cells: Labels; readonly nuclei?: Labels } {
  const renumbered = (labels: Labels): Labels => ({ ...labels, data: relabelSequential(labels.data).labels });
  if (nuclei === null) return { cells: renumbered(cells) };
  if (!sharedIds) return { cells: renumbered(cells), nuclei: renumbered(nuclei) };
  const { pixels, first } = strayNuclei(cells.data, nuclei.data);
  if (pixels > 0) {
    const place = `y ${Math.floor(first / cells.width)}, x ${first % cells.width}`;
    throw new FoveaError(
      'INVALID_OUTPUT',
      `nuclei: ${pixels} pixels lie in a cell of another id, the first at ${place} (nucleus ${nuclei.data[first]}, cell ` +
        `${cells.data[first]}); let the program number both alike, or set sharedIds: false`,
      { fields: { port: 'nuclei', pixels } },
    );
  }
  const paired = renumberPaired(cells.data, nuclei.data);
  return { cells: { ...cells, data: paired.cells }, nuclei: { ...nuclei, data: paired.nuclei } };
}
