import { join } from 'node:path';
import { toArrays } from '../../core/content.ts';
import type { Patches } from '../../kernels/image.ts';
import { createArray, writeGroup } from '../zarr/index.ts';

/** Rows and columns per chunk of the planes. */
const SIDE = 512;

/**
 * Writes patches as a zarr group: `image` (C,Y,X) and `labels` (Y,X) once, `cells/id`, `cells/y`, `cells/x` (first row and column of each
 * cell's window) and `lost`; the attributes tell the profile, µm per pixel, and for each channel its marker and how values are scaled:
 * (min(v, high) − low) / range. A reader cuts the windows it wants. `fovea export patches` writes the same with a reader beside it.
 */
export async function writePatchesElement(dir: string, patches: Patches): Promise<void> {
  const { attributes, arrays } = toArrays('Patches', patches);
  await writeGroup(dir, { fovea_patches: { version: 1, ...attributes } });
  await writeGroup(join(dir, 'cells'));
  for (const [name, { dtype, shape, planes }] of Object.entries(arrays)) {
    const chunks = shape.length === 3 ? [1, SIDE, SIDE] : shape.length === 2 ? [SIDE, SIDE] : [65_536];
    const array = await createArray(join(dir, name), { shape, chunks, dtype });
    for (const [index, plane] of planes.entries()) {
      await array.write(plane, shape.length === 3 ? index : undefined);
    }
  }
}
