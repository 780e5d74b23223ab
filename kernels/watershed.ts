import { outputFor } from './check-out.ts';
import { checkSize } from './check-size.ts';
import type { Plane } from './image.ts';
import { twin } from './twin.ts';
import { flood } from './watershed-flood.ts';
import { LARGEST_LABEL, nanAt } from './watershed-scene.ts';
import { watershedWasm } from './wasm/watershed.ts';

/**
 * Floods a (Y, X) landscape from markers, lowest values first, and returns the label that reached each pixel.
 *
 * Follows `skimage.segmentation.watershed(landscape, markers, mask=mask, watershed_line=line)` (4-connected, compactness
 * 0), equal pixel for pixel on plateaus and ties too: a queue ordered by (value, age); marker pixels enter in raster order
 * with age 0; each free neighbour, in the order up, left, right, down, takes the label when it enters and the next age.
 * Markers of equal value leave in the order in which the library's heap would give them out.
 *
 * @param landscape values of any unit; cells are usually found on a negated map. -0 is 0, infinities are values.
 * @param markers int32 plane; every value other than 0 is a seed with that label. Seeds outside the mask are dropped.
 * @param options.mask pixels that may be labelled (not 0); all when absent.
 * @param options.rule what a pixel is queued by. `raised` (default; scikit-image 0.25 and 0.26): the larger of its own
 *   value and the value just taken out, so water never runs below its level. `own` (scikit-image ≤ 0.24): its own value.
 *   They differ on landscapes with many equal values.
 * @param options.line whether a line of zeros, one pixel wide, keeps labels apart. A pixel then takes its label when it
 *   leaves the queue, and is line if it has neighbours of two labels. With `raised` it follows scikit-image 0.26, where
 *   water also spreads over the line; with `own` 0.24, where it stops there. Seeds that touch are not kept apart.
 * @param options.out an array to overwrite and return; a new one when absent.
 * @returns int32 labels, 0 where the mask is 0, no marker can reach, or the line runs.
 * @throws RangeError for a wrong length, another rule, NaN in the landscape (its index is named), or an unfit `out`.
 */
export function watershed(
  landscape: Plane,
  markers: Int32Array,
  height: number,
  width: number,
  options: { mask?: Uint8Array; rule?: 'own' | 'raised'; line?: boolean; out?: Int32Array } = {},
): Int32Array {
  const { mask = null, rule = 'raised', line = false } = options;
  checkSize('watershed: landscape', landscape.length, height, width);
  checkSize('watershed: markers', markers.length, height, width);
  if (mask !== null) checkSize('watershed: mask', mask.length, height, width);
  if (rule !== 'own' && rule !== 'raised') {
    throw new RangeError(`watershed: rule is ${String(rule)}; choose 'raised' (scikit-image ≥ 0.25) or 'own' (≤ 0.24)`);
  }
  const labels = outputFor('watershed', Int32Array, landscape.length, [landscape, markers, mask], options.out);
  if (landscape.length === 0) return labels;
  const names = namesOf(markers);
  const seeds = names === null ? markers : renamed(markers, names);
  const raised = rule === 'raised';
  if (twin() === 'wasm') watershedWasm(landscape, seeds, mask, height, width, { raised, line }, labels);
  else labels.set(flood({ keys: orderedKeys(landscape), markers: seeds, mask, height, width, raised, line }));
  if (names !== null) for (let i = 0; i < labels.length; i++) labels[i] = names[labels[i]!]!;
  return labels;
}

/** The labels in use (0 first) if one is negative or too large for the flood, else null. */
function namesOf(markers: Int32Array): Int32Array | null {
  let least = 0;
  let most = 0;
  for (let i = 0; i < markers.length; i++) {
    least = Math.min(least, markers[i]!);
    most = Math.max(most, markers[i]!);
  }
  if (least === 0 && most <= LARGEST_LABEL) return null;
  const names = new Set(markers);
  names.delete(0);
  return Int32Array.from([0, ...names]);
}

function renamed(markers: Int32Array, names: Int32Array): Int32Array {
  const places = new Map<number, number>();
  names.forEach((name, place) => places.set(name, place));
  return markers.map((name) => places.get(name)!);
}

/** int32 keys in the order of the values, equal where those are equal. */
function orderedKeys(landscape: Plane): Int32Array {
  if (landscape instanceof Uint32Array) return Int32Array.from(landscape, (value) => value ^ (1 << 31));
  if (!(landscape instanceof Float32Array)) return Int32Array.from(landscape);
  const values = new Float32Array(landscape.length);
  for (let i = 0; i < values.length; i++) {
    // Adding 0 makes 0 of -0.
    values[i] = landscape[i]! + 0;
    if (values[i] !== values[i]) throw nanAt(i);
  }
  return new Int32Array(values.buffer).map((bits) => (bits < 0 ? bits ^ 0x7fffffff : bits));
}
