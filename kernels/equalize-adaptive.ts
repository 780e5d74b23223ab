import { outputFor } from './check-out.ts';
import { checkSize, checkWhole } from './check-size.ts';
import { BINS, histogramToMap } from './clip-histogram.ts';
import { binTable, blockAxis, to16Bits, type EqualizePlan } from './equalize-adaptive-plan.ts';
import { twin } from './twin.ts';
import { equalizeAdaptiveWasm } from './wasm/equalize-adaptive.ts';

export interface EqualizeAdaptiveOptions {
  /** Sides of the blocks in pixels, one for both axes or [along y, along x]; each ≥ 1, also larger than the image. Mesmer's is 128. */
  readonly kernelSize: number | readonly [number, number];
  /** Share of a block's pixels that one bin may hold; 0.01 when absent. 0 or less does not clip. */
  readonly clipLimit?: number;
  /** An array to overwrite and return; a new one when absent. */
  readonly out?: Float32Array;
}

/**
 * Contrast-limited adaptive histogram equalisation (CLAHE) of a (Y, X) plane with values in 0..1.
 *
 * Follows `skimage.exposure.equalize_adapthist(plane, kernel_size, clip_limit, nbins=256)` 0.26 on float32, equal bit for bit: values become
 * 16-bit and then one of 253 bins; every block's histogram is clipped and summed up to a map to 0..16383; each pixel blends the maps of
 * the four blocks around it, in float32 sums of products that were rounded from float64; the whole is stretched to 0..1 in float32. Values
 * in -1..0 count as 0. A plane whose result is constant is clipped to 0..1 instead of stretched, as there: a constant plane becomes all 0 or all 1.
 *
 * (S. M. Pizer et al., Comput. Vis. Graph. Image Process. 39 (1987) 355–368; K. Zuiderveld, Graphics Gems IV (1994).)
 *
 * @returns `height * width` float32 values in 0..1.
 * @throws RangeError for a wrong length, a kernel size that is not whole and ≥ 1, a clip limit that is NaN, a value outside -1..1 or NaN
 *   (its index is named), or an unfit `out`.
 */
export function equalizeAdaptive(
  plane: Float32Array,
  height: number,
  width: number,
  options: EqualizeAdaptiveOptions,
): Float32Array {
  checkSize('equalizeAdaptive: plane', plane.length, height, width);
  const { kernelSize, clipLimit = 0.01 } = options;
  const [sideY, sideX] = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
  for (const side of [sideY, sideX]) checkWhole('equalizeAdaptive: kernelSize', side, 1);
  if (Number.isNaN(clipLimit)) throw new RangeError('equalizeAdaptive: clipLimit is NaN; pass a share, 0.01 is usual');
  const out = outputFor('equalizeAdaptive', Float32Array, plane.length, [plane], options.out);
  if (plane.length === 0) return out;
  const pixels = sideY * sideX;
  const limit = clipLimit > 0 ? Math.trunc(Math.max(clipLimit * pixels, 1)) : pixels;
  const plan = { height, width, y: blockAxis(height, sideY), x: blockAxis(width, sideX), limit };
  if (twin() === 'wasm' && equalizeAdaptiveWasm(plane, plan, out)) return out;
  const bins = binPixels(plane);
  blend(bins, mapBlocks(bins, plan), plan, out);
  stretch(out);
  return out;
}

function binPixels(plane: Float32Array): Uint8Array {
  let low = 65_535;
  let high = 0;
  const levels = new Uint16Array(plane.length);
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]!;
    if (!(value >= -1 && value <= 1)) {
      throw new RangeError(
        `equalizeAdaptive: the value at index ${i} is ${value}; scale the plane to 0..1 before this step`,
      );
    }
    const level = to16Bits(value);
    levels[i] = level;
    if (level < low) low = level;
    if (level > high) high = level;
  }
  const table = binTable(low, high);
  const bins = new Uint8Array(plane.length);
  for (let i = 0; i < bins.length; i++) bins[i] = table[levels[i]!]!;
  return bins;
}

/** The maps of all blocks, 256 entries each, in raster order. */
function mapBlocks(bins: Uint8Array, { width, y, x, limit }: EqualizePlan): Int32Array {
  const maps = new Int32Array(y.blocks * x.blocks * BINS);
  for (let v = 0; v < y.source.length; v++) {
    const row = y.source[v]! * width;
    let map = Math.floor(v / y.side) * x.blocks * BINS;
    for (let u = 0; u < x.source.length; map += BINS) {
      for (const end = u + x.side; u < end; u++) maps[map + bins[row + x.source[u]!]!]!++;
    }
  }
  for (let at = 0; at < maps.length; at += BINS) histogramToMap(maps.subarray(at, at + BINS), limit, y.side * x.side);
  return maps;
}

/** Maps lie at the blocks' middles; pixels outside the outermost middles use the outermost maps alone. */
function blend(bins: Uint8Array, maps: Int32Array, { height, width, y, x }: EqualizePlan, out: Float32Array): void {
  const before = new Int32Array(width);
  const after = new Int32Array(width);
  const rights = new Float64Array(width);
  for (let u = 0; u < width; u++) {
    const place = u + (x.side >> 1);
    before[u] = Math.max(0, Math.floor(place / x.side) - 1) * BINS;
    after[u] = Math.min(x.blocks - 1, Math.floor(place / x.side)) * BINS;
    rights[u] = (place % x.side) / x.side;
  }
  for (let v = 0, i = 0; v < height; v++) {
    const place = v + (y.side >> 1);
    const down = (place % y.side) / y.side;
    const upper = Math.max(0, Math.floor(place / y.side) - 1) * x.blocks * BINS;
    const lower = Math.min(y.blocks - 1, Math.floor(place / y.side)) * x.blocks * BINS;
    for (let u = 0; u < width; u++, i++) {
      const bin = bins[i]!;
      const left = before[u]! + bin;
      const next = after[u]! + bin;
      const right = rights[u]!;
      let grey = Math.fround(maps[upper + left]! * ((1 - right) * (1 - down)));
      grey = Math.fround(grey + Math.fround(maps[upper + next]! * (right * (1 - down))));
      grey = Math.fround(grey + Math.fround(maps[lower + left]! * ((1 - right) * down)));
      grey = Math.fround(grey + Math.fround(maps[lower + next]! * (right * down)));
      out[i] = Math.trunc(grey);
    }
  }
}

function stretch(out: Float32Array): void {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < out.length; i++) {
    if (out[i]! < low) low = out[i]!;
    if (out[i]! > high) high = out[i]!;
  }
  if (high > low) for (let i = 0; i < out.length; i++) out[i] = (out[i]! - low) / (high - low);
  else out.fill(Math.min(1, low));
}
