import { halveArea, halveNearest } from '../../kernels/downsample.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('halving', () => {
  test('equals numpy for every dtype and parity, and keeps the dtype', () => {
    for (const golden of goldens('halve')) {
      const plane = golden.any('plane');
      const mean = halveArea(plane, ...golden.size('plane'));
      expect([mean.height, mean.width]).toEqual(golden.size('mean'));
      expect(mean.data.constructor.name).toBe(plane.constructor.name);
      expect([golden.name, differing(mean.data, golden.any('mean'))]).toEqual([golden.name, 0]);
      const first = halveNearest(plane, ...golden.size('plane'));
      expect([golden.name, differing(first.data, golden.any('first'))]).toEqual([golden.name, 0]);
    }
  });

  test('rounds half to even, odd edges average what exists', () => {
    expect(Array.from(halveArea(Uint8Array.of(1, 2, 9, 1, 2, 4), 2, 3).data)).toEqual([2, 6]);
    expect(Array.from(halveArea(Int16Array.of(-1, -2), 1, 2).data)).toEqual([-2]);
    expect(halveArea(new Uint8Array(0), 0, 0)).toEqual({ data: new Uint8Array(0), height: 0, width: 0 });
    expect(() => halveNearest(new Int32Array(3), 2, 2)).toThrow('halveNearest: plane: has 3 values, but 2×2 needs 4');
  });
});
