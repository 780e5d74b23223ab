import {
  clipPercentile,
  equalizeAdaptive,
  minMaxScale,
  percentiles,
  resizeBilinear,
  rescaledSize,
} from '../../kernels/index.ts';
import type { Plane } from '../../kernels/image.ts';
import type { Profile } from './profiles.ts';

/** An input channel on the model's grid, as recorded; null where there is none, which the network sees as zeros. */
export interface Grid {
  readonly height: number;
  readonly width: number;
}

export type Combine = 'sum' | 'max' | 'mean';

/** Several channels as one, float32, in the channels' own unit; integers stay exact up to 2²⁴. */
export function combinePlanes(planes: readonly Plane[], how: Combine): Plane | null {
  const [first, ...others] = planes;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  const out = new Float32Array(first);
  for (const plane of others) {
    if (how === 'max') for (let i = 0; i < out.length; i++) out[i] = Math.max(out[i]!, plane[i]!);
    else for (let i = 0; i < out.length; i++) out[i] = out[i]! + plane[i]!;
  }
  if (how === 'mean') for (let i = 0; i < out.length; i++) out[i] = out[i]! / planes.length;
  return out;
}

/**
 * The model's grid for an image of another pixel size: `compat` truncates n·mpp/model mpp as the published code does,
 * `fixed` rounds it.
 */
export function modelGrid({ height, width }: Grid, scale: number, compat: boolean): Grid {
  if (scale === 1) return { height, width };
  const side = (n: number): number => (compat ? Math.max(1, Math.trunc(n * scale)) : rescaledSize(n, scale));
  return { height: side(height), width: side(width) };
}

/**
 * A channel on another grid, bilinear with anti-aliasing. `compat` pads with zeros beyond the border and truncates integers, as
 * the published code does; `fixed` mirrors the border and keeps fractions.
 */
export function resizeChannel(plane: Plane, from: Grid, to: Grid, compat: boolean): Plane {
  if (from.height === to.height && from.width === to.width) return plane;
  const border = compat ? 'zero' : 'reflect';
  const resized = resizeBilinear(plane, from.height, from.width, to.height, to.width, { border });
  if (!compat || plane instanceof Float32Array) return resized;
  return (plane.constructor as unknown as { from(values: Float32Array): Plane }).from(resized);
}

/** A channel of the model's grid as the network was trained to see it: float32 in [0, 1]; constant channels become 0. */
export function prepareChannel(plane: Plane, grid: Grid, prepare: Profile['prepare'], compat: boolean): Float32Array {
  return prepare === 'clahe' ? percentileClahe(plane, grid, compat) : percentileRoot(plane);
}

/** Clip at the 99.9th percentile of non-zero values, 0 to 1, CLAHE with blocks of 128; Mesmer's own. */
function percentileClahe(plane: Plane, { height, width }: Grid, compat: boolean): Float32Array {
  // An integer array truncates its threshold when it is clipped.
  const source = compat ? plane : new Float32Array(plane);
  const { data } = clipPercentile(source, 99.9);
  const scaled = minMaxScale(data);
  if (!scaled.some((value) => value !== 0)) return scaled;
  return equalizeAdaptive(scaled, height, width, { kernelSize: 128 });
}

const LOW = 1;
const HIGH = 99.8;

/** From the 1st to the 99.8th percentile, clipped, then the square root, which makes counting noise alike at every brightness. */
function percentileRoot(plane: Plane): Float32Array {
  const out = new Float32Array(plane.length);
  const [low = 0, high = 0] = percentiles(plane, [LOW, HIGH]) ?? [];
  const span = high - low;
  if (!(span > 0)) return out;
  const root = (value: number): number => Math.sqrt(Math.min(1, Math.max(0, (value - low) / span)));
  if (plane instanceof Uint16Array || plane instanceof Uint8Array) {
    const table = Float32Array.from({ length: plane instanceof Uint8Array ? 256 : 65_536 }, (_, value) => root(value));
    for (let i = 0; i < out.length; i++) out[i] = table[plane[i]!]!;
  } else for (let i = 0; i < out.length; i++) out[i] = root(plane[i]!);
  return out;
}
