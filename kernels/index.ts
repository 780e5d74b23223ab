export type * from './image.ts';
export { deepWatershed } from './deep-watershed.ts';
export type { DeepWatershedOptions } from './deep-watershed-seeds.ts';
export { boundaries, findBoundaries } from './boundaries.ts';
export { halveArea, halveNearest } from './downsample.ts';
export { distanceTransform } from './edt.ts';
export { equalizeAdaptive, type EqualizeAdaptiveOptions } from './equalize-adaptive.ts';
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
export { otsu, otsuOfValues } from './otsu.ts';
export { nearestNeighbours, neighboursWithin, symmetricGraph, type NeighbourGraph } from './neighbour-graph.ts';
export { twoComponentMixture, type Mixture, type MixtureOptions } from './two-component-mixture.ts';
export { peakLocalMax } from './peaks.ts';
export { clipAndScale, minMaxScale } from './clip-and-scale.ts';
export { median, medianAbsoluteDeviation, removeHotPixels } from './hot-pixels.ts';
export { normalizePercentile } from './normalize-percentile.ts';
export { percentile, percentiles, type PercentileOptions } from './percentile.ts';
export { clipPercentile, rescaleIntensity, type RescaleIntensityOptions } from './rescale-intensity.ts';
export { relabelSequential } from './relabel.ts';
export {
  rescaleBilinear,
  rescaledSize,
  resizeAntialiased,
  resizeArea,
  resizeBilinear,
  resizeLinear,
  resizeNearest,
  type ResizeBorder,
} from './resample.ts';
export {
  blendTiles,
  cutTiles,
  planTiles,
  stitchLabels,
  type TileGrid,
  type TileLayout,
  type TilePadding,
  type TilePlan,
} from './tiles.ts';
export { createRowBlender, type RowBlender } from './row-blender.ts';
export { twoMeans, type TwoMeans } from './two-means.ts';
export { watershed } from './watershed.ts';
export { backgroundLevel } from './background.ts';
export { measurePlane, type Intensities } from './intensities.ts';
export { brightLevel, type BrightLevelOptions } from './bright-level.ts';
export { parseXgboostTrees } from './xgboost-json.ts';
export { predictXgboost, type XgboostTree, type XgboostTrees } from './xgboost-trees.ts';
export { measurePlanes, type PlaneMeasures, type PlaneStatistic } from './plane-statistics.ts';
export {
  labelOverlaps,
  matchedPairs,
  matchLabels,
  matchOverlaps,
  poolMatches,
  type LabelMatch,
  type LabelPlane,
  type Overlap,
  type Overlaps,
} from './match-labels.ts';
export { dice, foregroundOverlap, type ForegroundOverlap } from './foreground-overlap.ts';
export { splitsAndMerges, type SplitsAndMerges } from './splits-and-merges.ts';
export { smallObjects, type SmallObjects } from './small-objects.ts';
export {
  AP_THRESHOLDS,
  poolScores,
  scoreLabels,
  type LabelScore,
  type ScoreLabelsOptions,
  type ThresholdScore,
} from './score-labels.ts';
export { measureRegions, type RegionProperty, type Regions, type RegionTable } from './regions.ts';
export { encodeRuns, type LabelRuns } from './runs.ts';
export { synthesizeTissue, type Tissue } from './synth/index.ts';
export { twin } from './twin.ts';
export type { Twin } from './twin-name.ts';
export { releaseKernelMemory } from './wasm/arena.ts';
export { doubleArea, geoJsonGeometry, labelPolygons, type LabelPolygons, type Ring } from './label-polygons.ts';
export { matchNuclei, type MatchNucleiOptions, type NucleusMatch } from './match-nuclei.ts';
export { renumberPaired, replaceIds, strayNuclei, type PairedLabels } from './paired-labels.ts';
export { measureStraightEdges, type StraightEdges } from './straight-edges.ts';
export { overlayOutlines, renderLabels, type Colour, type RenderLabelsOptions } from './render-labels.ts';
export {
  centredPatches,
  extractContexts,
  extractPatches,
  type PatchCells,
  type PatchLayout,
  type PatchOptions,
  type PatchPadding,
} from './patches.ts';
export {
  channelScale,
  cutBatch,
  PATCH_PROFILES,
  patchProfile,
  patchLengths,
  patchRoom,
  repeatPatches,
  preparePatches,
  type ChannelScale,
  type PatchBatch,
  type PatchProfile,
  type PatchProfileId,
  type PatchRoom,
  type PatchSource,
} from './cell-patches/index.ts';
