import fc from 'fast-check';
import { clipAndScale, percentile } from '../../kernels/percentile.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('percentile', () => {
  test('equals numpy bit for bit, all values and non-zero ones, for every dtype', () => {
    for (const golden of goldens<{ percents: number[] }>('percentile')) {
      const plane = golden.any('plane');
      const ours = golden.params.percents.map((p) => percentile(plane, p) ?? NaN);
      expect([golden.name, differing(ours, golden.get('all', Float64Array))]).toEqual([golden.name, 0]);
      const nonZero = golden.params.percents.map((p) => percentile(plane, p, { nonZero: true }));
      if (golden.has('nonZero')) {
        expect([golden.name, differing(nonZero as number[], golden.get('nonZero', Float64Array))]).toEqual([
          golden.name,
          0,
        ]);
      } else {
        expect(new Set(nonZero)).toEqual(new Set([null]));
      }
    }
  });

  test('is null when no value qualifies', () => {
    expect(percentile(new Uint16Array(0), 99)).toBeNull();
    expect(percentile(new Float32Array(5), 99, { nonZero: true })).toBeNull();
    expect(percentile(new Uint16Array(5), 99)).toBe(0);
  });

  test('names the index of a NaN and refuses percents outside 0..100', () => {
    const plane = Float32Array.of(1, 2, NaN, 4);
    expect(() => percentile(plane, 50)).toThrow(
      'percentile: the value at index 2 is NaN; replace non-finite pixels before this step',
    );
    expect(() => percentile(plane, 101)).toThrow('percentile: percent is 101; choose a number from 0 to 100');
    expect(() => percentile(plane, NaN)).toThrow('percent is NaN');
  });

  test('selection among floats equals sorting', () => {
    const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(floats, fc.integer({ min: 0, max: 59 }), (list, pick) => {
        const values = Float32Array.from(list);
        const sorted = values.slice().sort();
        const rank = pick % values.length;
        const percent = values.length === 1 ? 0 : (rank / (values.length - 1)) * 100;
        const ours = percentile(values, percent) ?? NaN;
        // The percent may round to either side of the rank, so the result lies between the neighbours.
        return ours >= sorted[Math.max(0, rank - 1)]! && ours <= sorted[Math.min(values.length - 1, rank + 1)]!;
      }),
    );
  });
});

describe('clipAndScale', () => {
  test('equals numpy float32 arithmetic bit for bit', () => {
    for (const golden of goldens<{ high: number }>('clip-and-scale')) {
      const ours = clipAndScale(golden.any('plane'), golden.params.high);
      expect([golden.name, differing(ours, golden.get('expected', Float32Array))]).toEqual([golden.name, 0]);
    }
  });

  test('a constant plane becomes zeros, also when clipping makes it so', () => {
    expect(Array.from(clipAndScale(Uint16Array.of(7, 7, 7), 9))).toEqual([0, 0, 0]);
    expect(Array.from(clipAndScale(Uint16Array.of(7, 8, 9), 5))).toEqual([0, 0, 0]);
    expect(clipAndScale(new Uint16Array(0), 5)).toHaveLength(0);
  });

  test('refuses non-finite pixels and limits', () => {
    expect(() => clipAndScale(Float32Array.of(0, Infinity), 1)).toThrow('the value at index 1 is Infinity');
    expect(() => clipAndScale(Float32Array.of(0, 1), NaN)).toThrow(
      'clipAndScale: high is NaN; pass a finite clipping value',
    );
  });
});
