import { percentiles } from '../../kernels/percentile.ts';
import { rescaleIntensity } from '../../kernels/rescale-intensity.ts';
import { resizeAntialiased } from '../../kernels/resize-antialiased.ts';
import type { Channels } from './model-channels.ts';

/** Side of the square that both image networks take. */
export const SIDE = 1024;
const AREA = SIDE * SIDE;

/** SAM's mean and deviation of 8-bit colours, and ImageNet's, which are the same for colours in 0–1. */
const SAM = { mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] } as const;
const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

const { fround } = Math;
const EPSILON = fround(1e-6);

/** Every channel of a tile stretched to the models' square (PyTorch's bilinear, anti-aliased). */
export function enlarge(channels: Channels, height: number, width: number): Channels {
  const each = (plane: Float32Array | null): Float32Array | null =>
    plane === null ? null : resizeAntialiased(plane, height, width, SIDE, SIDE);
  return [each(channels[0]), each(channels[1]), each(channels[2])];
}

/**
 * What the detector sees of enlarged channels in 0–1, (3, SIDE, SIDE): trunc(255·x) as 8 bits, then SAM's mean and deviation. With
 * `adv`, those of ImageNet on top, every channel scaled to 0–1 (with 1e-6 in the divisor), and where the second or the third channel is
 * dark, a copy of the other. All in float32, as the published program.
 */
export function detectorInput(channels: Channels, adv: boolean): Float32Array {
  const out = new Float32Array(3 * AREA);
  const dark = channels.map((plane, c) => {
    const levels = toBytes(plane);
    const table = detectorTable(levels, c, adv);
    for (let i = 0, to = c * AREA; i < AREA; i++, to++) out[to] = table.values[levels[i]!]!;
    return table.constant;
  });
  if (!adv) return out;
  if (dark[1] === true) out.copyWithin(AREA, 2 * AREA, 3 * AREA);
  else if (dark[2] === true) out.copyWithin(2 * AREA, AREA, 2 * AREA);
  return out;
}

function toBytes(plane: Float32Array | null): Uint8Array {
  const levels = new Uint8Array(AREA);
  if (plane !== null) for (let i = 0; i < AREA; i++) levels[i] = fround(255 * plane[i]!);
  return levels;
}

/** What each of the 256 levels becomes, and whether the channel has one level only. */
function detectorTable(levels: Uint8Array, c: number, adv: boolean): { values: Float32Array; constant: boolean } {
  const values = Float32Array.from({ length: 256 }, (_, level) => level);
  affine(values, SAM.mean[c]!, SAM.deviation[c]!);
  let [low, high] = [255, 0];
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i]!;
    if (level < low) low = level;
    if (level > high) high = level;
  }
  if (adv) {
    affine(values, IMAGENET.mean[c]!, IMAGENET.deviation[c]!);
    stretch(values, values[low]!, values[high]!);
  }
  return { values, constant: low === high };
}

/**
 * What the encoder sees, (3, SIDE, SIDE): all channels are clipped to the 0th and 99.5th percentile of their non-zero values taken
 * together and scaled to 0–1; with `adv`, the standardisation of {@link detectorInput}; then ImageNet's mean and deviation.
 */
export function encoderInput(channels: Channels, adv: boolean): Float32Array {
  const out = new Float32Array(3 * AREA);
  const range = jointRange(channels);
  for (const [c, plane] of channels.entries()) {
    const view = out.subarray(c * AREA, (c + 1) * AREA);
    const [mean, deviation] = [IMAGENET.mean[c]!, IMAGENET.deviation[c]!];
    if (plane === null) {
      // A range of no width clips zeros to it; the standardisation makes them 0 again.
      const level = adv || range === null || range[0] < range[1] ? 0 : Math.min(range[0], 1);
      view.fill(fround(fround(level) - fround(mean)) / fround(deviation));
      continue;
    }
    view.set(range === null ? plane : rescaleIntensity(plane, { inRange: range }));
    if (adv) {
      affine(view, mean, deviation);
      let [low, high] = [Infinity, -Infinity];
      for (const value of view) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      stretch(view, low, high);
    }
    affine(view, mean, deviation);
  }
  return out;
}

/** Null where nothing is above 0. */
function jointRange(channels: Channels): [number, number] | null {
  const planes = channels.filter((plane) => plane !== null);
  const all = new Float32Array(planes.length * AREA);
  for (const [i, plane] of planes.entries()) all.set(plane, i * AREA);
  const found = percentiles(all, [0, 99.5], { nonZero: true });
  return found === null ? null : [found[0]!, found[1]!];
}

function affine(values: Float32Array, mean: number, deviation: number): void {
  const [m, d] = [fround(mean), fround(deviation)];
  for (let i = 0; i < values.length; i++) values[i] = fround(values[i]! - m) / d;
}

function stretch(values: Float32Array, low: number, high: number): void {
  const width = fround(fround(high - low) + EPSILON);
  for (let i = 0; i < values.length; i++) values[i] = fround(values[i]! - low) / width;
}
