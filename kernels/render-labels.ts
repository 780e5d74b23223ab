import { boundaries } from './boundaries.ts';
import { checkSize } from './check-size.ts';
import type { Plane } from './image.ts';

/** Red, green, blue, each 0..255. */
export type Colour = readonly [number, number, number];

export interface RenderLabelsOptions {
  /** Colour of pixels of no object; transparent when absent. */
  readonly background?: Colour;
  /** Whether pixels just inside an outline are darkened. */
  readonly outlines?: boolean;
}

/** As many colours as objects may touch one another without two of a kind, in all but the strangest images. */
const COLOURS = 24;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Draws a (Y, X) label image in colours, the same every time; objects that share a pixel's side have different colours (as long as an
 * object touches fewer than 24 others).
 *
 * Hues lie a golden angle apart, in three brightnesses. Objects choose in ascending order of their ids: the colour of their id modulo 24,
 * or the next that no neighbour has.
 *
 * @returns `height * width` pixels of red, green, blue, opacity, row-major: what PNG encoders and canvases take.
 * @throws RangeError for a wrong length or a negative id (its index is named).
 */
export function renderLabels(
  labels: Int32Array,
  height: number,
  width: number,
  options: RenderLabelsOptions = {},
): Uint8ClampedArray {
  checkSize('renderLabels: labels', labels.length, height, width);
  const { background, outlines = false } = options;
  const chosen = chooseColours(labels, height, width);
  const palette = Array.from({ length: COLOURS }, (_, i) => paletteColour(i));
  const edge = outlines ? boundaries(labels, height, width) : null;
  const out = new Uint8ClampedArray(4 * labels.length);
  for (let i = 0, o = 0; i < labels.length; i++, o += 4) {
    const id = labels[i]!;
    if (id === 0) {
      if (background !== undefined) out.set([...background, 255], o);
      continue;
    }
    const colour = palette[chosen.get(id)!]!;
    const light = edge !== null && edge[i] === 1 ? 0.45 : 1;
    out[o] = colour[0] * light;
    out[o + 1] = colour[1] * light;
    out[o + 2] = colour[2] * light;
    out[o + 3] = 255;
  }
  return out;
}

/**
 * Draws the outlines of objects over an image: grey where nothing is outlined.
 *
 * @param plane values 0..`white`, black to white; larger ones are white.
 * @param options.colour of the outlines; yellow when absent.
 * @returns `height * width` pixels of red, green, blue, row-major.
 * @throws RangeError for a wrong length or a `white` that is not > 0.
 */
export function overlayOutlines(
  plane: Plane,
  labels: Int32Array,
  height: number,
  width: number,
  options: { white: number; colour?: Colour },
): Uint8ClampedArray {
  checkSize('overlayOutlines: plane', plane.length, height, width);
  checkSize('overlayOutlines: labels', labels.length, height, width);
  const { white, colour = [255, 214, 10] } = options;
  if (!(white > 0)) throw new RangeError(`overlayOutlines: white is ${white}; pass the value to show as white, > 0`);
  const edge = boundaries(labels, height, width);
  const out = new Uint8ClampedArray(3 * labels.length);
  for (let i = 0, o = 0; i < labels.length; i++, o += 3) {
    const grey = (255 * plane[i]!) / white;
    out[o] = edge[i] === 1 ? colour[0] : grey;
    out[o + 1] = edge[i] === 1 ? colour[1] : grey;
    out[o + 2] = edge[i] === 1 ? colour[2] : grey;
  }
  return out;
}

/** The number of a colour per id. */
function chooseColours(labels: Int32Array, height: number, width: number): Map<number, number> {
  const neighbours = new Map<number, Set<number>>();
  const meet = (i: number, j: number): void => {
    const [a, b] = [labels[i]!, labels[j]!];
    if (a === b || a === 0 || b === 0) return;
    neighbours.get(a)!.add(b);
    neighbours.get(b)!.add(a);
  };
  let last = 0;
  for (let i = 0; i < labels.length; i++) {
    const id = labels[i]!;
    if (id === last || id === 0) continue;
    if (id < 0) throw new RangeError(`renderLabels: the label at index ${i} is ${id}; labels must be ≥ 0`);
    last = id;
    if (!neighbours.has(id)) neighbours.set(id, new Set());
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (x > 0) meet(i - 1, i);
      if (y > 0) meet(i - width, i);
    }
  }
  const chosen = new Map<number, number>();
  for (const id of [...neighbours.keys()].sort((a, b) => a - b)) {
    const taken = new Set(Array.from(neighbours.get(id)!, (other) => chosen.get(other)));
    let colour = id % COLOURS;
    for (let tries = 1; tries < COLOURS && taken.has(colour); tries++) colour = (colour + 1) % COLOURS;
    chosen.set(id, colour);
  }
  return chosen;
}

function paletteColour(index: number): Colour {
  const hue = 6 * ((index * GOLDEN + 0.02) % 1);
  const [saturation, value] = [
    [0.75, 0.95],
    [0.55, 1],
    [0.8, 0.75],
  ][index % 3] as [number, number];
  const channel = (shift: number): number => {
    const k = (hue + shift) % 6;
    return Math.round(255 * value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [channel(5), channel(3), channel(1)];
}
