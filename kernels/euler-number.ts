import type { LabelRuns } from './runs.ts';

/**
 * The Euler number of every object, in the order of `runs.ids`: its 8-connected parts minus their holes, as scikit-image 0.26
 * `regionprops(...).euler_number` counts it.
 *
 * The sum over 2×2 windows (a b / c d) is +1 where d alone of a, b, c, d is set and -1 where b and c are set and a is not. Both need
 * the pixel to the left to be outside, so only the first pixel of each run has to be looked at.
 */
export function measureEulerNumbers(labels: Int32Array, runs: LabelRuns): Int32Array {
  const { height, width, ids, object, start } = runs;
  const euler = new Int32Array(ids.length);
  for (let r = 0; r < start.length; r++) {
    const i = start[r]!;
    const k = object[r]!;
    const id = ids[k]!;
    const y = Math.floor(i / width);
    const x = i - y * width;
    const above = y > 0 && labels[i - width] === id;
    const aboveLeft = y > 0 && x > 0 && labels[i - width - 1] === id;
    if (!above && !aboveLeft) euler[k]!++;
    if (y < height - 1 && x > 0 && labels[i + width - 1] === id) euler[k]!--;
  }
  return euler;
}
