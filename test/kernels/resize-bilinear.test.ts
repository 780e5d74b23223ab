import { resizeBilinear, type ResizeBilinearOptions } from '../../kernels/resample.ts';
import { differing, goldens } from '../support/goldens.ts';

const NO_RANGE = [-Infinity, Infinity] as const;

describe('resizeBilinear', () => {
  test('with either border and a shared range it is within 1e-6 of the float64 reference, relative to the value range', () => {
    for (const golden of goldens<ResizeBilinearOptions>('resize-borders')) {
      const plane = golden.any('plane');
      const before = plane.slice();
      const ours = resizeBilinear(plane, ...golden.size('plane'), ...golden.size('expected'), golden.params);
      const expected = golden.get('expected', Float32Array);
      const largest = Math.max(...plane.map(Math.abs));
      const worst = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
      expect([golden.name, ours.length, worst / largest < 1e-6]).toEqual([golden.name, expected.length, true]);
      expect(differing(plane, before)).toBe(0);
    }
  });

  test('a zero border leaves 0.75 of the edge and 0.5625 of the corner when the size doubles', () => {
    const ten = new Float32Array(36).fill(10);
    const out = resizeBilinear(ten, 6, 6, 12, 12, { border: 'zero', range: [0, 10] });
    expect(Array.from(out.subarray(0, 3))).toEqual([5.625, 7.5, 7.5]);
    expect(Array.from(out.subarray(12, 15))).toEqual([7.5, 10, 10]);
    // As the library: a plane of tens has the range 10 to 10.
    expect(new Set(resizeBilinear(ten, 6, 6, 12, 12, { border: 'zero' }))).toEqual(new Set([10]));
    expect(new Set(resizeBilinear(ten, 6, 6, 12, 12))).toEqual(new Set([10]));
  });

  test('smoothing with a zero border darkens the edge, a mirrored one does not', () => {
    const ten = new Float32Array(900).fill(10);
    const zero = resizeBilinear(ten, 30, 30, 6, 6, { border: 'zero', range: NO_RANGE });
    expect(zero[0]).toBeLessThan(9.9);
    expect(zero[14]).toBeCloseTo(10, 5);
    expect(new Set(resizeBilinear(ten, 30, 30, 6, 6, { range: NO_RANGE }))).toEqual(new Set([10]));
  });

  test('a range is kept to, even at the same size', () => {
    const plane = Uint8Array.of(1, 5, 9, 200);
    expect(Array.from(resizeBilinear(plane, 2, 2, 2, 2, { range: [4, 100] }))).toEqual([4, 5, 9, 100]);
    expect(Array.from(resizeBilinear(plane, 2, 2, 2, 2))).toEqual([1, 5, 9, 200]);
  });

  test('refuses other borders and ranges', () => {
    const call = (options: object) => () => resizeBilinear(new Uint8Array(4), 2, 2, 3, 3, options);
    expect(call({ border: 'wrap' })).toThrow("resizeBilinear: border is 'wrap'; pass reflect or zero");
    expect(call({ range: [2, 1] })).toThrow('range is [2, 1]; pass two numbers, the lower one first');
    expect(call({ range: [NaN, 1] })).toThrow('range is [NaN, 1]');
    expect(call({ range: [1] })).toThrow('range is [1]');
  });
});
