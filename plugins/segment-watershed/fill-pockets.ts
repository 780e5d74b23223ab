import { label } from '../../kernels/label.ts';

/** A (Y, X) mask with its 4-connected gaps of fewer than `belowArea` pixels set, those at the border included. */
export function fillPockets(mask: Uint8Array, height: number, width: number, belowArea: number): Uint8Array {
  const gaps = label(
    mask.map((value) => (value === 0 ? 1 : 0)),
    height,
    width,
    4,
  );
  const areas = new Int32Array(gaps.count + 1);
  for (let i = 0; i < mask.length; i++) areas[gaps.labels[i]!]!++;
  return mask.map((value, i) => (value !== 0 || areas[gaps.labels[i]!]! < belowArea ? 1 : 0));
}
