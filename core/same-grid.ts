import type { Image, Labels } from '../kernels/image.ts';
import { invalidInput } from './errors.ts';

/**
 * Throws INVALID_INPUT, naming every port and both sizes, unless all labels lie on the image's grid: its height, width and µm per pixel, the last to within
 * what a file format rounds.
 */
export function checkSameGrid(image: Image, labels: Readonly<Record<string, Labels | undefined>>): void {
  const sizeOf = ({ height, width, mpp }: Labels | Image): string => `${height}×${width} pixels at ${mpp} µm`;
  const fits = ({ height, width, mpp }: Labels): boolean =>
    height === image.height && width === image.width && Math.abs(mpp - image.mpp) <= 1e-6 * image.mpp;
  const problems = Object.entries(labels).flatMap(([port, one]) =>
    one === undefined || fits(one) ? [] : [`${port} are ${sizeOf(one)}, the image is ${sizeOf(image)}`],
  );
  if (problems.length === 0) return;
  throw invalidInput(`${problems.join('; ')}; bring labels onto the image's grid with a regrid step`, { problems });
}
