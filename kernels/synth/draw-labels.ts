import type { Labels } from '../image.ts';
import { MORPHOLOGY } from './cell-types.ts';
import { gradientNoise } from './gradient-noise.ts';
import type { PlacedCell } from './place-cells.ts';
import type { Random } from './random.ts';

/** The truth: whole cells, nuclei with the same ids, and the placed cell behind every id (index id − 1). */
export interface DrawnCells {
  readonly cells: Labels;
  readonly nuclei: Labels;
  readonly placed: readonly PlacedCell[];
}

const SMALLEST_CELL_UM2 = 10;
const SMALLEST_NUCLEUS_UM2 = 5;

/**
 * Keeps each label's largest 4-connected part and, of that, only parts of at least `smallest` pixels; the rest becomes
 * background. Of equally large parts the one met first in row-major order stays. Changes `data` in place.
 */
export function keepLargestParts(data: Int32Array, height: number, width: number, smallest: number): void {
  const part = new Int32Array(data.length);
  const stack = new Int32Array(data.length);
  const sizes: number[] = [0];
  const best = new Map<number, number>();
  for (let start = 0; start < data.length; start++) {
    const id = data[start] as number;
    if (id === 0 || part[start] !== 0) continue;
    const mine = sizes.length;
    let size = 0;
    let top = 0;
    part[start] = mine;
    stack[top++] = start;
    const visit = (next: number): void => {
      if (data[next] === id && part[next] === 0) {
        part[next] = mine;
        stack[top++] = next;
      }
    };
    while (top > 0) {
      const i = stack[--top] as number;
      const x = i % width;
      size++;
      if (x > 0) visit(i - 1);
      if (x < width - 1) visit(i + 1);
      if (i >= width) visit(i - width);
      if (i < (height - 1) * width) visit(i + width);
    }
    sizes.push(size);
    const rival = best.get(id);
    if (size >= smallest && (rival === undefined || size > (sizes[rival] as number))) best.set(id, mine);
  }
  for (let i = 0; i < data.length; i++) {
    const id = data[i] as number;
    if (id !== 0 && best.get(id) !== part[i]) data[i] = 0;
  }
}

/** Gives stranded pixels of `covered` to the first labelled 4-neighbour (up, left, right, down), in place, in two rounds. */
function adopt(data: Int32Array, covered: Int32Array, height: number, width: number): void {
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < data.length; i++) {
      if (data[i] !== 0 || covered[i] === 0) continue;
      const x = i % width;
      const up = i >= width ? (data[i - width] as number) : 0;
      const left = x > 0 ? (data[i - 1] as number) : 0;
      const right = x < width - 1 ? (data[i + 1] as number) : 0;
      const down = i < (height - 1) * width ? (data[i + width] as number) : 0;
      data[i] = up || left || right || down;
    }
  }
}

/**
 * Draws cells as a Voronoi partition in each cell's own elliptical metric, cut off at the cell's reach, with outlines
 * roughened by noise; then nuclei as rough ellipses inside their cells. Every label is one 4-connected part. Ids run
 * 1 … n in row-major order of first pixels. A nucleus missed by the section or squeezed below 5 µm² is absent.
 */
export function drawLabels(
  height: number,
  width: number,
  mpp: number,
  placed: readonly PlacedCell[],
  random: Random,
): DrawnCells {
  const grid = { rows: height, columns: width };
  const warp = [9, 9, 4, 4].map((um) => gradientNoise(grid, um / mpp, random)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const nearest = new Float32Array(height * width).fill(Infinity);
  const data = new Int32Array(height * width);

  /** Calls `hit` with every pixel whose roughened distance from an ellipse's centre is below 1. */
  const scan = (
    shape: { y: number; x: number; long: number; short: number },
    cell: PlacedCell,
    roughUm: number,
    hit: (pixel: number, distance: number) => void,
  ): void => {
    const bound = shape.long + roughUm;
    const y0 = Math.max(0, Math.ceil((shape.y - bound) / mpp));
    const y1 = Math.min(height - 1, Math.floor((shape.y + bound) / mpp));
    const x0 = Math.max(0, Math.ceil((shape.x - bound) / mpp));
    const x1 = Math.min(width - 1, Math.floor((shape.x + bound) / mpp));
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const i = y * width + x;
        const dy = y * mpp - shape.y + roughUm * ((warp[0][i] as number) + 0.55 * (warp[2][i] as number));
        const dx = x * mpp - shape.x + roughUm * ((warp[1][i] as number) + 0.55 * (warp[3][i] as number));
        const along = (dy * cell.alongY + dx * cell.alongX) / shape.long;
        const across = (dx * cell.alongY - dy * cell.alongX) / shape.short;
        const squared = along * along + across * across;
        if (squared < 1) hit(i, squared);
      }
    }
  };

  placed.forEach((cell, index) => {
    const { reach, irregularity } = MORPHOLOGY[cell.type];
    const shape = { y: cell.y, x: cell.x, long: cell.long * reach, short: cell.short * reach };
    scan(shape, cell, 4 * irregularity, (i, squared) => {
      const distance = squared * reach * reach;
      if (distance < (nearest[i] as number)) {
        nearest[i] = distance;
        data[i] = index + 1;
      }
    });
  });
  const covered = data.slice();
  const smallest = Math.max(1, Math.round(SMALLEST_CELL_UM2 / (mpp * mpp)));
  keepLargestParts(data, height, width, smallest);
  adopt(data, covered, height, width);

  const ids = new Map<number, number>();
  const kept: PlacedCell[] = [];
  for (let i = 0; i < data.length; i++) {
    const old = data[i] as number;
    if (old === 0) continue;
    let id = ids.get(old);
    if (id === undefined) {
      id = kept.push(placed[old - 1] as PlacedCell);
      ids.set(old, id);
    }
    data[i] = id;
  }

  const inner = new Int32Array(height * width);
  kept.forEach((cell, index) => {
    if (cell.nucleus === null) return;
    scan(cell.nucleus, cell, 1.6 * Math.max(0.35, MORPHOLOGY[cell.type].irregularity), (i) => {
      if (data[i] === index + 1) inner[i] = index + 1;
    });
  });
  keepLargestParts(inner, height, width, Math.max(1, Math.round(SMALLEST_NUCLEUS_UM2 / (mpp * mpp))));
  return { cells: { height, width, mpp, data }, nuclei: { height, width, mpp, data: inner }, placed: kept };
}
