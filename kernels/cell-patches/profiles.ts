/** How an image and its labels become windows around cells, and how a batch of them is laid out. */
export interface PatchProfile {
  readonly id: string;
  /** µm per pixel of the grid on which windows lie. */
  readonly mpp: number;
  /** How the image comes there; labels always by the nearest pixel. */
  readonly resampling: 'bilinear' | 'nearest';
  /** Percentile of a channel's values other than 0 at which it is clipped. */
  readonly percent: number;
  /** Side of a window in pixels. */
  readonly size: number;
  /**
   * `masked`: (N, C, 1, size, size), values × the cell's own pixels, and beside it (N, 3, size, size) own pixels, other objects' pixels, distance
   * transform. `raw-self-neighbour`: (N, C, 3, size, size), values, own pixels, other objects' pixels.
   */
  readonly layout: 'masked' | 'raw-self-neighbour';
  /** Whether rows and columns of the masks are swapped against the values. */
  readonly transposeMasks: boolean;
  /** Channels a batch always has, the unused ones filled with -1; null where it has as many as the panel. */
  readonly channels: number | null;
  /** Most channels the model takes. */
  readonly maxChannels: number;
}

/**
 * DeepCell Types: the published versions and the paper.
 *
 * - `dct-2026-resmlp` (v0.1.0): bilinear with smoothing, 99.9th percentile, windows of 32, values of the cell alone.
 * - `dct-2025-clip` (the paper's released model): bilinear with smoothing, 99th percentile, windows of 64, 75 channels. The published code
 *   swaps rows and columns of the masks, and the weights were trained that way, so the swap belongs to the profile.
 * - `paper`: as the paper describes it: nearest pixel, 99th percentile, windows of 64, 75 channels, masks the right way round.
 *
 * Wang et al., DeepCell Types; vanvalenlab/deepcell-types v0.1.0 and its parent.
 */
export const PATCH_PROFILES = {
  'dct-2026-resmlp': {
    ...{ id: 'dct-2026-resmlp', mpp: 0.5, resampling: 'bilinear', percent: 99.9, size: 32, layout: 'masked' },
    ...{ transposeMasks: false, channels: null, maxChannels: 80 },
  },
  'dct-2025-clip': {
    ...{ id: 'dct-2025-clip', mpp: 0.5, resampling: 'bilinear', percent: 99, size: 64, layout: 'raw-self-neighbour' },
    ...{ transposeMasks: true, channels: 75, maxChannels: 75 },
  },
  paper: {
    ...{ id: 'paper', mpp: 0.5, resampling: 'nearest', percent: 99, size: 64, layout: 'raw-self-neighbour' },
    ...{ transposeMasks: false, channels: 75, maxChannels: 75 },
  },
} as const satisfies Readonly<Record<string, PatchProfile>>;

export type PatchProfileId = keyof typeof PATCH_PROFILES;

/** @throws RangeError for an unknown profile, naming those there are. */
export function patchProfile(id: string): PatchProfile {
  const found = Object.hasOwn(PATCH_PROFILES, id) ? PATCH_PROFILES[id as PatchProfileId] : undefined;
  if (found === undefined) {
    throw new RangeError(
      `patches: there is no profile "${id}"; the profiles are ${Object.keys(PATCH_PROFILES).join(', ')}`,
    );
  }
  return found;
}
