import { invalidInput } from '../../core/errors.ts';
import type { StepContext } from '../../core/step.ts';
import type { Image } from '../../kernels/image.ts';
import { normalizePercentile } from '../../kernels/normalize-percentile.ts';

/**
 * A `unit` image: per channel min(x, p), then (x - min) / (max - min), p being the `percent`-th percentile of the values other
 * than 0. A channel that is all zero, or constant, becomes all 0.
 *
 * @throws INVALID_INPUT for an image that is `unit` already.
 */
export function normalizeImage(image: Image, percent: number, ctx: StepContext): Image {
  if (image.intensity === 'unit') {
    throw invalidInput(
      'image is normalised already (intensity "unit"), wanted intensities as recorded ("counts"); ' +
        'wire the port to the image before the first normalize',
      { port: 'image', found: 'unit', wanted: 'counts' },
    );
  }
  const planes = image.planes.map((plane, index) => {
    ctx.signal.throwIfAborted();
    ctx.progress(index, image.planes.length);
    return normalizePercentile(plane, percent, { nonZero: true }).data;
  });
  return { ...image, intensity: 'unit', planes };
}
