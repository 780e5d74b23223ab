import fc from 'fast-check';
import { relabelSequential } from '../../kernels/relabel.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('relabelSequential', () => {
  test('equals the library, ids near the int32 limit included', () => {
    for (const golden of goldens('label-edits')) {
      const ours = relabelSequential(golden.get('labels', Int32Array));
      expect([golden.name, differing(ours.labels, golden.get('relabelled', Int32Array))]).toEqual([golden.name, 0]);
    }
  });

  test('is idempotent, keeps order and background, and its map says what it did', () => {
    const ids = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 2 ** 31 - 1 })));
    fc.assert(
      fc.property(ids, (list) => {
        const labels = Int32Array.from(list);
        const { labels: once, map, count } = relabelSequential(labels);
        expect(differing(relabelSequential(once).labels, once)).toBe(0);
        expect([...map.values()]).toEqual(Array.from({ length: count }, (_, i) => i + 1));
        expect([...map.keys()]).toEqual([...new Set(list.filter((id) => id > 0))].sort((a, b) => a - b));
        expect(Array.from(once)).toEqual(list.map((id) => map.get(id) ?? 0));
      }),
    );
  });

  test('refuses negative ids by index', () => {
    expect(() => relabelSequential(Int32Array.of(0, 3, -1))).toThrow(
      'relabelSequential: the label at index 2 is -1; labels must be ≥ 0',
    );
  });
});
