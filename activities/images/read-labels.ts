import { invalidInput } from '../../core/errors.ts';
import type { FoveaError } from '../../core/errors.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import type { Acquisition, PixelSize, SourceChannel } from './acquisition.ts';
import { openAcquisition } from './open-acquisition.ts';
import { isBelievable, settleMpp } from './pixel-size.ts';

const MAX_ID = 2 ** 31 - 1;

type Frame = Pick<Image, 'height' | 'width' | 'mpp'>;

/** A label image as its file has it, the pixel sizes it states not yet judged. */
export interface UnsettledLabels extends Pick<Labels, 'height' | 'width' | 'data'> {
  readonly pixelSizes: readonly PixelSize[];
}

/**
 * Reads a label image: one channel of integers (0 background, ids up to 2^31 - 1, gaps allowed), any TIFF or PNG.
 * `mpp` (µm per pixel) serves where the file states none and must agree within 1 % where it does.
 * Throws INVALID_INPUT naming the file.
 */
export async function readLabelsTiff(path: string, mpp: number | null = null): Promise<Labels> {
  const { settled, ...plane } = await readChecked(path, ({ pixelSizes }) =>
    settleMpp(path, pixelSizes, { mpp, forceMpp: false }),
  );
  return { ...plane, mpp: settled };
}

/**
 * Reads a label image, as `readLabelsTiff`, for work that counts pixels: without a pixel size, or with one that the file
 * contradicts itself about. `pixelSizes` has those that can be believed. Throws INVALID_INPUT naming the file.
 */
export async function readUnsettledLabels(path: string): Promise<UnsettledLabels> {
  const { settled, ...plane } = await readChecked(path, ({ pixelSizes }) => pixelSizes.filter(isBelievable));
  return { ...plane, pixelSizes: settled };
}

/**
 * A plane of integers as ids. Throws INVALID_INPUT naming `path` where a value is negative or above 2^31 - 1.
 */
export function idsOf(path: string, plane: ArrayLike<number>): Int32Array {
  const data = Int32Array.from(plane);
  for (let i = 0; i < data.length; i++) {
    if (data[i]! >= 0 && data[i] === plane[i]) continue;
    throw invalidInput(`${path} holds the label ${plane[i]}, expected 0 to ${MAX_ID}; relabel the objects from 1`, {
      path,
    });
  }
  return data;
}

/**
 * Reads the label image that belongs to an image. One of the image's very height and width lies on its grid and has its pixel size, whatever the
 * file says. One of another size must state its pixel size and show the same field to within a pixel of the coarser.
 * Throws INVALID_INPUT naming the file, and before decoding where the size is wrong.
 */
export async function readLabelsOf(path: string, image: Frame): Promise<Labels> {
  const { settled, ...plane } = await readChecked(path, ({ pixelSizes }, { source: { height, width } }) => {
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
  return { ...plane, mpp: settled };
}

/** Opens the file, settles its pixel size by `settle`, and decodes its one channel. */
async function readChecked<T>(
  path: string,
  settle: (acquisition: Acquisition, channel: SourceChannel) => T,
): Promise<Pick<Labels, 'height' | 'width' | 'data'> & { readonly settled: T }> {
  const acquisition = await openAcquisition(path);
  try {
    const [channel] = acquisition.channels;
    const refuse = (why: string): FoveaError => invalidInput(`${path} ${why}`, { path });
    if (channel === undefined || acquisition.channels.length !== 1)
      throw refuse(`holds ${acquisition.channels.length} channels, expected one label image; save the labels alone`);
    const { source, sample } = channel;
    if (source.dtype === 'float32') throw refuse('holds float32 values, expected integer labels; save it as uint32');
    const settled = settle(acquisition, channel);
    const [plane] = await source.decode([sample]);
    return { height: source.height, width: source.width, data: idsOf(path, plane ?? []), settled };
  } finally {
    await acquisition.close();
  }
}
