import { invalidInput } from '../../core/errors.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { resizeNearest } from '../../kernels/resample.ts';

type Frame = Pick<Labels, 'height' | 'width' | 'mpp'>;

/**
 * Labels on the pixel grid of `like`. Both are taken to show the same field, outer edge to outer edge: row j of h reads the source
 * row ⌊(j + 0.5)·H/h⌋ of H, columns likewise (the index rule of scikit-image's order-0 `resize`). Ids do not change; an object
 * smaller than a pixel of the new grid may vanish.
 *
 * @throws INVALID_INPUT if the two fields differ by more than one pixel of the coarser grid along y or x.
 */
export function regridLabels(labels: Labels, like: Image): Labels {
  checkSameField(labels, like);
  const { height, width, mpp } = like;
  return { height, width, mpp, data: resizeNearest(labels.data, labels.height, labels.width, height, width) };
}

function checkSameField(labels: Frame, like: Frame): void {
  const tolerance = Math.max(labels.mpp, like.mpp) * (1 + 1e-9);
  const apart = (side: 'height' | 'width'): number => Math.abs(labels[side] * labels.mpp - like[side] * like.mpp);
  if (apart('height') <= tolerance && apart('width') <= tolerance) return;
  throw invalidInput(
    `labels show ${extent(labels)}, like shows ${extent(like)}; both must show the same field to within one pixel: ` +
      'wire like to the image the labels were made from',
    { port: 'labels', found: extent(labels), wanted: extent(like) },
  );
}

function extent({ height, width, mpp }: Frame): string {
  const um = (pixels: number): string => (pixels * mpp).toFixed(2);
  return `${um(height)}×${um(width)} µm (${height}×${width} pixels at ${mpp} µm)`;
}
