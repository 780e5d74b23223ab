import { resizeArea } from '../../kernels/resample.ts';
import type { Options } from './params.ts';

/** Both nets' maps of one field on one grid: probabilities as 0–255, (Y, X). */
export interface HpaMaps {
  readonly height: number;
  readonly width: number;
  readonly nucleusBorder: Uint8Array;
  readonly nucleus: Uint8Array;
  readonly cellBorder: Uint8Array;
  readonly cell: Uint8Array;
}

/** What the post-processing goes by; sizes in pixels of the maps it is given. */
export type LabelRules = Omit<Options, 'nuclear' | 'microtubules' | 'er' | 'fullScale' | 'pad' | 'postScale'>;

/** Maps with every pixel repeated `factor` times along y and x: enlarging by area, as the published code does. */
export function enlargeMaps(maps: HpaMaps, factor: number): HpaMaps {
  const height = factor * maps.height;
  const width = factor * maps.width;
  const enlarge = (map: Uint8Array): Uint8Array => resizeArea(map, maps.height, maps.width, height, width);
  return {
    height,
    width,
    nucleusBorder: enlarge(maps.nucleusBorder),
    nucleus: enlarge(maps.nucleus),
    cellBorder: enlarge(maps.cellBorder),
    cell: enlarge(maps.cell),
  };
}

/** The rules that are sizes. */
export type LabelSizes = Pick<
  LabelRules,
  'minSeedPx' | 'maxNucleusHolePx' | 'minNucleusPartPx' | 'minNucleusPx' | 'minCellPx' | 'closingRadiusPx'
>;

/**
 * The sizes on a grid of `scale` times as many pixels along y and x: areas times scale², the radius times scale, rounded to whole
 * pixels, half to even (Python's `round`). The published constants become, at 0.5, 125, 250, 2, 625, 1375 and a radius of 3; at 0.25,
 * 31, 62, 0, 156, 344 and a radius of 2.
 */
export function scaleSizes(sizes: LabelSizes, scale: number): LabelSizes {
  const area = (px: number): number => roundHalfEven(px * scale ** 2);
  return {
    minSeedPx: area(sizes.minSeedPx),
    maxNucleusHolePx: area(sizes.maxNucleusHolePx),
    minNucleusPartPx: area(sizes.minNucleusPartPx),
    minNucleusPx: area(sizes.minNucleusPx),
    minCellPx: area(sizes.minCellPx),
    closingRadiusPx: roundHalfEven(sizes.closingRadiusPx * scale),
  };
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** 1 where a map's probability is above a limit. */
export function above(map: Uint8Array, limit: number): Uint8Array {
  const passes = Uint8Array.from({ length: 256 }, (_, value) => Number(value / 255 > limit));
  return map.map((value) => passes[value]!);
}
