import { checkResize } from './check-resize.ts';
import type { Plane } from './image.ts';

/** For each output index of an axis the source index on its left and the weight of the one on its right. */
interface Axis {
  readonly left: Int32Array;
  readonly right: Float64Array;
}

/**
 * Resizes a (Y, X) plane by interpolating between the four nearest pixels, without smoothing where it shrinks.
 *
 * Follows `cv2.resize(interpolation=INTER_LINEAR)` 5.0 on float32: output j of an axis lies at (j + 0.5)·(in/out) − 0.5 and beyond the outermost
 * pixel centres the outermost pixel holds. OpenCV's weights are float32 and these float64: results differ by some 1e-6 of the values.
 *
 * Halving a plane of 2048² takes some 50 ms beside the seconds of the network it is for, so there is no WebAssembly twin.
 *
 * @returns `outHeight * outWidth` float32 values, row-major, in the input's unit; NaN spreads to the pixels it has a share in.
 * @throws RangeError for a wrong length, an empty plane, an output side below 1 or an output over 2^29 pixels.
 */
export function resizeLinear(
  plane: Plane,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
): Float32Array {
  checkResize('resizeLinear', plane, height, width, outHeight, outWidth);
  if (outHeight === height && outWidth === width) return new Float32Array(plane);
  const rows = axisOf(height, outHeight);
  const columns = axisOf(width, outWidth);
  const out = new Float32Array(outHeight * outWidth);
  for (let y = 0, i = 0; y < outHeight; y++) {
    const top = rows.left[y]! * width;
    const bottom = Math.min(height - 1, rows.left[y]! + 1) * width;
    const down = rows.right[y]!;
    for (let x = 0; x < outWidth; x++, i++) {
      const left = columns.left[x]!;
      const next = Math.min(width - 1, left + 1);
      const across = columns.right[x]!;
      const above = plane[top + left]! * (1 - across) + plane[top + next]! * across;
      const below = plane[bottom + left]! * (1 - across) + plane[bottom + next]! * across;
      out[i] = above * (1 - down) + below * down;
    }
  }
  return out;
}

function axisOf(n: number, outN: number): Axis {
  const left = new Int32Array(outN);
  const right = new Float64Array(outN);
  for (let j = 0; j < outN; j++) {
    const at = Math.min(n - 1, Math.max(0, (j + 0.5) * (n / outN) - 0.5));
    left[j] = Math.floor(at);
    right[j] = at - left[j]!;
  }
  return { left, right };
}
