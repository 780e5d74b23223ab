import fc from 'fast-check';
import { measureRegions } from '../../kernels/regions.ts';
import { measurePlanes } from '../../kernels/plane-statistics.ts';
import { encodeRuns } from '../../kernels/runs.ts';
import { twinsAgree } from '../support/twins.ts';

/** Random label images: noise of few ids, blocks of many, ids with gaps and up to 2^31 - 1. */
const scenes = fc
  .record({
    height: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 60 }),
    block: fc.integer({ min: 1, max: 7 }),
    ids: fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 2 ** 31 - 1 })), {
      minLength: 2,
      maxLength: 12,
    }),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
  })
  .map(({ height, width, block, ids, seed }) => {
    const labels = new Int32Array(height * width);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const cell = Math.imul(Math.floor(y / block) * 7919 + Math.floor(x / block), 2_654_435_761) ^ seed;
        labels[i] = ids[(cell >>> 8) % ids.length]!;
      }
    }
    return { labels, height, width };
  });

describe('the twins agree on', () => {
  test('runs', () => {
    fc.assert(
      fc.property(scenes, ({ labels, height, width }) => twinsAgree(() => encodeRuns(labels, height, width))),
      { numRuns: 1500 },
    );
  });

  test('the shapes of regions', () => {
    fc.assert(
      fc.property(scenes, ({ labels, height, width }) => twinsAgree(() => measureRegions(labels, height, width))),
      { numRuns: 1500 },
    );
  });

  test('some properties of regions, from labels or from runs', () => {
    const properties = ['area', 'boxes', 'centroidY', 'centroidX', 'eccentricity', 'extent'] as const;
    fc.assert(
      fc.property(scenes, fc.boolean(), ({ labels, height, width }, encoded) =>
        twinsAgree(() => {
          const runs = encoded ? { runs: encodeRuns(labels, height, width) } : {};
          return measureRegions(labels, height, width, { properties, ...runs });
        }),
      ),
      { numRuns: 1500 },
    );
  });

  test('the statistics of planes of every type', () => {
    const types = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array];
    const options = fc.record({
      type: fc.constantFrom(...types),
      levels: fc.constantFrom(1, 2, 7, 300, 70_000, 2 ** 32),
      shift: fc.constantFrom(0, 1, 40_000, 2 ** 31),
      odd: fc.constantFrom(0, NaN, Infinity, -0),
      statistics: fc.subarray(['sum', 'mean', 'median', 'min', 'max', 'std'] as const),
      percentiles: fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(scenes, options, ({ labels, height, width }, { type, levels, shift, odd, ...wanted }) => {
        const values = Array.from(labels, (_, i) => {
          const value = (Math.imul(i + 1, 2_654_435_761) >>> 0) % levels;
          return i % 97 === 5 ? odd : (value - shift) * (type === Float32Array ? 0.37 : 1);
        });
        const plane = new type(values);
        return twinsAgree(() => measurePlanes([plane], encodeRuns(labels, height, width), wanted));
      }),
      { numRuns: 2500 },
    );
  });

  test('images of several strips', () => {
    const [height, width] = [300, 517];
    const labels = Int32Array.from({ length: height * width }, (_, i) => {
      const [y, x] = [Math.floor(i / width), i % width];
      return Math.hypot((y % 23) - 11, (x % 29) - 14) < 9 ? 1 + Math.floor(y / 23) * 20 + Math.floor(x / 29) : 0;
    });
    expect(twinsAgree(() => measureRegions(labels, height, width))).toBe(true);
    const plane = Uint16Array.from(labels, (_, i) => Math.imul(i, 40_503));
    const runs = encodeRuns(labels, height, width);
    const statistics = ['sum', 'median', 'min', 'max', 'std'] as const;
    expect(twinsAgree(() => measurePlanes([plane], runs, { statistics }))).toBe(true);
  });
});
