import { outputFor } from './check-out.ts';
import { checkSize, checkWhole } from './check-size.ts';
import { erodeEdges } from './erode-edges.ts';
import { fillHoles } from './fill-holes.ts';
import { checkFinite } from './finite.ts';
import { gaussian } from './gaussian.ts';
import { findSeeds, type DeepWatershedOptions } from './deep-watershed-seeds.ts';
import { greyDilate } from './grey-morphology.ts';
import { label } from './label.ts';
import { relabelSequential } from './relabel.ts';
import { removeSmall } from './remove-small.ts';
import { twin } from './twin.ts';
import { deepWatershedWasm } from './wasm/deep-watershed.ts';
import { watershed } from './watershed.ts';

/**
 * Turns a segmenter's two (Y, X) maps into labels: seeds are maxima of the one, objects are flooded over the other.
 *
 * Follows `deepcell_toolbox.deep_watershed` 0.12 with scikit-image 0.24 (rule `own`, holes `compat`) or the same chain with 0.26 (rule
 * `raised`), equal label for label: Gaussian of both maps, dilation of the interior, h-maxima or peaks, their 8-connected components in
 * raster order, watershed of the negated interior where it exceeds its threshold, erosion, removal of small objects, filling of holes,
 * renumbering 1..n. One image at a time; the maps' unit is the network's.
 *
 * | profile | maximaThreshold | maximaSmooth | interiorThreshold | interiorSmooth |
 * |---|---|---|---|---|
 * | TF Mesmer, whole cell | 0.075 | 0 | 0.2 | 2 |
 * | TF Mesmer, nuclear | 0.1 | 0 | 0.2 | 2 |
 * | torch-mesmer, whole cell | 0.1 | 1 | 0.075 | 1 |
 * | torch-mesmer, nuclear | 0.1 | 0 | 0.075 | 1 |
 *
 * All four: h-maxima, radius 2, small objects 15, holes 15, neither expansion nor erosion (Greenwald et al., Nat. Biotechnol. 40, 2022).
 *
 * @returns int32 ids 1..n, 0 for background.
 * @throws RangeError for wrong lengths, a map that is not finite (the index is named), an option outside its range, or an
 *   unfit `out`.
 */
export function deepWatershed(
  maxima: Float32Array,
  interior: Float32Array,
  height: number,
  width: number,
  options: DeepWatershedOptions,
): Int32Array {
  checkSize('deepWatershed: maxima', maxima.length, height, width);
  checkSize('deepWatershed: interior', interior.length, height, width);
  checkOptions(options);
  const out = outputFor('deepWatershed', Int32Array, maxima.length, [maxima, interior], options.out);
  if (maxima.length === 0) return out;
  if (twin() === 'wasm' && deepWatershedWasm({ maxima, interior, height, width }, options, out)) return out;
  checkFinite('deepWatershed: maxima', maxima);
  checkFinite('deepWatershed: interior', interior);
  const seeds = findSeeds(gaussian(maxima, height, width, options.maximaSmooth), height, width, options);
  let ground = gaussian(interior, height, width, options.interiorSmooth);
  if (options.pixelExpansion > 0) {
    ground = greyDilate(ground, height, width, options.pixelExpansion, { shape: 'square' });
  }
  const mask = new Uint8Array(ground.length);
  // numpy compares a float32 map with the threshold as float32.
  const threshold = Math.fround(options.interiorThreshold);
  for (let i = 0; i < mask.length; i++) mask[i] = ground[i]! > threshold ? 1 : 0;
  for (let i = 0; i < ground.length; i++) ground[i] = -ground[i]!;
  const { labels: markers } = label(seeds, height, width, 8);
  let labels = watershed(ground, markers, height, width, { mask, rule: options.rule });
  labels = erodeEdges(labels, height, width, options.labelErosion);
  labels = removeSmall(labels, options.smallObjects);
  labels = fillHoles(labels, height, width, options.fillHoles, { mode: options.holes });
  return relabelSequential(labels, { out }).labels;
}

function checkOptions(options: DeepWatershedOptions): void {
  for (const name of ['maximaThreshold', 'interiorThreshold'] as const) {
    if (!Number.isFinite(options[name])) {
      throw new RangeError(`deepWatershed: ${name} is ${options[name]}; pass a finite value of the map's unit`);
    }
  }
  if (options.maxima === 'h-maxima' && !(Math.fround(options.maximaThreshold) > 0)) {
    throw new RangeError(`deepWatershed: maximaThreshold is ${options.maximaThreshold}; h-maxima needs a height > 0`);
  }
  for (const name of ['maximaSmooth', 'interiorSmooth'] as const) {
    if (!(options[name] >= 0 && options[name] < Infinity)) {
      throw new RangeError(`deepWatershed: ${name} is ${options[name]}; pass a finite number of pixels ≥ 0`);
    }
  }
  checkWhole('deepWatershed: radius', options.radius, 1);
  for (const name of ['pixelExpansion', 'labelErosion', 'smallObjects', 'fillHoles'] as const) {
    checkWhole(`deepWatershed: ${name}`, options[name], 0);
  }
  const allowed = { maxima: ['h-maxima', 'peak-local-max'], rule: ['own', 'raised'], holes: ['compat', 'fixed'] };
  for (const name of ['maxima', 'rule', 'holes'] as const) {
    if (!allowed[name].includes(options[name])) {
      throw new RangeError(`deepWatershed: ${name} is ${options[name]}; choose ${allowed[name].join(' or ')}`);
    }
  }
}
