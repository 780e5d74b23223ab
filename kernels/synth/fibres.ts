import { REGION, type Layout } from './layout.ts';
import type { Random } from './random.ts';

/**
 * Extracellular matrix: bundles of collagen along the layout's tangents, as line integral convolution of white noise
 * (Cabral and Leedom, SIGGRAPH 1993). Values 0–1 in stroma, vessel walls and aggregates, 0 in nests and lumens.
 * Row-major, `height` × `width`.
 */
export function drawFibres(height: number, width: number, mpp: number, layout: Layout, random: Random): Float32Array {
  const { columns, pitchUm, margin } = layout;
  // Half the image's sampling is plenty for fibres of 1–2 µm, and four times as fast.
  const rows = Math.ceil(height / 2) + 1;
  const cols = Math.ceil(width / 2) + 1;
  const noise = Float32Array.from({ length: rows * cols }, () => random.unit());
  const coarse = new Float32Array(rows * cols);
  const placeOf = (y: number, x: number): number =>
    (Math.round((y * 2 * mpp) / pitchUm) + margin) * columns + Math.round((x * 2 * mpp) / pitchUm) + margin;
  const steps = Math.round(9 / (2 * mpp));
  const strength: Readonly<Record<number, number>> = {
    [REGION.stroma]: 1,
    [REGION.wall]: 0.8,
    [REGION.mantle]: 0.35,
    [REGION.follicle]: 0.15,
  };

  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++, i++) {
      const amount = strength[layout.region[placeOf(y, x)] as number] ?? 0;
      if (amount === 0) continue;
      let sum = noise[i] as number;
      for (const sense of [-1, 1]) {
        let py = y;
        let px = x;
        for (let step = 0; step < steps; step++) {
          const place = placeOf(py, px);
          py = Math.max(0, Math.min(rows - 1, py + sense * (layout.tangentY[place] as number)));
          px = Math.max(0, Math.min(cols - 1, px + sense * (layout.tangentX[place] as number)));
          sum += noise[Math.floor(py) * cols + Math.floor(px)] as number;
        }
      }
      // The mean of n uniforms has deviation 1/√12n; stretch what is above the mean to 0–1.
      const count = 2 * steps + 1;
      const deviations = (sum / count - 0.5) * Math.sqrt(12 * count);
      coarse[i] = amount * Math.max(0, Math.min(1, 0.35 + 0.3 * deviations));
    }
  }

  const out = new Float32Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    const row = y >> 1;
    const fy = (y & 1) / 2;
    for (let x = 0; x < width; x++, i++) {
      const fx = (x & 1) / 2;
      const j = row * cols + (x >> 1);
      const top = (coarse[j] as number) * (1 - fx) + (coarse[j + 1] as number) * fx;
      const bottom = (coarse[j + cols] as number) * (1 - fx) + (coarse[j + cols + 1] as number) * fx;
      out[i] = top * (1 - fy) + bottom * fy;
    }
  }
  return out;
}
