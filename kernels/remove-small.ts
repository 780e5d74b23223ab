import { outputFor } from './check-out.ts';
import { relabelSequential } from './relabel.ts';
import { twin } from './twin.ts';
import { keepLarge, renameLabels } from './wasm/label-edits.ts';

/**
 * Removes labels with fewer than `minSize` pixels in total, wherever these lie.
 *
 * An area of exactly `minSize` stays, as with `skimage.morphology.remove_small_objects(labels, min_size)` up to 0.25;
 * version 0.26 spells that `max_size = min_size - 1`.
 *
 * @param options.out an array to overwrite and return; a new one when absent.
 * @returns a new int32 plane; the ids of the labels that stay do not change.
 * @throws RangeError if `minSize` is not ≥ 0 a label is negative, or `out` is unfit.
 */
export function removeSmall(labels: Int32Array, minSize: number, options: { out?: Int32Array } = {}): Int32Array {
  if (!(minSize >= 0)) throw new RangeError(`removeSmall: minSize is ${minSize}; pass a number of pixels ≥ 0`);
  const out = outputFor('removeSmall', Int32Array, labels.length, [labels], options.out);
  if (twin() === 'wasm' && renameLabels(labels, out, keepLarge(minSize))) return out;
  const { labels: dense, count } = relabelSequential(labels);
  const areas = new Float64Array(count + 1);
  for (let i = 0; i < dense.length; i++) areas[dense[i]!]!++;
  for (let i = 0; i < out.length; i++) out[i] = areas[dense[i]!]! < minSize ? 0 : labels[i]!;
  return out;
}
