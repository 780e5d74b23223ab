import type { Labels } from '../../kernels/image.ts';
import { invalidInput } from '../../core/errors.ts';
import { openAcquisition } from './open-acquisition.ts';
import { settleMpp } from './pixel-size.ts';

const MAX_ID = 2 ** 31 - 1;

/**
 * Reads a label image: one channel of integers (0 background, ids up to 2^31 - 1, gaps allowed), any TIFF or PNG.
 * `mpp` (µm per pixel) serves where the file states none and must agree within 1 % where it does.
 * Throws INVALID_INPUT naming the file.
 */
export async function readLabelsTiff(path: string, mpp: number | null = null): Promise<Labels> {
  const acquisition = await openAcquisition(path);
  try {
    const [channel] = acquisition.channels;
    const refuse = (why: string) => invalidInput(`${path} ${why}`, { path });
    if (channel === undefined || acquisition.channels.length !== 1)
      throw refuse(`holds ${acquisition.channels.length} channels, expected one label image; save the labels alone`);
    const { source, sample } = channel;
    if (source.dtype === 'float32') throw refuse('holds float32 values, expected integer labels; save it as uint32');
    const settled = settleMpp(path, acquisition.pixelSizes, { mpp, forceMpp: false });
    const [plane] = await source.decode([sample]);
    const data = Int32Array.from(plane ?? []);
    const wrong = plane?.findIndex((id) => id < 0 || id > MAX_ID) ?? -1;
    if (wrong >= 0)
      throw refuse(`holds the label ${plane?.[wrong]}, expected 0 to ${MAX_ID}; relabel the objects from 1`);
    return { height: source.height, width: source.width, mpp: settled, data };
  } finally {
    await acquisition.close();
  }
}
