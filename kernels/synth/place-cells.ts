import { MORPHOLOGY, type CellType } from './cell-types.ts';
import { REGION, type Composition, type Layout } from './layout.ts';
import type { Random } from './random.ts';

/** A nucleus as the section shows it. `thickness` is how much of it lies in the section, relative to one cut in half. */
export interface Nucleus {
  readonly y: number;
  readonly x: number;
  readonly long: number;
  readonly short: number;
  readonly thickness: number;
}

/** One cell before it is drawn. Lengths in µm from the image's upper left pixel centre. */
export interface PlacedCell {
  readonly type: CellType;
  readonly y: number;
  readonly x: number;
  /** Unit vector of the long axis. */
  readonly alongY: number;
  readonly alongX: number;
  /** Semi-axes. */
  readonly long: number;
  readonly short: number;
  /** The nucleus, or null where the section missed it. */
  readonly nucleus: Nucleus | null;
}

type Mix = readonly (readonly [CellType, number])[];

/** Who lives where, apart from the infiltrate. */
const RESIDENTS: Readonly<Record<number, Mix>> = {
  [REGION.stroma]: [
    ['Fibroblast', 0.9],
    ['Endothelial', 0.1],
  ],
  [REGION.nest]: [['Tumor', 1]],
  [REGION.follicle]: [
    ['Bcell', 0.83],
    ['CD4T', 0.08],
    ['Dendritic', 0.06],
    ['Macrophage', 0.03],
  ],
  [REGION.mantle]: [
    ['CD4T', 0.47],
    ['CD8T', 0.21],
    ['Bcell', 0.15],
    ['Treg', 0.06],
    ['Dendritic', 0.07],
    ['Macrophage', 0.04],
  ],
  [REGION.lumen]: [
    ['NK', 0.4],
    ['CD8T', 0.25],
    ['Macrophage', 0.35],
  ],
  [REGION.wall]: [['Endothelial', 1]],
};

/** The infiltrate of stroma and nests. */
const INFILTRATE: Readonly<Record<number, Mix>> = {
  [REGION.stroma]: [
    ['CD4T', 0.29],
    ['CD8T', 0.23],
    ['Macrophage', 0.26],
    ['Treg', 0.07],
    ['NK', 0.06],
    ['Dendritic', 0.06],
    ['Bcell', 0.03],
  ],
  [REGION.nest]: [
    ['CD8T', 0.46],
    ['Macrophage', 0.27],
    ['NK', 0.11],
    ['Treg', 0.08],
    ['Dendritic', 0.08],
  ],
};

/** Share of nuclei that lie above or below a 5 µm section through the cell. */
const MISSED_NUCLEI = 0.03;
/** Neighbours are looked for at least this far away; only the very longest spindles could collide end to end beyond it. */
const BUCKET_UM = 20;
const GIVE_UP_AFTER = 40;

function pick(mix: Mix, random: Random): CellType {
  let left = random.unit() * mix.reduce((sum, [, share]) => sum + share, 0);
  for (const [type, share] of mix) if ((left -= share) < 0) return type;
  return (mix[mix.length - 1] as readonly [CellType, number])[0];
}

/** Radius of an ellipse in the direction (dy, dx), which need not have unit length. */
function radiusTowards(cell: PlacedCell, dy: number, dx: number, length: number): number {
  const along = (dy * cell.alongY + dx * cell.alongX) / (length * cell.long);
  const across = (dx * cell.alongY - dy * cell.alongX) / (length * cell.short);
  return 1 / Math.sqrt(along * along + across * across);
}

/** The nucleus a section shows: cut at a random height, so smaller and thinner than in the middle, and off centre. */
function cutNucleus(type: CellType, radius: number, y: number, x: number, random: Random): Nucleus | null {
  const form = MORPHOLOGY[type];
  const aspect = Math.max(1, 1 + (form.nucleusAspect - 1) * random.between(0.5, 1.5));
  const whole = Math.min(form.nucleusRadiusUm * (1 + 0.12 * random.normal()), 0.88 * radius);
  const height = random.between(-0.85, 0.85);
  const chord = Math.sqrt(1 - height * height);
  const room = form.cellAspect > 2 ? 0.25 : 0.9;
  const shift = room * Math.max(0, radius - whole * chord) * Math.sqrt(random.unit());
  const [shiftY, shiftX] = random.direction();
  const stretch = Math.sqrt(aspect);
  if (random.unit() < MISSED_NUCLEI) return null;
  return {
    y: y + shiftY * shift,
    x: x + shiftX * shift,
    long: whole * chord * stretch,
    short: (whole * chord) / stretch,
    thickness: 0.3 + 0.7 * chord,
  };
}

