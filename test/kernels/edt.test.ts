import fc from 'fast-check';
import { distanceTransform } from '../../kernels/edt.ts';
import { nearestZero } from '../../kernels/nearest-zero.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('distanceTransform', () => {
  test('equals scipy to the last bit', () => {
    for (const golden of goldens('edt')) {
      const ours = distanceTransform(golden.get('mask', Uint8Array), ...golden.size('mask'));
      expect([golden.name, differing(ours, golden.get('expected', Float64Array))]).toEqual([golden.name, 0]);
    }
  });

  test('without any 0 it is the distance to row -1, column 0', () => {
    const full = distanceTransform(new Uint8Array(32 * 32).fill(1), 32, 32);
    expect(Math.max(...full)).toBeCloseTo(44.5533, 4);
    expect(full[0]).toBe(1);
  });

  test('equals the search over all pixels', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 12, maxLength: 132 }), (list) => {
        const width = 6;
        const mask = list.slice(0, list.length - (list.length % width));
        mask[0] = 0;
        const ours = distanceTransform(mask, mask.length / width, width);
        return mask.every((_, i) => {
          const distances = mask.flatMap((value, k) =>
            value === 0
              ? [Math.sqrt((Math.floor(i / width) - Math.floor(k / width)) ** 2 + ((i % width) - (k % width)) ** 2)]
              : [],
          );
          return ours[i] === Math.min(...distances);
        });
      }),
    );
  });

  test('of several nearest pixels the leftmost is taken, and of those the upper one', () => {
    const masks = fc.record({ width: fc.integer({ min: 1, max: 13 }), list: fc.array(fc.integer({ min: 0, max: 5 })) });
    fc.assert(
      fc.property(masks, ({ width, list }) => {
        const mask = list.slice(0, list.length - (list.length % width));
        const nearest = nearestZero(mask, mask.length / width, width);
        return mask.every((_, i) => {
          const row = (k: number): number => Math.floor(k / width);
          const squared = (k: number): number => (row(i) - row(k)) ** 2 + ((i % width) - (k % width)) ** 2;
          const zeros = [...mask.keys()].filter((k) => mask[k] === 0);
          zeros.sort((a, b) => squared(a) - squared(b) || (a % width) - (b % width) || a - b);
          return nearest[i] === (zeros[0] ?? -1);
        });
      }),
      { numRuns: 1000 },
    );
  });

  test('refuses wrong lengths', () => {
    expect(() => distanceTransform(new Uint8Array(5), 2, 3)).toThrow('distanceTransform: mask: has 5 values');
  });
});
