import fc from 'fast-check';
import { resizeNearest, type NearestRule } from '../../kernels/resample.ts';
import { differing } from '../support/goldens.ts';
import { twinsAgree } from '../support/twins.ts';

const TYPES = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array];
const ramp = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

describe('resizeNearest', () => {
  test('the two rules pick other pixels: 10 → 7', () => {
    const pick = (rule: NearestRule): number[] => Array.from(resizeNearest(ramp(10), 1, 10, 1, 7, { rule }));
    expect(pick('scikit-image')).toEqual([0, 2, 3, 5, 6, 7, 9]);
    expect(pick('opencv')).toEqual([0, 1, 2, 4, 5, 7, 8]);
    expect(Array.from(resizeNearest(ramp(3), 1, 3, 1, 6, { rule: 'opencv' }))).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test('writes to `out` if there is one, and returns it', () => {
    const out = new Int32Array(7).fill(-1);
    expect(resizeNearest(ramp(10), 1, 10, 1, 7, { out })).toBe(out);
    expect(Array.from(out)).toEqual([0, 2, 3, 5, 6, 7, 9]);
  });

  test('refuses an unknown rule and an `out` that does not fit', () => {
    const plane = ramp(10);
    const call = (options: object) => () => resizeNearest(plane, 1, 10, 1, 7, options);
    expect(call({ rule: 'pil' })).toThrow("resizeNearest: rule is 'pil'; pass scikit-image or opencv");
    expect(call({ out: new Int32Array(6) })).toThrow('out is Int32Array of 6 values, but Int32Array of 7 is needed');
    expect(call({ out: new Uint32Array(7) })).toThrow('out is Uint32Array of 7 values');
    expect(call({ out: plane.subarray(0, 7) })).toThrow('out lies on the memory of an input');
  });

  test('the twins agree for every type, size, scale and rule, and leave the plane as it was', () => {
    const side = fc.integer({ min: 1, max: 90 });
    const cases = fc.record({
      height: side,
      width: side,
      outHeight: side,
      outWidth: side,
      type: fc.constantFrom(...TYPES),
      rule: fc.constantFrom('scikit-image' as const, 'opencv' as const),
    });
    fc.assert(
      fc.property(cases, ({ height, width, outHeight, outWidth, type, rule }) => {
        const plane = new type(height * width);
        for (let i = 0; i < plane.length; i++) plane[i] = (i * 2_654_435) % 250;
        const before = plane.slice();
        const same = twinsAgree(() => resizeNearest(plane, height, width, outHeight, outWidth, { rule }));
        return same && differing(plane, before) === 0;
      }),
      { numRuns: 2000 },
    );
  });

  test('a field of view wider than a strip', () => {
    const [height, width] = [700, 900];
    const plane = Uint16Array.from({ length: height * width }, (_, i) => i % 65_521);
    for (const [h, w] of [
      [528, 679],
      [1, 1],
      [928, 1194],
      [700, 100],
    ] as const) {
      expect(twinsAgree(() => resizeNearest(plane, height, width, h, w))).toBe(true);
    }
  });
});
