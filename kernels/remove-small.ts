import { distinctIds, isDense, relabelSequential } from './relabel.ts';
import { twin } from './twin.ts';
import { editLabels, removeSmallInWasm } from './wasm/label-edits.ts';

/**
 * Removes labels with fewer than `minSize` pixels in total, wherever these lie.
 *
 * An area of exactly `minSize` stays, as with `skimage.morphology.remove_small_objects(labels, min_size)` up to 0.25;
 * version 0.26 spells that `max_size = min_size - 1`.
 *
 * @returns a new int32 plane; the ids of the labels that stay do not change.
 * @throws RangeError if `minSize` is not ≥ 0 or a label is negative.
 */
export function removeSmall(labels: Int32Array, minSize: number): Int32Array {
  if (!(minSize >= 0)) throw new RangeError(`removeSmall: minSize is ${minSize}; pass a number of pixels ≥ 0`);
  const ids = distinctIds(labels);
  const largest = ids.at(-1) ?? 0;
  if (twin() === 'wasm' && isDense(largest, labels.length)) {
    return editLabels(labels, 1, labels.length, largest, (exports, arena, dense) =>
      removeSmallInWasm(exports, arena, dense, minSize),
    );
  }
  const { labels: dense, count } = relabelSequential(labels);
  const areas = new Float64Array(count + 1);
  for (let i = 0; i < dense.length; i++) areas[dense[i]!]!++;
  const out = Int32Array.from(labels);
  for (let i = 0; i < out.length; i++) if (areas[dense[i]!]! < minSize) out[i] = 0;
  return out;
}
