import { checkWhole } from './check-size.ts';
import { checkLayout, type TileLayout } from './cut-tiles.ts';
import type { TileAxis, TilePlan } from './tile-plan.ts';
import { twin } from './twin.ts';
import { blendTilesWasm } from './wasm/blend-tiles.ts';

export interface BlendTilesOptions {
  /** Values per pixel in `tiles`; 1 unless given. */
  readonly channels?: number;
  /** The channels wanted, in this order; all unless given. */
  readonly pick?: readonly number[];
  /** `NCHW` unless given. */
  readonly layout?: TileLayout;
}

/** Tiles and strides from which on deepcell-toolbox blends at all. */
const LEAST_TILE = 32;
const LEAST_STRIDE = 0.5;

/**
 * Joins what a model made of all tiles of a plan, in their order, to planes of the image's size.
 *
 * Follows deepcell-toolbox e8c1277 (`untile_image`, power 2) as Mesmer uses it. Where tiles overlap by o pixels each counts with a window
 * that rises over them as w(k) = 2t² up to the middle and 1 - 2(1-t)² from there, t = (2k+1)/2o, divided by its largest value; the
 * window of a tile is the product of its two axes. Sums are float64 and rounded to float32 once.
 * - `compat`: windows that overlap sum to a little more than 1 (1.000122 for o = 64, its square at corners). If one axis has a
 *   single tile, a tile is below 32 pixels or the stride below half of it, nothing is blended and later tiles cover earlier ones.
 * - `fixed`: each axis on its own, for any tile and stride, and windows are divided by their sum, so that a constant stays what it is.
 *
 * @param tiles `count · channels · tile²` float32 values in the order of `layout`.
 * @returns one float32 plane of `plan.height * plan.width` values per picked channel.
 * @throws RangeError for another length, a channel that there is not, or an unknown layout.
 */
export function blendTiles(
  tiles: Float32Array,
  plan: TilePlan,
  { channels = 1, pick = Array.from({ length: channels }, (_, c) => c), layout = 'NCHW' }: BlendTilesOptions = {},
): Float32Array[] {
  checkWhole('blendTiles: channels', channels, 1);
  checkLayout('blendTiles', layout);
  const area = plan.tile * plan.tile;
  if (tiles.length !== plan.count * channels * area) {
    throw new RangeError(
      `blendTiles: ${tiles.length} values, but ${plan.count} tiles of ${plan.tile}×${plan.tile}×${channels} have ${plan.count * channels * area}`,
    );
  }
  for (const channel of pick) {
    if (!Number.isInteger(channel) || channel < 0 || channel >= channels) {
      throw new RangeError(`blendTiles: channel ${channel} of ${channels}; pick from 0 to ${channels - 1}`);
    }
  }
  const [rowWeights, columnWeights] = weights(plan);
  const [step, perChannel] = layout === 'NCHW' ? [1, area] : [channels, 1];
  return pick.map((channel) => {
    const at = channel * perChannel;
    const part = { ...plan, rowWeights, columnWeights, at, step, perTile: channels * area };
    return twin() === 'wasm' ? blendTilesWasm(tiles, part) : joined(tiles, part);
  });
}

/** A plan with each pixel's weight per axis and tile, and where a channel lies in the batch: `at`, then every `step`-th value. */
export interface BlendPlan extends TilePlan {
  readonly rowWeights: readonly Float64Array[];
  readonly columnWeights: readonly Float64Array[];
  readonly at: number;
  readonly step: number;
  readonly perTile: number;
}

/** The plain form of `blendTilesWasm`. */
function joined(tiles: Float32Array, plan: BlendPlan): Float32Array {
  const { height, width, tile, rows, columns, rowWeights, columnWeights, at, step, perTile } = plan;
  const out = new Float32Array(height * width);
  const sum = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sum.fill(0);
    for (let r = 0; r < rows.starts.length; r++) {
      const i = y - rows.starts[r]!;
      if (i < 0 || i >= tile || rowWeights[r]![i] === 0) continue;
      for (let c = 0; c < columns.starts.length; c++) {
        const from = (r * columns.starts.length + c) * perTile + at + i * tile * step;
        addRow(tiles, from, step, rowWeights[r]![i]!, columnWeights[c]!, columns.starts[c]!, sum);
      }
    }
    out.set(sum, y * width);
  }
  return out;
}

function addRow(
  tiles: Float32Array,
  from: number,
  step: number,
  weight: number,
  weights: Float64Array,
  start: number,
  sum: Float64Array,
): void {
  const first = Math.max(0, -start);
  const end = Math.min(weights.length, sum.length - start);
  for (let j = first, p = from + first * step, x = start + first; j < end; j++, p += step, x++) {
    sum[x]! += tiles[p]! * (weight * weights[j]!);
  }
}

/** Per axis and tile, the weight of each pixel. */
function weights({ rows, columns, tile, rule }: TilePlan): [Float64Array[], Float64Array[]] {
  if (rule === 'fixed') return [shares(rows, tile), shares(columns, tile)];
  const blended =
    tile >= LEAST_TILE &&
    [rows, columns].every(({ starts, overlap }) => starts.length > 1 && tile - overlap >= LEAST_STRIDE * tile);
  const axis = blended ? windows : lastOnTop;
  return [axis(rows, tile), axis(columns, tile)];
}

/** 0 where a later tile lies, 1 elsewhere. */
function lastOnTop({ starts, overlap }: TileAxis, tile: number): Float64Array[] {
  return starts.map((_, i) => {
    const weight = new Float64Array(tile).fill(1);
    return i === starts.length - 1 ? weight : weight.fill(0, tile - overlap);
  });
}

function windows({ starts, overlap }: TileAxis, tile: number): Float64Array[] {
  // Tiles that overlap by more than half have no room for both ramps.
  const ramp = rise(Math.min(overlap, Math.floor(tile / 2)));
  return starts.map((_, i) => {
    const weight = new Float64Array(tile).fill(1);
    if (i > 0) weight.set(ramp, 0);
    if (i < starts.length - 1) weight.set(ramp.slice().reverse(), tile - ramp.length);
    return weight;
  });
}

/** The windows divided by their sum at each pixel. */
function shares(axis: TileAxis, tile: number): Float64Array[] {
  const weights = windows(axis, tile);
  const origin = axis.starts[0]!;
  const sum = new Float64Array(axis.starts.at(-1)! + tile - origin);
  for (const [i, weight] of weights.entries()) weight.forEach((w, j) => (sum[axis.starts[i]! - origin + j]! += w));
  return weights.map((weight, i) => weight.map((w, j) => w / sum[axis.starts[i]! - origin + j]!));
}

/** The first half of the spline window of 2 · `overlap` samples. */
function rise(overlap: number): Float64Array {
  const middle = Math.floor(overlap / 2);
  const largest = 1 - (1 / overlap) ** 2 / 2;
  return Float64Array.from({ length: overlap }, (_, k) => {
    // The library's window of two samples has no middle and stays at its largest value.
    if (overlap === 1) return 1;
    const t = (2 * k + 1) / (2 * overlap);
    return (k < middle ? (2 * t) ** 2 / 2 : 1 - (2 * (t - 1)) ** 2 / 2) / largest;
  });
}
