import { gaussian } from '../../kernels/gaussian.ts';
import { differing, goldens, largestUlps } from '../support/goldens.ts';

describe('gaussian', () => {
  test('equals scipy bit for bit for tabled sigmas, within 1 float32 ulp for others', () => {
    for (const golden of goldens<{ sigma: number; exact: boolean }>('gaussian')) {
      const plane = golden.any('plane');
      const before = plane.slice();
      const ours = gaussian(plane, ...golden.size('plane'), golden.params.sigma);
      const expected = golden.get('expected', Float32Array);
      expect([golden.name, largestUlps(ours, expected) <= 1]).toEqual([golden.name, true]);
      if (golden.params.exact) expect([golden.name, differing(ours, expected)]).toEqual([golden.name, 0]);
      expect(plane).toEqual(before);
    }
  });

  test('sigma 0 copies, an empty plane stays empty', () => {
    const plane = Float32Array.of(1, 2, 3, 4);
    const out = gaussian(plane, 2, 2, 0);
    expect(out).toEqual(plane);
    expect(out).not.toBe(plane);
    expect(gaussian(new Uint8Array(0), 0, 0, 2)).toHaveLength(0);
  });

  test('refuses negative and non-finite sigmas', () => {
    expect(() => gaussian(new Float32Array(4), 2, 2, -1)).toThrow(
      'gaussian: sigma is -1; pass a finite number of pixels ≥ 0',
    );
    expect(() => gaussian(new Float32Array(4), 2, 2, Infinity)).toThrow('gaussian: sigma is Infinity');
    expect(() => gaussian(new Float32Array(4), 3, 2, 1)).toThrow('gaussian: plane: has 4 values, but 3×2 needs 6');
  });
});
