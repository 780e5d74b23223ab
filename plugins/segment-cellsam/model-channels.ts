import { minMaxScale } from '../../kernels/clip-and-scale.ts';
import type { Plane } from '../../kernels/image.ts';
import type { ChosenPlanes } from '../../core/choose-planes.ts';

export type Combination = 'sum' | 'max' | 'mean';

/** The model's three channels in its order: blank, nuclear, whole cell. Null stands for a channel of zeros. */
export type Channels = readonly [Float32Array | null, Float32Array | null, Float32Array | null];

/**
 * The image as the model takes it: each channel scaled to 0–1 by its own range over the whole image, in float32. A single kind of
 * channel, nuclear or membrane, comes last, as the model was trained. A constant channel becomes null (the published program leaves it
 * as it is; with its normalisation of tiles that comes to the same).
 */
export function modelChannels(
  { nuclear, membrane }: ChosenPlanes,
  combine: { readonly nuclear: Combination; readonly membrane: Combination },
): Channels {
  const first = combinePlanes(nuclear, combine.nuclear);
  const second = combinePlanes(membrane, combine.membrane);
  if (first === null || second === null) return [null, null, toUnit(first ?? second)];
  return [null, toUnit(first), toUnit(second)];
}

/** One plane of several, pixel by pixel, summed in float64 and rounded to float32 once; null for none. */
export function combinePlanes(planes: readonly Plane[], how: Combination): Float32Array | null {
  const [first] = planes;
  if (first === undefined) return null;
  const out = new Float32Array(first);
  if (planes.length === 1) return out;
  for (let i = 0; i < out.length; i++) {
    let value = first[i]!;
    for (let p = 1; p < planes.length; p++) {
      const next = planes[p]![i]!;
      value = how === 'max' ? Math.max(value, next) : value + next;
    }
    out[i] = how === 'mean' ? value / planes.length : value;
  }
  return out;
}

function toUnit(plane: Float32Array | null): Float32Array | null {
  if (plane === null) return null;
  return unlessDark(minMaxScale(plane));
}

/** Null for a plane of zeros. */
export function unlessDark(plane: Float32Array): Float32Array | null {
  return plane.some((value) => value !== 0) ? plane : null;
}
