import type { Labels } from '../image.ts';
import { MORPHOLOGY, type CellType } from './cell-types.ts';
import type { DrawnCells } from './draw-labels.ts';
import { exponential } from './elementary.ts';
import { gradientNoise } from './gradient-noise.ts';
import type { Marker } from './panel.ts';
import type { Random } from './random.ts';

/** Where stain can sit, per pixel, and the texture it shows there. All row-major, 0 outside cells. */
export interface Compartments {
  readonly nucleus: Float32Array;
  readonly cytoplasm: Float32Array;
  readonly membrane: Float32Array;
  /** Slow variation along membranes and within cytoplasm, mean about 0; each channel reads it at its own shift. */
  readonly texture: Float32Array;
}

/** Half-width of a stained membrane with its antibodies, one standard deviation. */
const MEMBRANE_UM = 0.4;
/** Longest depth told apart, in thirds of a pixel. */
const DEEPEST = 60;

/**
 * Depth of every pixel below its label's outline in thirds of a pixel, 0 for outline pixels and background: the 3-4
 * chamfer distance of Borgefors (CVGIP 34, 1986), cut at 60. The image border is no outline.
 */
export function outlineDepth({ height, width, data }: Labels): Uint8Array {
  const depth = new Uint8Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const id = data[i];
      const edge =
        (x > 0 && data[i - 1] !== id) ||
        (x < width - 1 && data[i + 1] !== id) ||
        (y > 0 && data[i - width] !== id) ||
        (y < height - 1 && data[i + width] !== id);
      depth[i] = id === 0 || edge ? 0 : DEEPEST;
    }
  }
  for (const sense of [1, -1]) {
    for (let n = 0; n < data.length; n++) {
      const i = sense === 1 ? n : data.length - 1 - n;
      let least = depth[i] as number;
      if (least === 0) continue;
      const x = i % width;
      const before = sense === 1 ? x > 0 : x < width - 1;
      const after = sense === 1 ? x < width - 1 : x > 0;
      const row = i - sense * width;
      const above = row >= 0 && row < data.length;
      if (before) least = Math.min(least, (depth[i - sense] as number) + 3);
      if (above) least = Math.min(least, (depth[row] as number) + 3);
      if (above && before) least = Math.min(least, (depth[row - sense] as number) + 4);
      if (above && after) least = Math.min(least, (depth[row + sense] as number) + 4);
      depth[i] = least;
    }
  }
  return depth;
}

/** Prepares the places where stain sits: chromatin with clumps and a bright rim, granular cytoplasm, thin membranes. */
export function findCompartments({ cells, nuclei, placed }: DrawnCells, random: Random): Compartments {
  const { height, width, mpp, data } = cells;
  const grid = { rows: height, columns: width };
  const clumps = gradientNoise(grid, 1.7 / mpp, random);
  const granules = gradientNoise(grid, 1.1 / mpp, random);
  const texture = gradientNoise(grid, 3.2 / mpp, random);
  const depth = outlineDepth(cells);
  const nuclearDepth = outlineDepth(nuclei);
  const chromatin = placed.map(
    ({ type, nucleus }) => MORPHOLOGY[type].chromatin * (nucleus?.thickness ?? 0) * random.spread(0.2),
  );
  const rim = Float32Array.from({ length: DEEPEST + 1 }, (_, d) => {
    const away = ((d / 3) * mpp) / MEMBRANE_UM;
    return exponential((-away * away) / 2);
  });

  const nucleus = new Float32Array(data.length);
  const cytoplasm = new Float32Array(data.length);
  const membrane = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const id = data[i] as number;
    if (id === 0) continue;
    const granular = 1 + 0.9 * (granules[i] as number);
    membrane[i] = rim[depth[i] as number] as number;
    if (nuclei.data[i] === 0) cytoplasm[i] = granular;
    else {
      // The nucleus is a ball within the section: thinner at its edge, where the heterochromatin sits.
      const dome = 0.62 + 0.38 * Math.min(1, ((nuclearDepth[i] as number) / 3) * mpp);
      nucleus[i] = (chromatin[id - 1] as number) * dome * (1 + 0.75 * (clumps[i] as number));
      cytoplasm[i] = 0.22 * granular;
    }
  }
  return { nucleus, cytoplasm, membrane, texture };
}

/** Level of one marker in every cell (index id − 1): the type's expression, spread from cell to cell, over a floor. */
export function expressionLevels(marker: Marker, types: readonly CellType[], random: Random): Float32Array {
  return Float32Array.from(types, (type) => {
    const expression = marker.expression[type];
    const floor = 0.012 * random.spread(0.5);
    const positive = random.unit() < (expression?.share ?? 0);
    const variation = random.spread(marker.role === 'nuclear' ? 0.12 : 0.42);
    return floor + (positive ? (expression?.level ?? 0) * variation : 0);
  });
}

/**
 * Light leaving one channel's stain, in counts before optics and camera. `levels` is indexed by id − 1; `shift` moves
 * the shared texture so that channels are not mottled alike.
 */
export function stain(
  marker: Marker,
  levels: Float32Array,
  cells: Labels,
  { nucleus, cytoplasm, membrane, texture }: Compartments,
  shift: number,
): Float32Array {
  const light = new Float32Array(cells.data.length);
  const length = light.length;
  for (let i = 0; i < length; i++) {
    const id = cells.data[i] as number;
    if (id === 0) continue;
    const where = i + shift;
    const patchy = Math.max(0.1, 1 + 1.7 * (texture[where < length ? where : where - length] as number));
    light[i] =
      marker.counts *
      (levels[id - 1] as number) *
      (marker.nucleus * (nucleus[i] as number) +
        patchy * (marker.cytoplasm * (cytoplasm[i] as number) + marker.membrane * (membrane[i] as number)));
  }
  return light;
}
