import { hMaxima } from './h-maxima.ts';
import { peakLocalMax } from './peaks.ts';

/** Parameters of `deepWatershed`; lengths in pixels, areas in pixels². Mesmer's four profiles are in its docstring. */
export interface DeepWatershedOptions {
  /** How seeds are found on the maxima map. */
  readonly maxima: 'h-maxima' | 'peak-local-max';
  /** Height h of the h-maxima, or the value that peaks must exceed. */
  readonly maximaThreshold: number;
  /** Radius of the disk in which a maximum is looked for, or the least distance of two peaks. */
  readonly radius: number;
  /** σ of the Gaussian over the maxima map; 0 for none. */
  readonly maximaSmooth: number;
  /** Pixels whose smoothed interior is greater belong to objects. */
  readonly interiorThreshold: number;
  /** σ of the Gaussian over the interior map; 0 for none. */
  readonly interiorSmooth: number;
  /** The interior is dilated by a square of side 2·this + 1 after smoothing; 0 for none. */
  readonly pixelExpansion: number;
  /** Layers of inner boundary taken off every object; 0 for none. */
  readonly labelErosion: number;
  /** Objects of fewer pixels are dropped. */
  readonly smallObjects: number;
  /** Holes of fewer pixels are filled; 0 for none. */
  readonly fillHoles: number;
  /** Queue rule of the watershed; Mesmer's published stack pins a scikit-image that follows `own`. */
  readonly rule: 'own' | 'raised';
  /** An array to overwrite and return; a new one when absent. */
  readonly out?: Int32Array;
  /** Which regions count as holes, see `fillHoles`; `compat` is what deepcell-toolbox does. */
  readonly holes: 'compat' | 'fixed';
}

/** 1 on seeds, 0 elsewhere. */
export function findSeeds(
  maxima: Float32Array,
  height: number,
  width: number,
  options: DeepWatershedOptions,
): Uint8Array {
  const { maximaThreshold, radius } = options;
  if (options.maxima === 'h-maxima') return hMaxima(maxima, height, width, { h: maximaThreshold, radius });
  const seeds = new Uint8Array(maxima.length);
  const peaks = { minDistance: radius, thresholdAbs: maximaThreshold, excludeBorder: false };
  for (const at of peakLocalMax(maxima, height, width, peaks)) seeds[at] = 1;
  return seeds;
}
