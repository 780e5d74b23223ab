import { invalidInput } from '../../core/errors.ts';
import type { FoveaError } from '../../core/errors.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import type { Acquisition, SourceChannel } from './acquisition.ts';
import { openAcquisition } from './open-acquisition.ts';
import { isBelievable, settleMpp } from './pixel-size.ts';

const MAX_ID = 2 ** 31 - 1;

type Frame = Pick<Image, 'height' | 'width' | 'mpp'>;

/**
 * Reads a label image: one channel of integers (0 background, ids up to 2^31 - 1, gaps allowed), any TIFF or PNG.
 * `mpp` (µm per pixel) serves where the file states none and must agree within 1 % where it does.
 * Throws INVALID_INPUT naming the file.
 */
export async function readLabelsTiff(path: string, mpp: number | null = null): Promise<Labels> {
  return readChecked(path, ({ pixelSizes }) => settleMpp(path, pixelSizes, { mpp, forceMpp: false }));
}

/**
 * Reads the label image that belongs to an image. One of the image's very height and width lies on its grid and has its pixel size, whatever the
 * file says. One of another size must state its pixel size and show the same field to within a pixel of the coarser.
 * Throws INVALID_INPUT naming the file, and before decoding where the size is wrong.
 */
export async function readLabelsOf(path: string, image: Frame): Promise<Labels> {
  return readChecked(path, ({ pixelSizes }, { source: { height, width } }) => {
    if (height === image.height && width === image.width) return image.mpp;
    const sizes = `is ${height}×${width} pixels, its image ${image.height}×${image.width}`;
    const fields = { path, found: [height, width], wanted: [image.height, image.width] };
    if (!pixelSizes.some(isBelievable)) {
      throw invalidInput(
        `${path} ${sizes}, and the file states no pixel size by which one could be brought to the other; save the labels at the image's size`,
        fields,
      );
    }
    const mpp = settleMpp(path, pixelSizes, { mpp: null, forceMpp: false });
    const tolerance = Math.max(mpp, image.mpp) * (1 + 1e-9);
    const apart = (found: number, wanted: number): boolean => Math.abs(found * mpp - wanted * image.mpp) > tolerance;
    if (apart(height, image.height) || apart(width, image.width)) {
      throw invalidInput(
        `${path} ${sizes}: at ${mpp} and ${image.mpp} µm per pixel they do not show the same field; give the labels of this field of view, uncropped`,
        fields,
      );
    }
    return mpp;
  });
}

/** Opens the file, settles its pixel size by `settle`, and decodes its one channel. */
async function readChecked(
  path: string,
  settle: (acquisition: Acquisition, channel: SourceChannel) => number,
): Promise<Labels> {
  const acquisition = await openAcquisition(path);
  try {
    const [channel] = acquisition.channels;
    const refuse = (why: string): FoveaError => invalidInput(`${path} ${why}`, { path });
    if (channel === undefined || acquisition.channels.length !== 1)
      throw refuse(`holds ${acquisition.channels.length} channels, expected one label image; save the labels alone`);
    const { source, sample } = channel;
    if (source.dtype === 'float32') throw refuse('holds float32 values, expected integer labels; save it as uint32');
    const mpp = settle(acquisition, channel);
    const [plane] = await source.decode([sample]);
    const data = Int32Array.from(plane ?? []);
    const wrong = plane?.findIndex((id) => id < 0 || id > MAX_ID) ?? -1;
    if (wrong >= 0)
      throw refuse(`holds the label ${plane?.[wrong]}, expected 0 to ${MAX_ID}; relabel the objects from 1`);
    return { height: source.height, width: source.width, mpp, data };
  } finally {
    await acquisition.close();
  }
}
