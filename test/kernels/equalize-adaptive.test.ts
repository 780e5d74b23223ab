import fc from 'fast-check';
import { equalizeAdaptive } from '../../kernels/equalize-adaptive.ts';
import { differing, goldens } from '../support/goldens.ts';
import { twinsAgree } from '../support/twins.ts';

describe('equalizeAdaptive', () => {
  test('equals equalize_adapthist bit for bit, for blocks of every kind', () => {
    const cases = goldens<{ kernelSize: [number, number]; clipLimit: number }>('equalize-adaptive');
    for (const golden of cases) {
      const plane = golden.get('plane', Float32Array);
      const ours = equalizeAdaptive(plane, ...golden.size('plane'), golden.params);
      expect([golden.name, differing(ours, golden.get('expected', Float32Array))]).toEqual([golden.name, 0]);
      expect(differing(plane, golden.get('plane', Float32Array))).toBe(0);
    }
    expect(cases.length).toBeGreaterThan(140);
  });

  test('golden vector', () => {
    const plane = new Float32Array(64 * 48);
    for (let r = 0, i = 0; r < 64; r++) {
      for (let c = 0; c < 48; c++, i++) plane[i] = ((7 * r + 13 * c + 3 * ((r * c) % 5)) % 32) / 31;
    }
    const out = equalizeAdaptive(plane, 64, 48, { kernelSize: 16 });
    expect(out.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1713.437008, 4);
    const at = (r: number, c: number): number => out[48 * r + c]!;
    expect([at(0, 0), at(5, 7), at(20, 31), at(63, 47)]).toEqual([0, 1, 1, 1]);
    expect(at(40, 10)).toBeCloseTo(0.933071, 6);
  });

  test('the twins agree', () => {
    const side = fc.oneof(fc.constantFrom(4, 8, 16, 32, 64), fc.integer({ min: 5, max: 70 }));
    const scene = fc.record({
      height: fc.integer({ min: 1, max: 31 }),
      width: fc.integer({ min: 1, max: 47 }),
      kernelSize: fc.tuple(side, side),
      clipLimit: fc.constantFrom(0.01, 0.003, 0.2, 0),
      levels: fc.constantFrom(1, 2, 9, 300, 1_000_000),
      low: fc.constantFrom(0, 0, -1, 0.4),
      seed: fc.integer({ min: 1, max: 2 ** 30 }),
    });
    fc.assert(
      fc.property(scene, ({ height, width, levels, low, seed, ...options }) => {
        let state = seed;
        const plane = Float32Array.from({ length: height * width }, () => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          return low + (1 - low) * (Math.floor(((state >>> 8) / 2 ** 24) * levels) / levels);
        });
        return twinsAgree(() => equalizeAdaptive(plane, height, width, options));
      }),
      { numRuns: 1000 },
    );
  });

  test('refuses values, sizes and outputs that it has no meaning for', () => {
    const plane = Float32Array.of(0, 0.5, 1, 0.2);
    const call =
      (values: Float32Array, options: object = {}) =>
      () =>
        equalizeAdaptive(values, 2, 2, { kernelSize: 2, ...options });
    expect(call(Float32Array.of(0, 3, 0, 0))).toThrow('equalizeAdaptive: the value at index 1 is 3; scale the plane');
    expect(call(Float32Array.of(0, 0, NaN, 0))).toThrow('equalizeAdaptive: the value at index 2 is NaN');
    expect(call(plane, { kernelSize: 0 })).toThrow('kernelSize: 0 is not a whole number ≥ 1');
    expect(call(plane, { clipLimit: NaN })).toThrow('clipLimit is NaN');
    expect(call(plane, { out: plane })).toThrow('out lies on the memory of an input');
    expect(call(plane.subarray(0, 3))).toThrow('equalizeAdaptive: plane: has 3 values');
    expect(equalizeAdaptive(new Float32Array(0), 0, 0, { kernelSize: 4 })).toHaveLength(0);
  });
});
