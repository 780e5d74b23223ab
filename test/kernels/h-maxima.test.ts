import fc from 'fast-check';
import { hMaxima } from '../../kernels/h-maxima.ts';
import { differing, goldens } from '../support/goldens.ts';
import { twinsAgree } from '../support/twins.ts';

describe('hMaxima', () => {
  test('equals the library for every surface, height and disk', () => {
    const cases = goldens<{ h: number; radius: number }>('h-maxima');
    for (const golden of cases) {
      const plane = golden.get('plane', Float32Array);
      const ours = hMaxima(plane, ...golden.size('plane'), golden.params);
      expect([golden.name, differing(ours, golden.get('expected', Uint8Array))]).toEqual([golden.name, 0]);
      expect(differing(plane, golden.get('plane', Float32Array))).toBe(0);
    }
    expect(cases).toHaveLength(340);
  });

  test('a peak counts from a height of exactly h on, measured from the higher saddle', () => {
    const marks = (h: number): number[] =>
      Array.from(hMaxima(Float32Array.of(0, 4, 2, 3, 0, 0, 8, 0), 1, 8, { h, radius: 1 }));
    expect(marks(0.5)).toEqual([0, 1, 0, 1, 0, 0, 1, 0]);
    expect(marks(2)).toEqual([0, 1, 0, 0, 0, 0, 1, 0]);
    expect(marks(5)).toEqual([0, 0, 0, 0, 0, 0, 1, 0]);
    expect(marks(9)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('the twins agree, on plateaus, slopes and values far below h', () => {
    const cases = fc.record({
      height: fc.integer({ min: 1, max: 30 }),
      width: fc.integer({ min: 1, max: 45 }),
      levels: fc.constantFrom(2, 3, 7, 40, 1e6),
      scale: fc.constantFrom(1, 1, 1e-7, 3e-3, 1e5),
      offset: fc.constantFrom(0, 0, -1, 0.3),
      smooth: fc.integer({ min: 0, max: 3 }),
      h: fc.constantFrom(1e-8, 0.003, 0.05, 0.1, 0.25, 1),
      radius: fc.integer({ min: 1, max: 4 }),
      seed: fc.integer({ min: 1, max: 2 ** 30 }),
    });
    fc.assert(
      fc.property(cases, ({ height, width, levels, scale, offset, smooth, h, radius, seed }) => {
        let state = seed;
        let plane = Float32Array.from({ length: height * width }, () => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          return scale * (offset + Math.floor(((state >>> 8) / 2 ** 24) * levels) / levels);
        });
        for (let k = 0; k < smooth; k++) {
          const before: Float32Array = plane;
          plane = before.map((value, i) => (value + (before[i - 1] ?? value) + (before[i - width] ?? value)) / 3);
        }
        return twinsAgree(() => hMaxima(plane, height, width, { h, radius }));
      }),
      { numRuns: 3000 },
    );
  });

  test('a staircase that floods could climb for ever', () => {
    const [height, width] = [90, 120];
    const plane = Float32Array.from(
      { length: height * width },
      (_, i) => (i % width) / 1000 + Math.floor(i / width) / 990,
    );
    expect(twinsAgree(() => hMaxima(plane, height, width, { h: 0.15, radius: 2 }))).toBe(true);
  });

  test('refuses heights, radii and values without meaning', () => {
    const plane = Float32Array.of(0, 1, 2, 3);
    const call = (h: number, radius: number) => () => hMaxima(plane, 2, 2, { h, radius });
    expect(call(0, 1)).toThrow('hMaxima: h is 0; pass a height > 0, or take peakLocalMax');
    expect(call(NaN, 1)).toThrow('h is NaN');
    expect(call(1, 0)).toThrow('hMaxima: radius: 0 is not a whole number ≥ 1');
    expect(() => hMaxima(plane, 2, 3, { h: 1, radius: 1 })).toThrow('hMaxima: plane: has 4 values, but 2×3 needs 6');
    expect(() => hMaxima(Float32Array.of(1, Infinity), 1, 2, { h: 1, radius: 1 })).toThrow('index 1 is Infinity');
    expect(hMaxima(new Float32Array(0), 0, 5, { h: 1, radius: 2 })).toHaveLength(0);
  });
});
