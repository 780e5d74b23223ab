import { FoveaError } from '../../core/errors.ts';
import { remedy } from '../../core/suggest.ts';
import type { DeepWatershedOptions, TilePadding } from '../../kernels/index.ts';

export type Compartment = 'cell' | 'nucleus';

/** Post-processing of one compartment, without what the mode decides. */
export type Watershed = Omit<DeepWatershedOptions, 'rule' | 'holes' | 'out'> & {
  /** Pixels of the smallest object the network was taught; 0 where nobody has said. Smaller ones grow to it, or are dropped at the border. */
  readonly smallest: number;
};

/** What goes with a model besides its file: how its input is prepared and how its maps become objects. */
export interface Profile {
  /** `clahe`: percentile clip and CLAHE, as Mesmer; `root`: percentiles 1 and 99.8, then the square root. */
  readonly prepare: 'clahe' | 'root';
  /** σ in µm of the Gaussian that an ion counter's channels are smoothed by; 0 for none. */
  readonly ionsUm: number;
  /** Share of the typical nuclear signal that cells must reach where the membrane channel is sparse; 0 keeps all. */
  readonly sparseSignal: number;
  /** What lies beyond the image in tiles at its borders, along an axis of several tiles: zeros or the mirror image. */
  readonly padding: TilePadding;
  /** Pixels across a typical nucleus on the model's grid; null where nobody has said. */
  readonly nucleusPx: number | null;
  readonly watershed: Readonly<Record<Compartment, Watershed>>;
}

const common = {
  maxima: 'h-maxima',
  radius: 2,
  pixelExpansion: 0,
  labelErosion: 0,
  smallObjects: 15,
  fillHoles: 15,
  smallest: 0,
} as const;

/** Published parameters of both Mesmers, and our own model's, tuned on its training images (training/mesmer-mini). */
const PROFILES: Readonly<Record<string, Profile>> = {
  'mesmer-tf-9': {
    prepare: 'clahe',
    ionsUm: 0,
    sparseSignal: 0,
    padding: 'constant',
    nucleusPx: null,
    watershed: {
      cell: { ...common, maximaThreshold: 0.075, maximaSmooth: 0, interiorThreshold: 0.2, interiorSmooth: 2 },
      nucleus: { ...common, maximaThreshold: 0.1, maximaSmooth: 0, interiorThreshold: 0.2, interiorSmooth: 2 },
    },
  },
  'torch-mesmer-2026-06-30': {
    prepare: 'clahe',
    ionsUm: 0,
    sparseSignal: 0,
    padding: 'constant',
    nucleusPx: null,
    watershed: {
      cell: { ...common, maximaThreshold: 0.1, maximaSmooth: 1, interiorThreshold: 0.075, interiorSmooth: 1 },
      nucleus: { ...common, maximaThreshold: 0.1, maximaSmooth: 0, interiorThreshold: 0.075, interiorSmooth: 1 },
    },
  },
  'mesmer-mini': {
    prepare: 'root',
    ionsUm: 1,
    sparseSignal: 0.5,
    padding: 'reflect',
    nucleusPx: 18,
    watershed: {
      cell: {
        ...common,
        smallObjects: 60,
        maximaThreshold: 0.1,
        maximaSmooth: 1,
        interiorThreshold: 0.3,
        interiorSmooth: 1.5,
      },
      nucleus: {
        ...common,
        radius: 1,
        smallObjects: 3,
        smallest: 21,
        maximaThreshold: 0.25,
        maximaSmooth: 0,
        interiorThreshold: 0.35,
        interiorSmooth: 1,
      },
    },
  },
};

/** Throws MODEL_MISMATCH for a model of a profile this step does not know. */
export function profileOf(model: string, name: string): Profile {
  const profile = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
  if (profile !== undefined) return profile;
  throw new FoveaError(
    'MODEL_MISMATCH',
    `model ${model} has the profile "${name}"; ${remedy(name, Object.keys(PROFILES), 'segment-mesmer knows')}`,
    { fields: { model, profile: name, known: Object.keys(PROFILES) } },
  );
}
