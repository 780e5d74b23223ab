import { join } from 'node:path';
import { dtypeOf } from '../../core/dtype.ts';
import { halveArea } from '../../kernels/downsample.ts';
import type { Image } from '../../kernels/image.ts';
import { createArray, writeGroup } from '../zarr/index.ts';
import { channelDisplays } from './channel-display.ts';
import { CHUNK_SIDE, FORMAT } from './format.ts';
import { multiscales, pyramidLevels } from './multiscale.ts';

/**
 * Writes an image as a multiscale NGFF 0.4 group [C, Y, X]: level 0 as it is, each further level the mean of 2×2 pixels
 * in the image's own dtype, down to 512 pixels. Holds one plane's pyramid at a time beside the image.
 */
export async function writeImageElement(dir: string, name: string, image: Image): Promise<void> {
  const { height, width, mpp, channels, planes } = image;
  const [first] = planes;
  const dtype = dtypeOf(first);
  if (dtype === null) throw new RangeError(`image ${name} has no channel; an image needs at least one plane`);
  const levels = pyramidLevels(height, width);
  await writeGroup(dir, {
    multiscales: multiscales(name, ['c', 'y', 'x'], mpp, levels, true),
    omero: {
      name,
      version: FORMAT.ngff,
      channels: channelDisplays(image).map(({ label, color, active, window }) => ({
        label,
        color,
        active,
        coefficient: 1,
        family: 'linear',
        inverted: false,
        window,
      })),
      rdefs: { model: 'color' },
    },
    spatialdata_attrs: { version: FORMAT.raster },
  });

  const writers = [];
  for (let level = 0, h = height, w = width; level < levels; level++) {
    const spec = { shape: [planes.length, h, w], chunks: [1, CHUNK_SIDE, CHUNK_SIDE], dtype };
    writers.push(await createArray(join(dir, String(level)), spec));
    [h, w] = [Math.ceil(h / 2), Math.ceil(w / 2)];
  }
  for (const [c, plane] of planes.entries()) {
    if (plane.length !== height * width || dtypeOf(plane) !== dtype) {
      throw new RangeError(`image ${name}: plane "${channels[c]?.name}" is not ${height}×${width} of ${dtype}`);
    }
    let level = { data: plane, height, width };
    for (const [i, writer] of writers.entries()) {
      if (i > 0) level = halveArea(level.data, level.height, level.width);
      await writer.write(level.data, c);
    }
  }
}
