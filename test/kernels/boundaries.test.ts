import { boundaries } from '../../kernels/boundaries.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('boundaries', () => {
  test('equals the library', () => {
    for (const golden of goldens('label-edits')) {
      const ours = boundaries(golden.get('labels', Int32Array), ...golden.size('labels'));
      expect([golden.name, differing(ours, golden.get('boundaries', Uint8Array))]).toEqual([golden.name, 0]);
    }
  });

  test('marks both sides where objects touch, and not the border of the plane', () => {
    expect(Array.from(boundaries(Int32Array.of(1, 1, 2, 2, 2, 0), 1, 6))).toEqual([0, 1, 1, 0, 1, 0]);
    expect(() => boundaries(new Int32Array(5), 1, 6)).toThrow('boundaries: labels: has 5 values, but 1×6 needs 6');
  });
});
