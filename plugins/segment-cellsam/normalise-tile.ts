import { equalizeAdaptive } from '../../kernels/equalize-adaptive.ts';
import { percentile } from '../../kernels/percentile.ts';
import { unlessDark, type Channels } from './model-channels.ts';

const { floor, min } = Math;
const PERCENT = 99.9;
const KERNEL = 128;

/**
 * The contrast of one tile, channel by channel: values above the 99.9th percentile of those other than 0 are clipped, the plane is scaled
 * to 0–1 by its range and equalised (CLAHE, blocks of 128). A channel that is constant after the clip becomes null, a channel of zeros.
 *
 * CellSAM 35bc6e0 works on float64 and casts the outcome to float32. Nothing is lost here by float32 planes: what the equalisation takes
 * up of a value is its rounding to 16 bits, which is done in float64 first.
 */
export function normaliseTile(channels: Channels, height: number, width: number): Channels {
  const each = (plane: Float32Array | null): Float32Array | null =>
    plane === null ? null : normalisePlane(plane, height, width);
  return [each(channels[0]), each(channels[1]), each(channels[2])];
}

/** Channels of zeros are null: what a tile is without normalisation. */
export function dropDark(channels: Channels): Channels {
  const each = (plane: Float32Array | null): Float32Array | null => (plane === null ? null : unlessDark(plane));
  return [each(channels[0]), each(channels[1]), each(channels[2])];
}

function normalisePlane(plane: Float32Array, height: number, width: number): Float32Array | null {
  const most = percentile(plane, PERCENT, { nonZero: true });
  if (most === null) return null;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < plane.length; i++) {
    const value = min(plane[i]!, most);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low === high) return null;
  const levels = new Float32Array(plane.length);
  for (let i = 0; i < plane.length; i++) {
    const share = (min(plane[i]!, most) - low) / (high - low);
    levels[i] = roundHalfEven(share * 65_535) / 65_535;
  }
  return equalizeAdaptive(levels, height, width, { kernelSize: KERNEL });
}

function roundHalfEven(value: number): number {
  const below = floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
