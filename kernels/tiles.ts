// Tiles: where they lie, cutting an image into them, and joining what comes back.
export {
  planTiles,
  type TileAxis,
  type TileOptions,
  type TilePadding,
  type TilePlan,
  type TileRule,
} from './tile-plan.ts';
export { cutTiles, type CutTilesOptions, type TileLayout } from './cut-tiles.ts';
export { blendTiles, type BlendTilesOptions } from './blend-tiles.ts';
export { stitchLabels, type StitchOptions } from './stitch-labels.ts';
export type { TileGrid, TileSpans } from './stitch-objects.ts';
