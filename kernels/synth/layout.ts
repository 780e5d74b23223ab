import { fractalNoise, gradientNoise, type Grid } from './gradient-noise.ts';
import type { Random } from './random.ts';

/** What a place in the tissue is. */
export const REGION = { stroma: 0, nest: 1, gland: 2, follicle: 3, mantle: 4, lumen: 5, wall: 6 } as const;

/** What a field of view is made of. */
export interface Composition {
  /** Share of the area taken by epithelial nests, 0–0.9. */
  readonly epithelium: number;
  /** Share of the nests' area that is gland lumen, 0–0.3. */
  readonly glands: number;
  /** Immune cells among all cells of the stroma, 0–1; a tenth of it enters the nests. */
  readonly infiltration: number;
  /** Lymphoid aggregates. */
  readonly aggregates: number;
  /** Blood vessels with a lumen; capillaries without one come with the stroma. */
  readonly vessels: number;
  /** How tightly cells are packed: 1 is crowded carcinoma, 0.6 is loose. */
  readonly density: number;
}

/** A map of the tissue on a coarse grid; row r, column c lies at y = (r − marginRows) · pitchUm. */
export interface Layout extends Grid {
  readonly pitchUm: number;
  /** Rows and columns outside the image on every side, so that cells may be cut by the border. */
  readonly margin: number;
  readonly region: Uint8Array;
  /** Local share of immune cells, 0–1. */
  readonly immune: Float32Array;
  /** Unit vectors along which elongated cells and fibres lie. */
  readonly tangentY: Float32Array;
  readonly tangentX: Float32Array;
}

const PITCH_UM = 1.5;
const MARGIN_UM = 15;

interface Shape {
  readonly y: number;
  readonly x: number;
  readonly alongY: number;
  readonly alongX: number;
  readonly halfLength: number;
  readonly radius: number;
}

/** Distance in µm from a point to a capsule's surface, negative inside. */
function distanceTo(shape: Shape, y: number, x: number): number {
  const dy = y - shape.y;
  const dx = x - shape.x;
  const along = dy * shape.alongY + dx * shape.alongX;
  const nearest = Math.max(-shape.halfLength, Math.min(shape.halfLength, along));
  const offY = dy - nearest * shape.alongY;
  const offX = dx - nearest * shape.alongX;
  return Math.sqrt(offY * offY + offX * offX) - shape.radius;
}

/** The value below which `share` of the values lie. */
function level(values: Float32Array, share: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
}

/**
 * Lays out nests, glands, stroma, aggregates and vessels on a map that covers `height` × `width` pixels of `mpp` µm.
 * Nests are where a fractal field is high; vessels and aggregates seek the places where it is low; fibres and elongated
 * cells follow the contours of nests and vessels.
 */
export function layOut(height: number, width: number, mpp: number, composition: Composition, random: Random): Layout {
  const margin = Math.ceil(MARGIN_UM / PITCH_UM);
  const rows = Math.ceil((height * mpp) / PITCH_UM) + 2 * margin + 2;
  const columns = Math.ceil((width * mpp) / PITCH_UM) + 2 * margin + 2;
  const grid = { rows, columns };
  const period = (um: number): number => um / PITCH_UM;

  const nests = fractalNoise(grid, period(105), 4, random, 0.42);
  const glands = gradientNoise(grid, period(48), random);
  const ragged = fractalNoise(grid, period(30), 2, random);
  const clusters = fractalNoise(grid, period(65), 3, random);
  const nestLevel = level(nests, 1 - composition.epithelium);
  const deepLevel = level(nests, 1 - composition.epithelium * 0.72);
  const glandLevel = level(glands, 1 - composition.glands / 0.72);

  /** The emptiest of some random places, kept apart from those already taken. */
  const place = (taken: readonly Shape[], radius: number, halfLength: number): Shape => {
    let best = { value: Infinity, y: 0, x: 0 };
    for (let attempt = 0; attempt < 60; attempt++) {
      const y = random.between(margin, rows - margin);
      const x = random.between(margin, columns - margin);
      const crowd = taken.some((other) => distanceTo(other, y * PITCH_UM, x * PITCH_UM) < radius + halfLength + 12);
      const value = (nests[Math.floor(y) * columns + Math.floor(x)] as number) + (crowd ? 10 : 0);
      if (value < best.value) best = { value, y, x };
    }
    const [alongY, alongX] = random.direction();
    return { y: best.y * PITCH_UM, x: best.x * PITCH_UM, alongY, alongX, halfLength, radius };
  };
  const aggregates: Shape[] = [];
  for (let i = 0; i < composition.aggregates; i++)
    aggregates.push(place(aggregates, random.between(42, 68), random.between(0, 25)));
  const vessels: Shape[] = [];
  for (let i = 0; i < composition.vessels; i++) {
    vessels.push(place([...aggregates, ...vessels], random.between(6, 15), Math.max(0, random.between(-25, 40))));
  }

  const region = new Uint8Array(rows * columns);
  const immune = new Float32Array(rows * columns);
  const relief = new Float32Array(rows * columns);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, i++) {
      const y = r * PITCH_UM;
      const x = c * PITCH_UM;
      const nest = nests[i] as number;
      const wobble = ragged[i] as number;
      let code: number = REGION.stroma;
      if (nest > nestLevel) code = nest > deepLevel && (glands[i] as number) > glandLevel ? REGION.gland : REGION.nest;
      for (const shape of aggregates) {
        const outside = distanceTo(shape, y, x) + 34 * wobble;
        if (outside < 0 && nest < nestLevel + 0.05)
          code = outside < -0.42 * shape.radius ? REGION.follicle : REGION.mantle;
      }
      let height = nest * 90;
      for (const shape of vessels) {
        const outside = distanceTo(shape, y, x) + 6 * wobble;
        if (outside < 0) code = REGION.lumen;
        else if (outside < 3.5) code = REGION.wall;
        const near = Math.max(0, 1 - outside / 22);
        height += 40 * near * near;
      }
      region[i] = code;
      relief[i] = height;
      const patchy = 1 + 2.6 * (clusters[i] as number);
      const enters = code === REGION.nest ? 0.1 : code === REGION.stroma ? 1 : 0;
      immune[i] = Math.max(0, Math.min(0.92, composition.infiltration * enters * patchy));
    }
  }

  const tangentY = new Float32Array(rows * columns);
  const tangentX = new Float32Array(rows * columns);
  const at = (r: number, c: number): number =>
    relief[Math.max(0, Math.min(rows - 1, r)) * columns + Math.max(0, Math.min(columns - 1, c))] as number;
  const reach = 4;
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, i++) {
      const slopeY = at(r + reach, c) - at(r - reach, c);
      const slopeX = at(r, c + reach) - at(r, c - reach);
      const steepness = Math.sqrt(slopeY * slopeY + slopeX * slopeX);
      tangentY[i] = steepness > 0 ? slopeX / steepness : 0;
      tangentX[i] = steepness > 0 ? -slopeY / steepness : 1;
    }
  }
  return { rows, columns, pitchUm: PITCH_UM, margin, region, immune, tangentY, tangentX };
}
