import { otsu, otsuOfValues } from '../../kernels/otsu.ts';
import { goldens } from '../support/goldens.ts';

describe('otsu', () => {
  test('equals the library for every dtype and bin count', () => {
    for (const golden of goldens<{ bins: number }>('otsu')) {
      const ours = otsu(golden.any('plane'), golden.params.bins);
      expect([golden.name, ours]).toEqual([golden.name, golden.get('expected', Float64Array)[0]]);
    }
  });

  test('a constant plane gives its value', () => {
    expect(otsu(Uint16Array.of(700, 700))).toBe(700);
    expect(otsu(Float32Array.of(-2.5))).toBe(-2.5);
  });

  test('separates floats too close for 256 bins', () => {
    const next = Math.fround(1 + 2 ** -23);
    const pair = otsu(Float32Array.of(1, next, 1, next));
    expect(pair).toBeGreaterThanOrEqual(1);
    expect(pair).toBeLessThan(next);
    const step = 2 ** -20;
    const wider = otsu(Float32Array.of(1, 1, 1 + 7 * step, 1 + 8 * step, 1 + 8 * step));
    expect(wider).toBeGreaterThanOrEqual(1);
    expect(wider).toBeLessThan(1 + 7 * step);
  });

  test('numbers of a column are taken as float32', () => {
    const column = Float64Array.of(0.1, 0.2, 0.3, 7.1, 7.2, 7.3);
    expect(otsuOfValues(column)).toBe(otsu(Float32Array.from(column)));
    expect(otsuOfValues(column, 8)).toBe(otsu(Float32Array.from(column), 8));
    expect(() => otsuOfValues([1, 1e39])).toThrow('otsu: the value at index 1 is Infinity');
  });

  test('refuses what has no threshold', () => {
    expect(() => otsu(new Uint8Array(0))).toThrow('otsu: the plane has no values');
    expect(() => otsu(Float32Array.of(1, NaN))).toThrow('otsu: the value at index 1 is NaN');
    expect(() => otsu(Int32Array.of(0, 2 ** 30))).toThrow(
      'otsu: the integers span 0..1073741824, over 16777216 values',
    );
    expect(() => otsu(Float32Array.of(1, 2), 1)).toThrow('otsu: bins is 1');
  });
});
