import { erodeEdges } from '../../kernels/erode-edges.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('erodeEdges', () => {
  test('equals the library layer by layer, and leaves its argument alone', () => {
    for (const golden of goldens<{ connectivity: 4 | 8 }>('erode-edges')) {
      const labels = golden.get('labels', Int32Array);
      const before = labels.slice();
      for (const layers of [1, 2, 3, 4]) {
        const ours = erodeEdges(labels, ...golden.size('labels'), layers, golden.params);
        const expected = golden.get(`layers${layers}`, Int32Array);
        expect([golden.name, layers, differing(ours, expected)]).toEqual([golden.name, layers, 0]);
      }
      expect(labels).toEqual(before);
    }
  });

  test('without an option only sides count, and the border of the plane takes nothing off', () => {
    const labels = Int32Array.of(5, 5, 5, 5, 5, 5, 5, 5, 0);
    expect(Array.from(erodeEdges(labels, 3, 3, 1))).toEqual([5, 5, 5, 5, 5, 0, 5, 0, 0]);
    expect(Array.from(erodeEdges(labels, 3, 3, 1, { connectivity: 8 }))).toEqual([5, 5, 5, 5, 0, 0, 5, 0, 0]);
    expect(erodeEdges(labels, 3, 3, 0)).toEqual(labels);
    expect(Array.from(erodeEdges(labels, 3, 3, 10 ** 12))).toEqual(new Array(9).fill(0));
    expect(Array.from(erodeEdges(new Int32Array(6).fill(2), 2, 3, 10 ** 12))).toEqual(new Array(6).fill(2));
  });

  test('where two objects touch both lose pixels', () => {
    expect(Array.from(erodeEdges(Int32Array.of(1, 1, 1, 2, 2, 2), 1, 6, 1))).toEqual([1, 1, 0, 0, 2, 2]);
  });

  test('refuses wrong lengths, layers and connectivities', () => {
    expect(() => erodeEdges(new Int32Array(5), 2, 3, 1)).toThrow('erodeEdges: labels: has 5 values');
    expect(() => erodeEdges(new Int32Array(6), 2, 3, -1)).toThrow('erodeEdges: layers: -1 is not a whole number ≥ 0');
    expect(() => erodeEdges(new Int32Array(6), 2, 3, 1, { connectivity: 6 as 4 })).toThrow(
      'erodeEdges: connectivity is 6; pass 4 (sides) or 8 (sides and corners)',
    );
  });
});
