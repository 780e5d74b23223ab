import { double, gaussianBlur, halve } from './blur.ts';
import { exponential } from './elementary.ts';
import { normalTable, type Random } from './random.ts';

/** One channel's optics, illumination and detector. */
export interface Exposure {
  /** Counts per detected photon. */
  readonly gain: number;
  /** Counts at no light. */
  readonly offset: number;
  /** Read noise, one standard deviation, in counts. */
  readonly readNoise: number;
  /** In-focus point spread, one standard deviation, in pixels. */
  readonly focusPx: number;
  /** Share of the light scattered within the tissue, and how far: the lateral spill-over. */
  readonly scatter: number;
  readonly scatterPx: number;
  /** Out-of-focus light of the layer below: its share, and how far that layer lies aside, in whole pixels. */
  readonly below: number;
  readonly belowY: number;
  readonly belowX: number;
}

const POISSON_LEVELS = 4096;
const POISSON_STEP = 1 / 8;
const POISSON_LIMIT = 24;

let poissonQuantiles: Uint8Array | undefined;

/** Photon numbers by mean (steps of 1/8 up to 24) and probability (4,096 levels, at their middles). */
function poissonTable(): Uint8Array {
  if (poissonQuantiles !== undefined) return poissonQuantiles;
  const means = POISSON_LIMIT / POISSON_STEP + 1;
  const table = new Uint8Array(means * POISSON_LEVELS);
  for (let m = 0; m < means; m++) {
    const mean = m * POISSON_STEP;
    let probability = exponential(-mean);
    let cumulative = probability;
    let count = 0;
    for (let level = 0; level < POISSON_LEVELS; level++) {
      while (cumulative < (level + 0.5) / POISSON_LEVELS && count < 255) {
        count++;
        probability *= mean / count;
        cumulative += probability;
      }
      table[m * POISSON_LEVELS + level] = count;
    }
  }
  return (poissonQuantiles = table);
}

/**
 * Draws a Poisson number of the given mean (≥ 0). Below 24 from a table of quantiles, the mean dithered between the
 * table's steps so that it is exact on average; above, the normal limit with its first skewness term, rounded.
 */
export function createPoisson(random: Random): (mean: number) => number {
  const table = poissonTable();
  const normals = normalTable();
  return (mean) => {
    const bits = random.uint32();
    if (mean >= POISSON_LIMIT) {
      const z = normals[bits >>> 16] as number;
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * z + (z * z - 1) / 6));
    }
    const position = mean / POISSON_STEP + (bits & 0xffff) / 65536;
    return table[Math.floor(position) * POISSON_LEVELS + (bits >>> 20)] as number;
  };
}

/** Folds an index into 0 … size − 1 by reflection at the borders, which repeat their pixel. */
function mirror(index: number, size: number): number {
  const folded = ((index % (2 * size)) + 2 * size) % (2 * size);
  return folded < size ? folded : 2 * size - 1 - folded;
}

/**
 * Photographs one channel: focused and scattered light, the blurred layer below (the same tissue a cell further on), uneven illumination (up to ±12 % from the centre to a corner,
 * brightest off centre), photon noise, read noise, a few hot pixels. `light` is in counts; `ground` is light that no
 * lens blurs further, such as autofluorescence. Returns counts, clipped to 0 … 65,535.
 */
export function photograph(
  light: Float32Array,
  ground: (pixel: number) => number,
  height: number,
  width: number,
  exposure: Exposure,
  random: Random,
): Uint16Array {
  const { gain, offset, readNoise, scatter } = exposure;
  const sharp = gaussianBlur(light, height, width, exposure.focusPx);
  const rows = Math.ceil(height / 2);
  const columns = Math.ceil(width / 2);
  const wide = gaussianBlur(halve(light, height, width), rows, columns, exposure.scatterPx / 2);
  const glow = double(wide, height, width);
  const underX = Int32Array.from({ length: width }, (_, x) => mirror(x + exposure.belowX, width));

  const centreY = height * random.between(0.35, 0.65);
  const centreX = width * random.between(0.35, 0.65);
  const fall = 0.24 / (height * height + width * width);
  const tiltY = random.between(-0.25, 0.25) / height;
  const tiltX = random.between(-0.25, 0.25) / width;
  const poisson = createPoisson(random);
  const out = new Uint16Array(light.length);
  for (let y = 0, i = 0; y < height; y++) {
    const dy = y - centreY;
    const underRow = mirror(y + exposure.belowY, height) * width;
    for (let x = 0; x < width; x++, i++) {
      const dx = x - centreX;
      const lamp = 1.06 - fall * 2 * (dy * dy + dx * dx);
      const stained =
        (1 - scatter) * (sharp[i] as number) +
        scatter * (glow[i] as number) +
        exposure.below * (glow[underRow + (underX[x] as number)] as number);
      const mean = lamp * (stained + ground(i) * (1 + dy * tiltY + dx * tiltX));
      const counts = offset + gain * poisson(Math.max(0, mean) / gain) + readNoise * random.normal();
      out[i] = Math.max(0, Math.min(65535, Math.round(counts)));
    }
  }
  const hot = Math.round(out.length * 1.5e-5);
  for (let n = 0; n < hot; n++) {
    const i = Math.floor(random.unit() * out.length);
    out[i] = Math.min(65535, (out[i] as number) + Math.round(2000 * random.spread(1)));
  }
  return out;
}
