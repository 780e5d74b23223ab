import { boundaries, findBoundaries } from '../../kernels/boundaries.ts';
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

describe('findBoundaries', () => {
  interface Params {
    connectivity: 4 | 8;
    mode: 'thick' | 'inner' | 'outer';
    background: number;
  }

  test('equals the library for every mode, connectivity and background', () => {
    for (const golden of goldens<Params>('find-boundaries')) {
      const labels = golden.get('labels', Int32Array);
      const before = labels.slice();
      const ours = findBoundaries(labels, ...golden.size('labels'), golden.params);
      expect([golden.name, differing(ours, golden.get('expected', Uint8Array))]).toEqual([golden.name, 0]);
      expect(labels).toEqual(before);
    }
  });

  test('is thick and by sides unless told otherwise', () => {
    const labels = Int32Array.of(0, 0, 0, 0, 7, 0, 0, 0, 0);
    expect(Array.from(findBoundaries(labels, 3, 3))).toEqual([0, 1, 0, 1, 1, 1, 0, 1, 0]);
    expect(Array.from(findBoundaries(labels, 3, 3, { mode: 'outer', connectivity: 8 }))).toEqual([
      ...[1, 1, 1, 1, 0, 1, 1, 1, 1],
    ]);
  });

  test('refuses other modes, connectivities, backgrounds and lengths', () => {
    const labels = new Int32Array(4);
    expect(() => findBoundaries(labels, 2, 2, { mode: 'subpixel' as 'thick' })).toThrow('mode is subpixel; choose');
    expect(() => findBoundaries(labels, 2, 2, { connectivity: 1 as 4 })).toThrow('findBoundaries: connectivity is 1');
    expect(() => findBoundaries(labels, 2, 2, { background: 0.5 })).toThrow('findBoundaries: background is 0.5');
    expect(() => findBoundaries(labels, 2, 3)).toThrow('findBoundaries: labels: has 4 values');
  });
});
