export type * from './image.ts';
export { boundaries, findBoundaries } from './boundaries.ts';
export { halveArea, halveNearest } from './downsample.ts';
export { distanceTransform } from './edt.ts';
export { erodeEdges } from './erode-edges.ts';
export { expandLabels } from './expand.ts';
export { gaussian } from './gaussian.ts';
export { greyClose, greyDilate, greyErode, greyOpen, whiteTopHat } from './grey-morphology.ts';
export { hMaxima } from './h-maxima.ts';
export { label } from './label.ts';
export {
  binaryClose,
  binaryDilate,
  binaryErode,
  binaryFillHoles,
  binaryOpen,
  clearBorder,
  disk,
  fillHoles,
  fillSmallMaskHoles,
  removeSmall,
  removeSmallMaskObjects,
} from './morphology.ts';
export { otsu } from './otsu.ts';
export { peakLocalMax } from './peaks.ts';
export { clipAndScale, percentile } from './percentile.ts';
export { relabelSequential } from './relabel.ts';
export { rescaleBilinear, rescaledSize, resizeBilinear, resizeNearest } from './resample.ts';
export { watershed } from './watershed.ts';
export { backgroundLevel } from './background.ts';
export { measurePlane, type Intensities } from './intensities.ts';
export { labelOverlaps, matchLabels, matchOverlaps, poolMatches, type LabelMatch } from './match-labels.ts';
export { measureRegions, type Regions } from './regions.ts';
export { encodeRuns, type LabelRuns } from './runs.ts';
export { synthesizeTissue, type Tissue } from './synth/index.ts';
export { twin } from './twin.ts';
export type { Twin } from './twin-name.ts';
export { releaseKernelMemory } from './wasm/arena.ts';
