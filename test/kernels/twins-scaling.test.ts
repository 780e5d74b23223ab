import fc from 'fast-check';
import { channelScale } from '../../kernels/cell-patches/index.ts';
import { clipAndScale, minMaxScale } from '../../kernels/clip-and-scale.ts';
import type { Plane } from '../../kernels/image.ts';
import { median, removeHotPixels } from '../../kernels/hot-pixels.ts';
import { normalizePercentile } from '../../kernels/normalize-percentile.ts';
import { percentile, percentiles } from '../../kernels/percentile.ts';
import { twinsAgree } from '../support/twins.ts';

const integers = fc.constantFrom(Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array);
const planes = fc.oneof(
  fc
    .record({
      type: integers,
      list: fc.array(fc.integer(), { maxLength: 90 }),
      levels: fc.constantFrom(3, 40, 2 ** 32),
    })
    .map(({ type, list, levels }) => new type(list.map((value) => value % levels))),
  fc
    .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 90 })
    .map((list) => Float32Array.from(list)),
);

describe('percentile, scaling and hot pixels', () => {
  test('the twins agree on every dtype, zeros of both signs, and few or many values', () => {
    const percents = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(planes, percents, fc.boolean(), (plane, list, nonZero) =>
        twinsAgree(() => [
          percentiles(plane, list, { nonZero }),
          percentile(plane, list[0]!, { precision: 'float32' }),
        ]),
      ),
      { numRuns: 600 },
    );
  });

  test('normalizePercentile is percentile and clipAndScale in one, by both twins', () => {
    fc.assert(
      fc.property(planes, fc.double({ min: 0, max: 100, noNaN: true }), fc.boolean(), (plane, percent, nonZero) => {
        const { data, high } = normalizePercentile(plane, percent, { nonZero });
        expect(high).toBe(percentile(plane, percent, { nonZero }));
        expect(data).toEqual(high === null ? new Float32Array(plane.length) : clipAndScale(plane, high));
        return twinsAgree(() => normalizePercentile(plane, percent, { nonZero }));
      }),
      { numRuns: 600 },
    );
  });

  test('the twins agree where a sample guesses the percentile, rightly or not', () => {
    const scene = fc.record({
      type: fc.constantFrom(Uint16Array, Int16Array),
      // From 32,768 pixels on the sample takes every third one; of a plane that repeats with that step it sees nothing but zeros.
      length: fc.oneof(fc.integer({ min: 4000, max: 9000 }), fc.integer({ min: 33_000, max: 60_000 })),
      period: fc.constantFrom(1, 2, 3, 7),
      spread: fc.constantFrom(3, 500, 65_536),
      percent: fc.constantFrom(0, 0.01, 3, 50, 98.6, 99, 99.99, 100),
      nonZero: fc.boolean(),
      seed: fc.integer({ min: 1, max: 2 ** 30 }),
    });
    fc.assert(
      fc.property(scene, ({ type, length, period, spread, percent, nonZero, seed }) => {
        let state = seed;
        const values = Array.from({ length }, (_, i) => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          return i % period === 1 ? 0 : (state >>> 8) % spread;
        });
        const plane = new type(values);
        return twinsAgree(() => [normalizePercentile(plane, percent, { nonZero }), channelScale(plane, percent)]);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['uint16', Uint16Array],
    ['int16', Int16Array],
  ] as const)('the twins agree on a large plane of which nearly all is 0: %s', (_, type) => {
    const plane = new type(1_200_007);
    for (let i = 0; i < plane.length; i += 503) plane[i] = 1 + ((i * 7919) % 900);
    for (const percent of [50, 99.9]) {
      expect(twinsAgree(() => normalizePercentile(plane, percent, { nonZero: true }).high)).toBe(true);
      expect(twinsAgree(() => channelScale(plane, percent))).toBe(true);
    }
    expect(normalizePercentile(plane, 99.9).high).toBeGreaterThan(0);
  });

  test('the twins agree on what scales a channel, values that are not finite included', () => {
    const odd = fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 2);
    const attempt = (plane: Plane, percent: number): unknown => {
      try {
        return channelScale(plane, percent);
      } catch (error) {
        return (error as Error).message;
      }
    };
    fc.assert(
      fc.property(planes, fc.double({ min: 0, max: 100, noNaN: true }), odd, (plane, percent, value) => {
        const last = Float32Array.from([...plane, value]);
        return twinsAgree(() => [attempt(plane, percent), attempt(last, percent)]);
      }),
      { numRuns: 600 },
    );
  });

  test('the twins agree on scaled planes', () => {
    const limits = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(planes, limits, (plane, limit) =>
        twinsAgree(() => [clipAndScale(plane, limit), minMaxScale(plane), median(plane), removeHotPixels(plane)]),
      ),
      { numRuns: 600 },
    );
  });
});
