import * as fc from 'fast-check';
import { twoMeans } from '../../kernels/two-means.ts';

/** Squared distances to the means of the groups that `inLower` makes. */
function spread(values: readonly number[], inLower: (index: number) => boolean): number {
  const groups = [values.filter((_, i) => inLower(i)), values.filter((_, i) => !inLower(i))];
  return groups.reduce((sum, group) => {
    const mean = group.reduce((a, b) => a + b, 0) / group.length;
    return sum + group.reduce((a, b) => a + (b - mean) ** 2, 0);
  }, 0);
}

describe('twoMeans', () => {
  test('centres worked out by hand', () => {
    const scores = [0.9, 0.85, 0.8, 0.75, 0.1, 0.05, 0.02, 0.01];
    const { low, high, count } = twoMeans(scores);
    expect([low, high].map((centre) => Number(centre.toFixed(12)))).toEqual([0.045, 0.825]);
    expect(count).toBe(4);
    expect(twoMeans([0, 10])).toEqual({ low: 0, high: 10, count: 1 });
    expect(twoMeans([5, 0, 5, 5])).toEqual({ low: 0, high: 5, count: 1 });
  });

  test('one value and equal values are one group', () => {
    expect(twoMeans([3])).toEqual({ low: 3, high: 3, count: 1 });
    expect(twoMeans(Float32Array.of(-2.5, -2.5, -2.5))).toEqual({ low: -2.5, high: -2.5, count: 3 });
  });

  test('of equally good splits the smaller lower group', () => {
    expect(twoMeans([-1, 0, 1])).toEqual({ low: -1, high: 0.5, count: 1 });
  });

  test('no division of up to ten numbers spreads less', () => {
    const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(numbers, (values) => {
        const { low, high, count } = twoMeans(values);
        const sorted = values.toSorted((a, b) => a - b);
        if (count === values.length) {
          expect(new Set(values).size).toBe(1);
          return;
        }
        const ours = spread(sorted, (i) => i < count);
        for (let groups = 1; groups < 2 ** values.length - 1; groups++) {
          expect(spread(values, (i) => (groups & (1 << i)) !== 0)).toBeGreaterThanOrEqual(ours - 1e-9);
        }
        const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0) / part.length;
        expect(low).toBeCloseTo(mean(sorted.slice(0, count)), 9);
        expect(high).toBeCloseTo(mean(sorted.slice(count)), 9);
      }),
      { numRuns: 300 },
    );
  });

  test('order does not matter and the argument stays as it is', () => {
    const values = Float32Array.of(0.3, 0.9, 0.1, 0.8, 0.2);
    const before = values.slice();
    expect(twoMeans(values)).toEqual(twoMeans(values.toReversed()));
    expect(values).toEqual(before);
  });

  test('refuses what has no mean', () => {
    expect(() => twoMeans([])).toThrow('twoMeans: there are no values');
    expect(() => twoMeans([1, NaN])).toThrow('twoMeans: the value at index 1 is NaN');
    expect(() => twoMeans([Infinity, 1])).toThrow('twoMeans: the value at index 0 is Infinity');
  });
});
