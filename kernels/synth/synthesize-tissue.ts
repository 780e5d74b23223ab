import type { Image, Labels } from '../image.ts';
import { photograph } from './camera.ts';
import type { CellType } from './cell-types.ts';
import { drawLabels } from './draw-labels.ts';
import { drawFibres } from './fibres.ts';
import { gradientNoise } from './gradient-noise.ts';
import { layOut, type Composition } from './layout.ts';
import { PANEL, selectMarkers, type Marker } from './panel.ts';
import { placeCells } from './place-cells.ts';
import { createRandom, deriveSeed, type Random } from './random.ts';
import { expressionLevels, findCompartments, stain } from './stain.ts';

/** Raised whenever the same options give other bytes. */
export const SYNTH_VERSION = 1;

/** What to synthesise. */
export interface TissueOptions {
  /** An integer 0 … 2³² − 1; the same seed and options give the same bytes on every platform. */
  readonly seed: number;
  /** Pixels, 16 … 8,192 each. */
  readonly height: number;
  readonly width: number;
  /** µm per pixel, 0.2 … 1.2; 0.377 unless given. */
  readonly mpp?: number;
  /** Channels by marker name, out of `PANEL`; all 16 unless given. The choice does not change a channel's pixels. */
  readonly markers?: readonly string[];
  /** Markers of one's own instead of `PANEL`, 1 … 400 with distinct names; not together with `markers`. */
  readonly panel?: readonly Marker[];
  /** Parts of `CARCINOMA` to replace. */
  readonly composition?: Partial<Composition>;
}

/** A field of view with everything known about it. */
export interface Tissue {
  /** uint16 counts. */
  readonly image: Image;
  /** Whole cells, ids 1 … n. */
  readonly cells: Labels;
  /** Nuclei, each inside the cell of the same id; 3–5 % of the cells have none in the section. */
  readonly nuclei: Labels;
  /** The cells' types; cell id i is at i − 1. */
  readonly types: readonly CellType[];
}

/** An inflamed carcinoma with one lymphoid aggregate and a few vessels. */
export const CARCINOMA: Composition = {
  epithelium: 0.45,
  glands: 0.06,
  infiltration: 0.4,
  aggregates: 1,
  vessels: 3,
  density: 1,
};

const RANGES: Readonly<Record<keyof Composition, readonly [number, number]>> = {
  epithelium: [0, 0.9],
  glands: [0, 0.3],
  infiltration: [0, 1],
  aggregates: [0, 20],
  vessels: [0, 50],
  density: [0.4, 1.2],
};

function check(options: TissueOptions, composition: Composition): void {
  const { seed, height, width, mpp = 0.377 } = options;
  const problems: string[] = [];
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
    problems.push(`seed must be an integer 0 to 4294967295, not ${seed}`);
  for (const [name, size] of Object.entries({ height, width })) {
    if (!Number.isInteger(size) || size < 16 || size > 8192)
      problems.push(`${name} must be an integer 16 to 8192, not ${size}`);
  }
  if (!(mpp >= 0.2 && mpp <= 1.2)) problems.push(`mpp must be 0.2 to 1.2 µm per pixel, not ${mpp}`);
  for (const name of Object.keys(RANGES) as (keyof Composition)[]) {
    const [low, high] = RANGES[name];
    const value = composition[name];
    const whole = name === 'aggregates' || name === 'vessels';
    if (!(value >= low && value <= high) || (whole && !Number.isInteger(value))) {
      problems.push(`composition.${name} must be ${whole ? 'an integer ' : ''}${low} to ${high}, not ${value}`);
    }
  }
  const { panel, markers } = options;
  if (panel !== undefined && markers !== undefined)
    problems.push('markers picks from the built-in panel and panel replaces it: give one of them');
  if (panel !== undefined && (panel.length === 0 || panel.length > 400))
    problems.push(`panel must have 1 to 400 markers, not ${panel.length}`);
  const names = (panel ?? []).map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) problems.push(`panel has ${repeated} twice; names must be distinct`);
  if (problems.length > 0)
    throw new RangeError(`cannot synthesise tissue: ${problems.join('; ')}; correct these options`);
}

/** Streams of random numbers, one per stage: a change to one stage leaves the others' draws alone. */
const STREAM = { layout: 1, place: 2, draw: 3, compartments: 4, fibres: 5, haze: 6, below: 7, channels: 100 } as const;

/**
 * Synthesises one field of view of crowded tissue as a multiplexed microscope would record it, with its truth.
 * Nests, glands, stroma, aggregates and vessels are laid out; cells of ten types are placed, drawn and stained; each
 * channel is then blurred, lit unevenly and recorded with photon and read noise. Uses no clock, no global state and no
 * function whose last bit an engine may choose. Throws a RangeError that names every option out of range.
 */
export function synthesizeTissue(options: TissueOptions): Tissue {
  const composition = { ...CARCINOMA, ...options.composition };
  check(options, composition);
  const { seed, height, width, mpp = 0.377 } = options;
  // A marker's place in its panel names its stream, so that a choice out of `PANEL` does not change pixels.
  const panel = options.panel ?? PANEL;
  const markers = options.markers === undefined ? panel : selectMarkers(options.markers);
  const stream = (number: number): Random => createRandom(seed, number);

  const layout = layOut(height, width, mpp, composition, stream(STREAM.layout));
  const placed = placeCells(layout, composition, stream(STREAM.place));
  const drawn = drawLabels(height, width, mpp, placed, stream(STREAM.draw));
  const types = drawn.placed.map(({ type }) => type);
  const compartments = findCompartments(drawn, stream(STREAM.compartments));
  const fibres = drawFibres(height, width, mpp, layout, stream(STREAM.fibres));
  const haze = gradientNoise({ rows: height, columns: width }, 45 / mpp, stream(STREAM.haze));

  const aside = stream(STREAM.below).direction();

  const planes = markers.map((marker: Marker) => {
    const random = stream(STREAM.channels + panel.indexOf(marker));
    // Staining and exposure differ a little from slide to slide.
    const batch = random.spread(0.12);
    const levels = expressionLevels(marker, types, random);
    const shift = deriveSeed(seed, STREAM.channels + panel.indexOf(marker)) % (height * width);
    const light = stain(marker, levels, drawn.cells, compartments, shift);
    for (let i = 0; i < light.length; i++) light[i] = batch * (light[i] as number);
    const own = marker.autofluorescence;
    const ground = (i: number): number =>
      own *
      (0.35 + 0.3 * (haze[i] as number) + 1.1 * (fibres[i] as number) + 0.45 * (compartments.cytoplasm[i] as number));
    const exposure = {
      gain: marker.gain,
      offset: 100,
      readNoise: 4.5,
      focusPx: random.between(0.3, 0.42) / mpp,
      scatter: 0.16,
      scatterPx: 1.7 / mpp,
      below: 0.2,
      belowY: Math.round((9 * aside[0]) / mpp),
      belowX: Math.round((9 * aside[1]) / mpp),
    };
    return photograph(light, ground, height, width, exposure, random);
  });

  const channels = markers.map(({ name, role }) => ({ name, role }));
  return {
    image: { height, width, mpp, intensity: 'counts', channels, planes },
    cells: drawn.cells,
    nuclei: drawn.nuclei,
    types,
  };
}
