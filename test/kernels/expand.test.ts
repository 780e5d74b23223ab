import { expandLabels } from '../../kernels/expand.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('expandLabels', () => {
  test('equals the library pixel for pixel, ties between labels included', () => {
    for (const golden of goldens<{ distance: number }>('expand')) {
      const labels = golden.get('labels', Int32Array);
      const before = labels.slice();
      const ours = expandLabels(labels, ...golden.size('labels'), golden.params.distance);
      expect([golden.name, differing(ours, golden.get('expected', Int32Array))]).toEqual([golden.name, 0]);
      expect(labels).toEqual(before);
    }
  });

  test('the distance is inclusive and may be fractional', () => {
    const labels = Int32Array.of(0, 0, 0, 0, 5, 0, 0, 0, 0);
    expect(Array.from(expandLabels(labels, 3, 3, 1))).toEqual([0, 5, 0, 5, 5, 5, 0, 5, 0]);
    expect(Array.from(expandLabels(labels, 3, 3, Math.SQRT2))).toEqual(new Array(9).fill(5));
  });

  test('refuses negative distances', () => {
    expect(() => expandLabels(new Int32Array(4), 2, 2, -1)).toThrow('expandLabels: distancePx is -1');
  });
});
