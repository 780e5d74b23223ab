import { invalidInput } from '../../core/errors.ts';
import type { Tensor } from '../../core/step.ts';
import { reflect } from '../../kernels/border.ts';
import type { Image, Plane } from '../../kernels/image.ts';
import { rescaledSize, resizeBilinear } from '../../kernels/resample.ts';

/** What the nets were trained on: inputs of 0–1 less the mean, divided by the deviation, channel by channel. */
const MEAN = [124 / 255, 117 / 255, 104 / 255] as const;
const DEVIATION = 1 / (0.0167 * 255);
/** The nets halve their input five times. */
const STRIDE = 32;
const MARGIN = 32;

/** The pixels a net sees, and where the image lies on them. */
export interface Frame {
  /** Of the image at the models' pixel size. */
  readonly height: number;
  readonly width: number;
  /** Of the image with its margins. */
  readonly outerHeight: number;
  readonly outerWidth: number;
  readonly margin: number;
}

/** Largest and smallest factor by which an image is resampled to the models' pixel size. */
const MAX_SCALE = 32;
/** Pixels at the models' pixel size: 8192² at 0.0801 µm. */
const MAX_PIXELS = 2 ** 22;

/**
 * The frame of an image for models of `mpp`: with `pad`, 32 pixels before and 1 to 32 after each axis, so that both are multiples of 32.
 *
 * @throws INVALID_INPUT for a scale outside 1/32 … 32, an image over 2^22 pixels at `mpp`, or sides that are no multiples of 32 where
 *   `pad` is false.
 */
export function frameOf(image: Image, mpp: number, pad: boolean): Frame {
  const scale = image.mpp / mpp;
  if (!(scale >= 1 / MAX_SCALE && scale <= MAX_SCALE)) {
    throw invalidInput(
      `image is at ${image.mpp} µm per pixel, the models work at ${mpp}: a factor of ${scale.toPrecision(3)}, wanted ` +
        `1/${MAX_SCALE} to ${MAX_SCALE}; check the pixel size in the samplesheet`,
      { port: 'image', found: image.mpp, wanted: mpp },
    );
  }
  const height = rescaledSize(image.height, scale);
  const width = rescaledSize(image.width, scale);
  if (height * width > MAX_PIXELS) {
    throw invalidInput(
      `image of ${image.height}×${image.width} pixels is ${height}×${width} at the models' ${mpp} µm per pixel, over the limit of 2^22 ` +
        'pixels; cut it into smaller fields of view',
      { port: 'image', found: [height, width], wanted: MAX_PIXELS },
    );
  }
  const outer = (side: number): number => (pad ? MARGIN + side + (STRIDE - (side % STRIDE)) : side);
  const frame = { height, width, outerHeight: outer(height), outerWidth: outer(width), margin: pad ? MARGIN : 0 };
  if (frame.outerHeight % STRIDE === 0 && frame.outerWidth % STRIDE === 0) return frame;
  throw invalidInput(
    `image is ${height}×${width} pixels at the models' ${mpp} µm per pixel, wanted multiples of ${STRIDE} where pad is false; set pad: true`,
    { port: 'image', found: [height, width], wanted: STRIDE },
  );
}

/** The intensity that stands for 1. @throws INVALID_INPUT where the dtype does not say and `given` is null. */
export function fullScaleOf({ planes }: Image, given: number | null): number {
  if (given !== null) return given;
  if (planes[0] instanceof Uint8Array) return 255;
  if (planes[0] instanceof Uint16Array) return 65_535;
  throw invalidInput(
    `image holds ${planes[0]!.constructor.name.replace('Array', '').toLowerCase()} counts, whose full scale is not known; ` +
      'name the count that stands for 1 in with.fullScale (255 for what was 8-bit)',
    { port: 'image' },
  );
}

/**
 * The mean of some planes at the models' pixel size, as 0–1 of `fullScale`: smoothed and interpolated as by scikit-image's `rescale`.
 * No plane gives zeros.
 */
export function toUnit(planes: readonly Plane[], image: Image, frame: Frame, fullScale: number): Float32Array {
  const { height, width } = frame;
  const sum = new Float64Array(height * width);
  for (const plane of planes) {
    const resized = resizeBilinear(plane, image.height, image.width, height, width);
    for (let i = 0; i < sum.length; i++) sum[i]! += resized[i]!;
  }
  const unit = new Float32Array(sum.length);
  const full = planes.length * fullScale;
  if (planes.length > 0) for (let i = 0; i < unit.length; i++) unit[i] = Math.min(1, Math.max(0, sum[i]! / full));
  return unit;
}

/** The input of a net: three planes of 0–1, mirrored into the margins (the edge pixel comes twice), normalised; [1, 3, y, x]. */
export function toTensor(channels: readonly [Float32Array, Float32Array, Float32Array], frame: Frame): Tensor {
  const { height, width, outerHeight, outerWidth, margin } = frame;
  const rows = Int32Array.from({ length: outerHeight }, (_, y) => reflect(y - margin, height) * width);
  const columns = Int32Array.from({ length: outerWidth }, (_, x) => reflect(x - margin, width));
  const data = new Float32Array(3 * outerHeight * outerWidth);
  let to = 0;
  for (const [c, plane] of channels.entries()) {
    for (const row of rows) for (const x of columns) data[to++] = (plane[row + x]! - MEAN[c]!) / DEVIATION;
  }
  return { dtype: 'float32', dims: [1, 3, outerHeight, outerWidth], data };
}
