import { invalidInput } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import type { Image } from '../../kernels/image.ts';
import { rescaledSize, resizeBilinear, resizeNearest } from '../../kernels/resample.ts';

/** Largest plane a resampled image may have: 1 GiB of float32. */
const MAX_PIXELS = 2 ** 28;
const MAX_SCALE = 32;

/**
 * An image at another pixel size. The field of view's outer edges stay where they are: n pixels become round-half-even(n·scale),
 * scale = image.mpp / mpp, and pixel centres sit at (j + 0.5)·n/o - 0.5 of the old grid. As sizes are whole, the true spacing
 * differs from `mpp` by less than half a pixel over the whole field; the image carries `mpp` itself. An image that is at `mpp`
 * already is returned as it is, its dtype included.
 *
 * @throws INVALID_INPUT for a scale outside 1/32 … 32 or a result over 2^28 pixels a plane.
 */
export function resampleImage(image: Image, mpp: number, method: 'bilinear' | 'nearest', ctx: StepContext): Image {
  if (image.mpp === mpp) return image;
  const scale = image.mpp / mpp;
  if (!(scale >= 1 / MAX_SCALE && scale <= MAX_SCALE)) {
    throw invalidInput(
      `image is at ${image.mpp} µm per pixel, so mpp ${mpp} scales it by ${scale.toPrecision(3)}; ` +
        `1/${MAX_SCALE} to ${MAX_SCALE} is allowed: check the pixel size in the samplesheet and the step's mpp`,
      { port: 'image', found: image.mpp, wanted: mpp },
    );
  }
  const height = rescaledSize(image.height, scale);
  const width = rescaledSize(image.width, scale);
  if (height * width > MAX_PIXELS) {
    throw invalidInput(
      `image of ${image.height}×${image.width} pixels would become ${height}×${width} at mpp ${mpp}, over the limit of ` +
        `2^28 pixels a plane; cut it into smaller fields of view or choose a larger mpp`,
      { port: 'image', found: [height, width], wanted: MAX_PIXELS },
    );
  }
  const resize = method === 'nearest' ? resizeNearest : resizeBilinear;
  const planes = image.planes.map((plane, index) => {
    ctx.signal.throwIfAborted();
    ctx.progress(index, image.planes.length);
    return resize(plane, image.height, image.width, height, width);
  });
  return { ...image, height, width, mpp, planes };
}
