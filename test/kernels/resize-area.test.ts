import { resizeArea, resizeNearest, type AreaPlane } from '../../kernels/resample.ts';
import { differing, goldens, largestUlps } from '../support/goldens.ts';

describe('resizeArea', () => {
  test('equals OpenCV element by element; float32 in blocks of 2×2 to 1 ulp', () => {
    for (const golden of goldens<{ ulps: number }>('resize-area')) {
      const plane = golden.any('plane') as AreaPlane;
      const expected = golden.any('expected');
      const before = plane.slice();
      const ours = resizeArea(plane, ...golden.size('plane'), ...golden.size('expected'));
      expect(ours.constructor.name).toBe(expected.constructor.name);
      const { ulps } = golden.params;
      if (ulps > 0) {
        expect([golden.name, largestUlps(ours as Float32Array, expected as Float32Array) <= ulps]).toEqual([
          golden.name,
          true,
        ]);
      } else expect([golden.name, differing(ours, expected)]).toEqual([golden.name, 0]);
      expect(differing(plane, before)).toBe(0);
    }
  });

  test('ties: 2×2 integers round up, other blocks to even', () => {
    expect(Array.from(resizeArea(Uint8Array.of(0, 1, 1, 0), 2, 2, 1, 1))).toEqual([1]);
    expect(Array.from(resizeArea(Int16Array.of(-1, 0, 0, -1), 2, 2, 1, 1))).toEqual([0]);
    expect(Array.from(resizeArea(Uint8Array.of(0, 1), 1, 2, 1, 1))).toEqual([0]);
    expect(Array.from(resizeArea(Uint8Array.of(1, 2), 1, 2, 1, 1))).toEqual([2]);
  });

  test('whole factors up repeat pixels', () => {
    expect(Array.from(resizeArea(Uint8Array.of(3, 8), 1, 2, 2, 4))).toEqual([3, 3, 8, 8, 3, 3, 8, 8]);
  });

  test('refuses what OpenCV has no area method for', () => {
    const plane = new Uint8Array(12);
    expect(() => resizeArea(plane, 3, 4, 4, 4)).toThrow(
      'resizeArea: 3×4 to 4×4 neither shrinks nor is a whole factor along both axes',
    );
    expect(() => resizeArea(plane, 3, 4, 6, 2)).toThrow('3×4 to 6×2 neither shrinks');
    expect(() => resizeArea(new Int32Array(12) as unknown as Int16Array, 3, 4, 1, 1)).toThrow(
      'resizeArea: the plane is Int32Array; pass uint8, uint16, int16 or float32',
    );
    expect(() => resizeArea(plane, 3, 4, 0, 1)).toThrow('resizeArea: outHeight: 0');
  });
});

describe('resizeNearest', () => {
  test("by OpenCV's rule equals OpenCV", () => {
    for (const golden of goldens('nearest-opencv')) {
      const plane = golden.any('plane');
      const ours = resizeNearest(plane, ...golden.size('plane'), ...golden.size('expected'), { rule: 'opencv' });
      expect([golden.name, differing(ours, golden.any('expected'))]).toEqual([golden.name, 0]);
    }
  });
});
