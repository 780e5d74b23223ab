import type { Random } from './random.ts';

/** A scalar field on a regular grid. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Gradient noise (Perlin, SIGGRAPH 1985; quintic fade of 2002) on a grid of `rows` × `columns` samples.
 * `period` is the distance between lattice points in samples (> 0). Values lie within ±1, mostly within ±0.5, mean 0.
 */
export function gradientNoise({ rows, columns }: Grid, period: number, random: Random): Float32Array {
  const across = Math.ceil(columns / period) + 2;
  const down = Math.ceil(rows / period) + 2;
  const gy = new Float32Array(down * across);
  const gx = new Float32Array(down * across);
  for (let i = 0; i < gy.length; i++) [gy[i], gx[i]] = random.direction() as [number, number];

  const fade = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10);
  const cell = new Int32Array(columns);
  const offset = new Float32Array(columns);
  const weight = new Float32Array(columns);
  for (let x = 0; x < columns; x++) {
    const position = x / period;
    const whole = Math.floor(position);
    cell[x] = whole;
    offset[x] = position - whole;
    weight[x] = fade(position - whole);
  }

  const out = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    const position = y / period;
    const whole = Math.floor(position);
    const fy = position - whole;
    const wy = fade(fy);
    for (let x = 0; x < columns; x++) {
      const fx = offset[x] as number;
      const wx = weight[x] as number;
      const i = whole * across + (cell[x] as number);
      const j = i + across;
      const a = (gy[i] as number) * fy + (gx[i] as number) * fx;
      const b = (gy[i + 1] as number) * fy + (gx[i + 1] as number) * (fx - 1);
      const c = (gy[j] as number) * (fy - 1) + (gx[j] as number) * fx;
      const d = (gy[j + 1] as number) * (fy - 1) + (gx[j + 1] as number) * (fx - 1);
      const top = a + wx * (b - a);
      out[y * columns + x] = top + wy * (c + wx * (d - c) - top);
    }
  }
  return out;
}

/** Gradient noise of `octaves` periods, each half the last and `gain` times as strong; scaled so that weights sum to 1. */
export function fractalNoise(grid: Grid, period: number, octaves: number, random: Random, gain = 0.5): Float32Array {
  const out = new Float32Array(grid.rows * grid.columns);
  let total = 0;
  let strength = 1;
  let scale = period;
  for (let octave = 0; octave < octaves; octave++) {
    const layer = gradientNoise(grid, scale, random);
    for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + strength * (layer[i] as number);
    total += strength;
    strength *= gain;
    scale /= 2;
  }
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) / total;
  return out;
}
