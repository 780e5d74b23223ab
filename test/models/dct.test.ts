import type { Tensor } from '../../core/step.ts';
import { dctAnswer, dctMarkers, openDct, type DctProfile } from '../support/dct-models.ts';

/** Whole numbers 0 … below, always the same ones. */
function series(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below;
}

const float32 = (dims: readonly number[], data: Float32Array): Tensor => ({ dtype: 'float32', dims, data });

/** Channels with markers, the last one padding. */
function channelFeeds(batch: number, channels: number, padded: number, markers: number): Record<string, Tensor> {
  const next = series(5);
  const [index, padding] = [new BigInt64Array(batch * channels), new Uint8Array(batch * channels)];
  for (let i = 0; i < index.length; i++) {
    padding[i] = i % channels >= channels - padded ? 1 : 0;
    index[i] = padding[i] === 1 ? -1n : BigInt(next(markers));
  }
  return {
    ch_idx: { dtype: 'int64', dims: [batch, channels], data: index },
    padding_mask: { dtype: 'bool', dims: [batch, channels], data: padding },
  };
}

/** A rectangle of self that is higher than wide in every second cell, and values of eighths; padding is −1. */
function feedsOf(profile: DctProfile, batch: number, channels: number, padded: number): Record<string, Tensor> {
  const [side, planes] = profile === 'dct-2026-resmlp' ? [32, 1] : [64, 3];
  const next = series(11);
  const area = side * side;
  const told = channelFeeds(batch, channels, padded, dctMarkers(profile).length);
  const sample = new Float32Array(batch * channels * planes * area).fill(-1);
  const context = new Float32Array(batch * 3 * area);
  for (let b = 0; b < batch; b++) {
    const [height, width] = b % 2 === 0 ? [9, 4] : [3, 12];
    const self = (r: number, c: number): number => (r >= 10 && r < 10 + height && c >= 7 && c < 7 + width ? 1 : 0);
    for (let i = 0; i < area; i++) {
      const own = self(Math.floor(i / side), i % side);
      for (const [plane, value] of [own, 1 - own, (own * (i % 7)) / 8].entries()) {
        context[(3 * b + plane) * area + i] = value;
      }
      for (let ch = 0; ch < channels - padded; ch++) {
        const first = (b * channels + ch) * planes * area + i;
        sample[first] = (next(9) / 8) * (planes === 1 ? own : 1);
        if (planes === 3) sample.set([own], first + area);
        if (planes === 3) sample.set([1 - own], first + 2 * area);
      }
    }
  }
  const dims = [batch, channels, planes, side, side];
  const feeds = { sample: float32(dims, sample), ...told };
  return planes === 1 ? { ...feeds, spatial_context: float32([batch, 3, side, side], context) } : feeds;
}

describe.each<[DctProfile, number, number, number]>([
  ['dct-2026-resmlp', 3, 4, 0],
  ['dct-2026-resmlp', 2, 7, 2],
  ['dct-2025-clip', 2, 75, 70],
])('the small graph of %s, %i cells × %i channels', (profile, batch, channels, padded) => {
  test('gives what plain arithmetic gives', async () => {
    const model = await openDct(profile);
    const feeds = feedsOf(profile, batch, channels, padded);
    const [found, wanted] = [await model.run(feeds), dctAnswer(profile, feeds)];
    expect(Object.keys(found).toSorted()).toEqual(Object.keys(wanted).toSorted());
    for (const [name, values] of Object.entries(wanted)) {
      expect(found[name]!.data).toHaveLength(values.length);
      for (const [i, value] of values.entries()) expect(Number(found[name]!.data[i])).toBeCloseTo(value, 4);
    }
  });
});

test('exchanged rows and columns change the scores of 2025', async () => {
  const model = await openDct('dct-2025-clip');
  const feeds = feedsOf('dct-2025-clip', 1, 75, 74);
  const sample = feeds['sample']!.data as Float32Array;
  const turned = sample.slice();
  for (let i = 0; i < 4096; i++) turned[4096 + i] = sample[4096 + (i % 64) * 64 + Math.floor(i / 64)]!;
  const exchanged = { ...feeds, sample: float32([1, 75, 3, 64, 64], turned) };
  const scores = async (each: typeof feeds): Promise<number[]> =>
    Array.from((await model.run(each))['logits']!.data, Number);
  const [before, after] = [await scores(feeds), await scores(exchanged)];
  expect(Math.abs(before[4]! - after[4]!)).toBeGreaterThan(1);
});
