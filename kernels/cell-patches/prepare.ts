import { checkSize } from '../check-size.ts';
import type { Patches, Plane } from '../image.ts';
import { centredPatches } from '../patch-sources.ts';
import { measureRegions } from '../regions.ts';
import { rescaledSize } from '../rescaled-size.ts';
import { resizeBilinear } from '../resize-bilinear.ts';
import { resizeNearest } from '../resize-nearest.ts';
import { channelScale } from './channel-scale.ts';
import type { PatchProfile } from './profiles.ts';

/** A channel of the image that the model gets to see. */
export interface PatchSource {
  readonly name: string;
  readonly marker: string;
  readonly index: number;
  readonly plane: Plane;
}

/**
 * Brings an image and its labels to a profile's grid and places a window around every cell: resampling, then for each channel the percentile
 * of the resampled plane and its range, then centroids with the fraction cut off. No pixel is scaled and no window is cut yet, so that at the
 * profile's own pixel size the planes are the image's, and memory does not grow with the cells.
 *
 * @param sources planes of `height` × `width` values as recorded, in the order a batch shall have them.
 * @param labels the cells, of the same size; ids up to 2³¹ − 1.
 * @param mpp µm per pixel of both.
 * @param progress called with each channel that is done.
 * @returns windows in ascending order of id. Cells that have no pixel on the profile's grid are `lost`.
 * @throws RangeError for a plane or labels of another size, no or too many channels, or values that are not finite.
 */
export function preparePatches(
  sources: readonly PatchSource[],
  labels: Int32Array,
  { height, width, mpp }: { readonly height: number; readonly width: number; readonly mpp: number },
  profile: PatchProfile,
  progress: (done: number) => void = () => undefined,
): Patches {
  if (sources.length === 0) throw new RangeError('patches: no channel is given; pass at least one');
  if (sources.length > profile.maxChannels) {
    throw new RangeError(
      `patches: ${sources.length} channels are more than the ${profile.maxChannels} of profile ${profile.id}; leave some out`,
    );
  }
  checkSize('patches: labels', labels.length, height, width);
  for (const { name, plane } of sources) checkSize(`patches: channel ${name}`, plane.length, height, width);
  const scale = mpp / profile.mpp;
  const outHeight = rescaledSize(height, scale);
  const outWidth = rescaledSize(width, scale);
  const same = outHeight === height && outWidth === width;
  const resized = same ? labels : resizeNearest(labels, height, width, outHeight, outWidth);
  const bring = (plane: Plane): Plane => {
    if (same) return plane;
    if (profile.resampling === 'nearest') return resizeNearest(plane, height, width, outHeight, outWidth);
    return resizeBilinear(plane, height, width, outHeight, outWidth);
  };
  const planes: Plane[] = [];
  const channels = sources.map(({ name, marker, index, plane }, done) => {
    const there = bring(plane);
    planes.push(there);
    const scaled = channelScale(there, profile.percent);
    progress(done + 1);
    return { name, marker, index, ...scaled };
  });
  const { ids, centroidY, centroidX } = measureRegions(resized, outHeight, outWidth, {
    properties: ['centroidY', 'centroidX'],
  });
  const cells = centredPatches(ids, centroidY, centroidX, profile.size);
  const lost = same ? new Int32Array(0) : missing(measureRegions(labels, height, width, { properties: [] }).ids, ids);
  return {
    ...{ profile: profile.id, height: outHeight, width: outWidth, mpp: profile.mpp, channels, planes },
    ...{ labels: resized, ...cells, ids: ids.slice(), lost },
  };
}

/** The ids that `there` lacks; both ascending. */
function missing(all: Int32Array, there: Int32Array): Int32Array {
  const known = new Set(there);
  return all.filter((id) => !known.has(id));
}
