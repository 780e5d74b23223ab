import { exponential } from './elementary.ts';

/** Taps −r … r of a Gaussian of `sigma` pixels cut at 3 sigma; they sum to 1. */
function gaussianTaps(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const taps = Float32Array.from({ length: 2 * radius + 1 }, (_, i) => {
    const away = (i - radius) / sigma;
    return exponential((-away * away) / 2);
  });
  const total = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / total);
}

/** Separable Gaussian blur of a row-major plane, `sigma` in pixels (> 0), edge pixels repeated. Returns a new plane. */
export function gaussianBlur(plane: Float32Array, height: number, width: number, sigma: number): Float32Array {
  const taps = gaussianTaps(sigma);
  const radius = (taps.length - 1) / 2;
  const between = new Float32Array(plane.length);
  const padded = new Float32Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    const row = plane.subarray(y * width, (y + 1) * width);
    padded.fill(row[0] as number, 0, radius);
    padded.set(row, radius);
    padded.fill(row[width - 1] as number, radius + width);
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let t = 0; t < taps.length; t++) sum += (taps[t] as number) * (padded[x + t] as number);
      between[y * width + x] = sum;
    }
  }
  const out = new Float32Array(plane.length);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let t = 0; t < taps.length; t++) {
      const from = Math.max(0, Math.min(height - 1, y + t - radius)) * width;
      const tap = taps[t] as number;
      for (let x = 0; x < width; x++) sums[x] = (sums[x] as number) + tap * (between[from + x] as number);
    }
    out.set(sums, y * width);
  }
  return out;
}

/** Halves both sides of a plane by 2 × 2 means; an odd last row or column is repeated. */
export function halve(plane: Float32Array, height: number, width: number): Float32Array {
  const rows = Math.ceil(height / 2);
  const columns = Math.ceil(width / 2);
  const out = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    const upper = 2 * y * width;
    const lower = Math.min(height - 1, 2 * y + 1) * width;
    for (let x = 0; x < columns; x++) {
      const left = 2 * x;
      const right = Math.min(width - 1, left + 1);
      out[y * columns + x] =
        ((plane[upper + left] as number) +
          (plane[upper + right] as number) +
          (plane[lower + left] as number) +
          (plane[lower + right] as number)) /
        4;
    }
  }
  return out;
}

/** The inverse of `halve` for smooth planes: bilinear interpolation back to `height` × `width`, edges repeated. */
export function double(plane: Float32Array, height: number, width: number): Float32Array {
  const rows = Math.ceil(height / 2);
  const columns = Math.ceil(width / 2);
  const out = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    // A fine pixel's centre lies a quarter of a coarse pixel before or behind the centre of the one that covers it.
    const near = (y >> 1) * columns;
    const far = Math.max(0, Math.min(rows - 1, (y >> 1) + (y & 1 ? 1 : -1))) * columns;
    for (let x = 0; x < width; x++) {
      const here = x >> 1;
      const beside = Math.max(0, Math.min(columns - 1, here + (x & 1 ? 1 : -1)));
      out[y * width + x] =
        0.5625 * (plane[near + here] as number) +
        0.1875 * ((plane[near + beside] as number) + (plane[far + here] as number)) +
        0.0625 * (plane[far + beside] as number);
    }
  }
  return out;
}
