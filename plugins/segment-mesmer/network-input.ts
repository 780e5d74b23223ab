import type { Image, Plane } from '../../kernels/image.ts';
import { smoothChannel } from './ions.ts';
import { prepareChannel, resizeChannel, type Grid } from './prepare.ts';
import type { Profile } from './profiles.ts';

export interface Preparing {
  /** σ of the Gaussian that the recorded channel is smoothed by, in µm; 0 for none. */
  readonly smoothUm: number;
  readonly prepare: Profile['prepare'];
  readonly compat: boolean;
}

/**
 * One of the network's two inputs: a channel of `image` as recorded, smoothed, brought onto `grid` and prepared; float32 (height, width) of
 * the grid in [0, 1], zeros where there is no channel.
 */
export function networkInput(
  plane: Plane | null,
  image: Pick<Image, 'height' | 'width' | 'mpp'>,
  grid: Grid,
  { smoothUm, prepare, compat }: Preparing,
): Float32Array {
  if (plane === null) return new Float32Array(grid.height * grid.width);
  const smooth = smoothChannel(plane, image, smoothUm / image.mpp);
  return prepareChannel(resizeChannel(smooth, image, grid, compat), grid, prepare, compat);
}
