import { distanceTransform } from '../../kernels/edt.ts';
import { gaussian } from '../../kernels/gaussian.ts';
import { binaryDilate, binaryErode, removeSmall } from '../../kernels/morphology.ts';
import { otsu } from '../../kernels/otsu.ts';
import { peakLocalMax } from '../../kernels/peaks.ts';
import { relabelSequential } from '../../kernels/relabel.ts';
import { watershed } from '../../kernels/watershed.ts';
import { fillPockets } from './fill-pockets.ts';
import { mergeShallow } from './merge-shallow.ts';

export interface NucleusOptions {
  readonly diameterPx: number;
  readonly minAreaPx: number;
  readonly smoothingPx: number;
  readonly membraneSmoothingPx: number;
  readonly openingPx: number;
  readonly minBrightness: number;
  readonly mergeDepth: number;
  readonly membraneSuppression: number;
}

// Proportions of a nucleus' diameter, found on synthetic tissue and on DSB 2018; see README.md.
const SURROUND = 0.9;
const NEIGHBOURHOOD = 2;
const BLOB = 0.15;
const PEAK_DISTANCE = 0.2;
/** Share of shape, against brightness, in the score that seeds are the maxima of. */
const SHAPE = 0.8;

/** Nuclei as labels 1..n of a (Y, X) signal of 0–1. */
export function findNuclei(
  nuclear: Float32Array,
  membrane: Float32Array | null,
  height: number,
  width: number,
  options: NucleusOptions,
): Int32Array {
  const { mask, score } = rateNuclei(nuclear, membrane, height, width, options);
  const minDistance = Math.max(1, Math.round(PEAK_DISTANCE * options.diameterPx));
  const peaks = peakLocalMax(score, height, width, { minDistance, thresholdAbs: 0, excludeBorder: false });
  const markers = new Int32Array(score.length);
  peaks.forEach((at, index) => (markers[at] = index + 1));
  const parts = watershed(
    score.map((value) => -value),
    markers,
    height,
    width,
    { mask },
  );
  const nuclei = mergeShallow(parts, score, height, width, options.mergeDepth);
  return relabelSequential(removeSmall(nuclei, options.minAreaPx)).labels;
}

/** Where nuclei are, and how much each of their pixels looks like a nucleus' middle. */
function rateNuclei(
  nuclear: Float32Array,
  membrane: Float32Array | null,
  height: number,
  width: number,
  options: NucleusOptions,
): { mask: Uint8Array; score: Float32Array } {
  const signal = membrane === null ? nuclear : suppress(nuclear, membrane, height, width, options);
  const { mask, threshold } = findForeground(signal, height, width, options);
  return { mask, score: scoreNuclei(signal, mask, threshold, height, width, options.diameterPx) };
}

function suppress(
  nuclear: Float32Array,
  membrane: Float32Array,
  height: number,
  width: number,
  { membraneSmoothingPx, membraneSuppression }: NucleusOptions,
): Float32Array {
  const edge = gaussian(membrane, height, width, membraneSmoothingPx);
  return nuclear.map((value, i) => Math.max(0, value - membraneSuppression * edge[i]!));
}

/**
 * Pixels brighter than their surroundings, but at least `minBrightness` times and at most once the field's Otsu threshold: dim nuclei
 * on a dark ground count, the ground between packed nuclei does not. Opened by a small disk, small gaps filled.
 */
function findForeground(
  signal: Float32Array,
  height: number,
  width: number,
  { diameterPx, minAreaPx, smoothingPx, openingPx, minBrightness }: NucleusOptions,
): { mask: Uint8Array; threshold: number } {
  const smooth = gaussian(signal, height, width, smoothingPx);
  const threshold = otsu(smooth);
  const surround = gaussian(signal, height, width, SURROUND * diameterPx);
  const mask = new Uint8Array(signal.length);
  for (let i = 0; i < mask.length; i++) {
    const level = Math.min(Math.max(surround[i]!, minBrightness * threshold), threshold);
    mask[i] = smooth[i]! > level ? 1 : 0;
  }
  const filled = fillPockets(mask, height, width, minAreaPx);
  return { mask: binaryDilate(binaryErode(filled, height, width, openingPx), height, width, openingPx), threshold };
}

/** Above 0 on the mask, about 1 in a typical nucleus, highest in the middle of a nucleus: its depth in radii, and its brightness against the surroundings. */
function scoreNuclei(
  signal: Float32Array,
  mask: Uint8Array,
  threshold: number,
  height: number,
  width: number,
  diameterPx: number,
): Float32Array {
  const depth = gaussian(new Float32Array(distanceTransform(mask, height, width)), height, width, 0.05 * diameterPx);
  const blob = gaussian(signal, height, width, BLOB * diameterPx);
  const surround = gaussian(signal, height, width, NEIGHBOURHOOD * diameterPx);
  // The depth becomes the score where it lies.
  for (let i = 0; i < depth.length; i++) {
    const shape = depth[i]! / (diameterPx / 2);
    const brightness = blob[i]! / (surround[i]! + 0.3 * threshold);
    depth[i] = mask[i] === 0 ? 0 : SHAPE * shape + (1 - SHAPE) * brightness;
  }
  return depth;
}
