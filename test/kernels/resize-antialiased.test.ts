import { resizeAntialiased } from '../../kernels/resample.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('resizeAntialiased', () => {
  test('equals PyTorch bit for bit', () => {
    for (const golden of goldens('resize-antialiased')) {
      const plane = golden.any('plane');
      const before = plane.slice();
      const ours = resizeAntialiased(plane, ...golden.size('plane'), ...golden.size('expected'));
      expect([golden.name, differing(ours, golden.get('expected', Float32Array))]).toEqual([golden.name, 0]);
      expect(differing(plane, before)).toBe(0);
    }
  });

  test('the same size gives the values, a third of the size weighs 1, 2, 3, 2, 1', () => {
    const plane = Uint16Array.of(5, 0, 65535, 7);
    expect(Array.from(resizeAntialiased(plane, 2, 2, 2, 2))).toEqual([5, 0, 65535, 7]);
    const pulse = new Float32Array(9);
    for (const [at, weight] of [0, 0, 1, 2, 3, 2, 1, 0, 0].entries()) {
      pulse.fill(0)[at] = 9;
      expect(resizeAntialiased(pulse, 1, 9, 1, 3)[1]).toBeCloseTo(weight, 5);
    }
  });

  test('integers beyond float32 are rounded to it first', () => {
    const plane = Int32Array.of(2 ** 24 + 1, -(2 ** 31));
    expect(Array.from(resizeAntialiased(plane, 1, 2, 1, 2))).toEqual([2 ** 24, -(2 ** 31)]);
  });

  test('refuses planes without pixels and of another length', () => {
    expect(() => resizeAntialiased(new Float32Array(0), 0, 4, 2, 2)).toThrow('resizeAntialiased: the plane is 0×4');
    expect(() => resizeAntialiased(new Float32Array(3), 2, 2, 2, 2)).toThrow('has 3 values, but 2×2 needs 4');
    expect(() => resizeAntialiased(new Float32Array(4), 2, 2, 0, 2)).toThrow('resizeAntialiased: outHeight: 0');
  });
});
