import { join } from 'node:path';
import { halveNearest } from '../../kernels/downsample.ts';
import type { Labels } from '../../kernels/image.ts';
import { createArray, writeGroup } from '../zarr/index.ts';
import { CHUNK_SIDE, FORMAT } from './format.ts';
import { multiscales, pyramidLevels } from './multiscale.ts';

/**
 * Writes labels as a multiscale NGFF 0.4 label image [Y, X] of int32; further levels keep one pixel of 2×2, so that no
 * id appears that is not there.
 *
 * `image-label.source` is left out on purpose: ome-zarr-py follows it and hands the image over as well, which spatialdata
 * (0.7.3) takes for a corrupt element.
 */
export async function writeLabelsElement(dir: string, name: string, labels: Labels): Promise<void> {
  const { height, width, mpp, data } = labels;
  const levels = pyramidLevels(height, width);
  await writeGroup(dir, {
    multiscales: multiscales(name, ['y', 'x'], mpp, levels, false),
    'image-label': { version: FORMAT.ngff },
    spatialdata_attrs: { version: FORMAT.raster },
  });
  let level = { data, height, width };
  for (let i = 0; i < levels; i++) {
    if (i > 0) level = halveNearest(level.data, level.height, level.width);
    const spec = { shape: [level.height, level.width], chunks: [CHUNK_SIDE, CHUNK_SIDE], dtype: 'int32' } as const;
    await (await createArray(join(dir, String(i)), spec)).write(level.data);
  }
}
