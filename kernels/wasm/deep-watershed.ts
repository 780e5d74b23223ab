import { findSeeds, type DeepWatershedOptions } from '../deep-watershed-seeds.ts';
import { gaussian, gaussianWeights } from '../gaussian.ts';
import { hMaximaRule } from '../h-maxima.ts';
import { inWasm, type Arena } from './arena.ts';
import { erodeEdgesInWasm, type ErodeEdgesExports } from './erode-edges.ts';
import { smoothInWasm, type GaussianExports } from './gaussian.ts';
import { greyDilateInWasm, type GreyExports } from './grey-morphology.ts';
import { hMaximaInWasm, type HMaximaExports } from './h-maxima.ts';
import {
  fillHolesInWasm,
  keepLarge,
  labelScene,
  numberInto,
  renameInWasm,
  type LabelEditsExports,
} from './label-edits.ts';
import { labelInWasm } from './label.ts';
import { floodInWasm, type WatershedExports } from './watershed.ts';

interface Exports
  extends WatershedExports, GaussianExports, GreyExports, HMaximaExports, LabelEditsExports, ErodeEdgesExports {
  markAbove(at: number, to: number, count: number, threshold: number): void;
}

interface Maps {
  readonly maxima: Float32Array;
  readonly interior: Float32Array;
  readonly height: number;
  readonly width: number;
}

/**
 * The WebAssembly twin of `deepWatershed`, after its checks: all stages in one working memory, each on what the one before left, so that a
 * plane of 2048² needs about 120 MB.
 *
 * @returns false, and nothing written, if a map has values that are not finite.
 */
export function deepWatershedWasm(maps: Maps, options: DeepWatershedOptions, out: Int32Array): boolean {
  const { interior, height, width } = maps;
  return inWasm<Exports, boolean>((exports, arena) => {
    const labels = arena.reserve(4 * out.length);
    const ground = arena.put(interior);
    const seeds = arena.reserve(out.length);
    if (!isFinite(exports, arena, ground, out.length) || !markSeeds(exports, arena, maps, options, seeds)) return false;
    if (options.interiorSmooth > 1e-15) {
      smoothInWasm(exports, arena, ground, height, width, gaussianWeights(options.interiorSmooth));
    }
    if (options.pixelExpansion > 0) {
      expand(exports, arena, ground, height, width, options.pixelExpansion);
    }
    const mask = arena.reserve(out.length);
    exports.markAbove(ground, mask, out.length, options.interiorThreshold);
    // Negated, so that water rises from the cells' middles.
    exports.orderKeys(ground, out.length, -0);
    const markers = arena.reserve(4 * out.length);
    labelInWasm(exports, arena, seeds, markers, height, width, 8);
    const rule = { raised: options.rule === 'raised', line: false };
    floodInWasm(exports, arena, { keys: ground, markers, mask, labels, height, width, ...rule });
    arena.release(ground);
    tidy(exports, arena, labels, height, width, options);
    out.set(arena.view(Int32Array, labels, out.length));
    return true;
  });
}

/** Dilates the map at `ground` by a square, where it lies. */
function expand(exports: Exports, arena: Arena, ground: number, height: number, width: number, radius: number): void {
  const to = arena.reserve(4 * height * width);
  greyDilateInWasm(exports, arena, ground, to, height, width, radius, 'square');
  arena.view(Float32Array, ground, height * width).set(arena.view(Float32Array, to, height * width));
  arena.release(to);
}

/** Marks the seeds in the u8 plane at `seeds`; false if the map of maxima is not finite. */
function markSeeds(
  exports: Exports,
  arena: Arena,
  { maxima, height, width }: Maps,
  options: DeepWatershedOptions,
  seeds: number,
): boolean {
  const { top } = arena;
  const at = arena.put(maxima);
  if (!isFinite(exports, arena, at, maxima.length)) return false;
  if (options.maxima === 'h-maxima') {
    if (options.maximaSmooth > 1e-15) {
      smoothInWasm(exports, arena, at, height, width, gaussianWeights(options.maximaSmooth));
    }
    const rule = hMaximaRule(options.maximaThreshold, options.radius);
    if (!hMaximaInWasm(exports, arena, at, seeds, height, width, rule)) return false;
  } else {
    const found = findSeeds(gaussian(maxima, height, width, options.maximaSmooth), height, width, options);
    arena.view(Uint8Array, seeds, found.length).set(found);
  }
  arena.release(top);
  return true;
}

function isFinite(exports: HMaximaExports, arena: Arena, at: number, count: number): boolean {
  const to = arena.reserve(8);
  const odd = exports.planeExtremes(at, count, to) !== 0;
  const [low, high] = arena.view(Float32Array, to, 2) as unknown as [number, number];
  arena.release(to);
  return !odd && low > -Infinity && high < Infinity;
}

/** Erodes, drops small objects, fills holes and renumbers, where the labels lie. */
function tidy(
  exports: Exports,
  arena: Arena,
  labels: number,
  height: number,
  width: number,
  options: DeepWatershedOptions,
): void {
  const { top } = arena;
  if (options.labelErosion > 0) erodeEdgesInWasm(exports, arena, labels, height, width, options.labelErosion);
  const scene = labelScene(exports, arena, labels, height, width);
  renameInWasm(exports, arena, scene, keepLarge(options.smallObjects));
  fillHolesInWasm(exports, arena, scene, options.fillHoles, options.holes);
  arena.release(top);
  renameInWasm(exports, arena, labelScene(exports, arena, labels, height, width), numberInto([]));
  arena.release(top);
}
