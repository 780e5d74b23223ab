import { outputFor } from './check-out.ts';
import { isDense } from './dense-ids.ts';
import { twin } from './twin.ts';
import { numberInto, renameLabels } from './wasm/label-edits.ts';

/**
 * Renumbers the ids of a label image to 1..count in ascending order of the old ids; 0 stays 0.
 *
 * Follows `skimage.segmentation.relabel_sequential` 0.26.
 *
 * @param options.out an array to overwrite and return; a new one when absent.
 * @returns the new int32 plane, the new id of each old one (ascending; 0 is not listed), and the number of ids.
 * @throws RangeError for a negative id (its index is named), or an unfit `out`.
 */
export function relabelSequential(
  labels: Int32Array,
  options: { out?: Int32Array } = {},
): {
  labels: Int32Array;
  map: Map<number, number>;
  count: number;
} {
  const out = outputFor('relabelSequential', Int32Array, labels.length, [labels], options.out);
  const found: number[] = [];
  const done = twin() === 'wasm' && renameLabels(labels, out, numberInto(found));
  const ids = done ? found : distinctIds(labels);
  const map = new Map<number, number>();
  for (const id of ids) map.set(id, map.size + 1);
  if (done) return { labels: out, map, count: map.size };
  const largest = ids.at(-1) ?? 0;
  if (isDense(largest, labels.length)) {
    const table = new Int32Array(largest + 1);
    for (const [id, number] of map) table[id] = number;
    for (let i = 0; i < out.length; i++) out[i] = table[labels[i]!]!;
  } else {
    for (let i = 0, id = 0, number = 0; i < out.length; i++) {
      // Neighbouring pixels mostly share an id, so most look-ups are saved.
      if (labels[i] !== id) {
        id = labels[i]!;
        number = map.get(id) ?? 0;
      }
      out[i] = number;
    }
  }
  return { labels: out, map, count: map.size };
}

/** The ids other than 0, ascending. @throws RangeError for a negative id. */
export function distinctIds(labels: Int32Array): Int32Array {
  let largest = 0;
  for (let i = 0; i < labels.length; i++) {
    const id = labels[i]!;
    if (id < 0) throw new RangeError(`relabelSequential: the label at index ${i} is ${id}; labels must be ≥ 0`);
    if (id > largest) largest = id;
  }
  if (!isDense(largest, labels.length)) {
    const ids = new Set(labels);
    ids.delete(0);
    return Int32Array.from(ids).sort();
  }
  const present = new Uint8Array(largest + 1);
  for (let i = 0; i < labels.length; i++) present[labels[i]!] = 1;
  const ids: number[] = [];
  for (let id = 1; id <= largest; id++) if (present[id] === 1) ids.push(id);
  return Int32Array.from(ids);
}
