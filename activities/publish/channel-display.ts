import { percentile } from '../../kernels/percentile.ts';
import type { Image, Plane } from '../../kernels/image.ts';

/** How a viewer should first show a channel. */
export interface ChannelDisplay {
  readonly label: string;
  /** Six hexadecimal digits. */
  readonly color: string;
  /** Shown when the image is opened. */
  readonly active: boolean;
  /** Range of the slider (`min`, `max`) and of the contrast (`start`, `end`), in the image's own values. */
  readonly window: { readonly min: number; readonly max: number; readonly start: number; readonly end: number };
}

const NUCLEAR = '0000FF';
const MEMBRANE = '00FF00';
/** Told apart from blue and green and from each other, with the common kinds of colour blindness too, as far as it goes. */
const OTHERS = ['FF00FF', 'FFFF00', 'FF0000', '00FFFF', 'FF8000', 'FFFFFF', 'C080FF', 'FF80A0'];

/** Channels shown at first where no channel has a role. */
const SHOWN_WITHOUT_ROLES = 3;

/**
 * Colours and contrast of every channel: nuclear blue, membrane green, the others by turns. Only channels with a role are
 * switched on, since forty at once show nothing. Contrast runs from the 1st to the 99.8th percentile.
 */
export function channelDisplays(image: Image): ChannelDisplay[] {
  const roles = image.channels.some(({ role }) => role !== null);
  let turn = 0;
  return image.channels.map(({ name, role }, c) => ({
    label: name,
    color: role === 'nuclear' ? NUCLEAR : role === 'membrane' ? MEMBRANE : (OTHERS[turn++ % OTHERS.length] ?? MEMBRANE),
    active: roles ? role !== null : c < SHOWN_WITHOUT_ROLES,
    window: window(image.planes[c] ?? new Uint8Array(0)),
  }));
}

/** The range of a plane and its contrast; never empty, so that nothing divides by zero on a constant plane. */
export function window(plane: Plane): ChannelDisplay['window'] {
  let min = Infinity;
  let max = -Infinity;
  for (const value of plane) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) [min, max] = [0, 1];
  if (min === max) max = min + 1;
  const start = percentile(plane, 1) ?? min;
  const end = percentile(plane, 99.8) ?? max;
  return { min, max, start, end: end > start ? end : max };
}