function shapeCell(
  type: CellType,
  y: number,
  x: number,
  tangent: readonly [number, number],
  random: Random,
): PlacedCell {
  const form = MORPHOLOGY[type];
  const stretch = Math.sqrt(Math.max(1, 1 + (form.cellAspect - 1) * random.between(0.5, 1.5)));
  const radius = form.cellRadiusUm * (1 + 0.13 * random.normal());
  // Spindle-shaped cells lie along the fibres, round ones anyhow.
  const stray = random.direction();
  const order = form.cellAspect > 2 ? 2.5 : 0.3;
  const wantedY = order * tangent[0] + stray[0];
  const wantedX = order * tangent[1] + stray[1];
  const length = Math.sqrt(wantedY * wantedY + wantedX * wantedX);
  return {
    type,
    y,
    x,
    alongY: length > 0.01 ? wantedY / length : 0,
    alongX: length > 0.01 ? wantedX / length : 1,
    long: radius * stretch,
    short: radius / stretch,
    nucleus: cutNucleus(type, radius, y, x, random),
  };
}

/**
 * Fills the layout with cells by dart throwing with elliptical darts: a cell is kept when it stays clear of all others
 * by `0.74 / density` of the sum of the two radii along the line between them, so that most cells touch and some nuclei
 * too. A type that finds no room is tried again elsewhere in its region, which keeps the regions' mixtures as declared.
 */
export function placeCells(layout: Layout, composition: Composition, random: Random): PlacedCell[] {
  const { rows, columns, pitchUm, margin } = layout;
  const spanY = rows * pitchUm;
  const spanX = columns * pitchUm;
  const across = Math.ceil(spanX / BUCKET_UM) + 2;
  const buckets: PlacedCell[][] = Array.from({ length: across * (Math.ceil(spanY / BUCKET_UM) + 2) }, () => []);
  const bucketOf = (y: number, x: number): number =>
    (Math.floor(y / BUCKET_UM) + 1) * across + Math.floor(x / BUCKET_UM) + 1;
  const clearance = 0.74 / composition.density;

  const fits = (cell: PlacedCell): boolean => {
    const home = bucketOf(cell.y, cell.x);
    for (let row = -1; row <= 1; row++) {
      for (let column = -1; column <= 1; column++) {
        for (const other of buckets[home + row * across + column] ?? []) {
          const dy = other.y - cell.y;
          const dx = other.x - cell.x;
          const distance = Math.sqrt(dy * dy + dx * dx);
          if (distance === 0) return false;
          const touching = radiusTowards(cell, dy, dx, distance) + radiusTowards(other, dy, dx, distance);
          if (distance < clearance * touching) return false;
        }
      }
    }
    return true;
  };

  const cells: PlacedCell[] = [];
  const waiting = new Map<Mix, { type: CellType; failures: number }>();
  const darts = Math.round((spanY * spanX) / 3);
  for (let dart = 0; dart < darts; dart++) {
    const y = random.unit() * spanY;
    const x = random.unit() * spanX;
    const place = Math.floor(y / pitchUm) * columns + Math.floor(x / pitchUm);
    const region = layout.region[place] as number;
    const infiltrates = random.unit() < (layout.immune[place] as number);
    const mix = (infiltrates ? INFILTRATE : RESIDENTS)[region];
    if (mix === undefined) continue;
    // Blood washes out of most lumens when tissue is fixed; a few leukocytes stay.
    if (region === REGION.lumen && random.unit() > 0.02) continue;
    let turn = waiting.get(mix);
    if (turn === undefined || turn.failures > GIVE_UP_AFTER)
      waiting.set(mix, (turn = { type: pick(mix, random), failures: 0 }));
    const cell = shapeCell(
      turn.type,
      y,
      x,
      [layout.tangentY[place] as number, layout.tangentX[place] as number],
      random,
    );
    if (fits(cell)) {
      buckets[bucketOf(y, x)]?.push(cell);
      cells.push(cell);
      waiting.delete(mix);
    } else turn.failures++;
  }

  const origin = margin * pitchUm;
  return cells.map((cell) => ({
    ...cell,
    y: cell.y - origin,
    x: cell.x - origin,
    nucleus: cell.nucleus && { ...cell.nucleus, y: cell.nucleus.y - origin, x: cell.nucleus.x - origin },
  }));
}
