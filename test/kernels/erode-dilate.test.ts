import fc from 'fast-check';
import { dilateSquare } from '../../kernels/dilate-square.ts';
import { erodeEdges } from '../../kernels/erode-edges.ts';
import { differing, goldens } from '../support/goldens.ts';
import { twinsAgree } from '../support/twins.ts';

const sizes = { height: fc.integer({ min: 1, max: 19 }), width: fc.integer({ min: 1, max: 37 }) };

describe('erodeEdges', () => {
  test('equals find_boundaries of scikit-image taken off layer by layer', () => {
    const cases = goldens<{ layers: number }>('erode-edges');
    for (const golden of cases) {
      const labels = golden.get('labels', Int32Array);
      const ours = erodeEdges(labels, ...golden.size('labels'), golden.params.layers);
      expect([golden.name, differing(ours, golden.get('expected', Int32Array))]).toEqual([golden.name, 0]);
      expect(differing(labels, golden.get('labels', Int32Array))).toBe(0);
    }
    expect(cases.length).toBeGreaterThan(30);
  });

  test('the twins agree', () => {
    const scene = fc.record({ ...sizes, ids: fc.constantFrom(2, 4, 200_000), layers: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(scene, fc.infiniteStream(fc.nat()), ({ height, width, ids, layers }, numbers) => {
        const labels = Int32Array.from({ length: height * width }, (_, i) =>
          // Blocks of 5 pixels, so that something is left to erode.
          i % 5 === 0 ? numbers.next().value! % ids : 0,
        ).map((_, i, all) => all[i - (i % 5)]!);
        return twinsAgree(() => erodeEdges(labels, height, width, layers));
      }),
      { numRuns: 1000 },
    );
  });

  test('refuses wrong sizes, layers and outputs', () => {
    const labels = new Int32Array(6);
    expect(() => erodeEdges(labels, 2, 2, 1)).toThrow('erodeEdges: labels: has 6 values');
    expect(() => erodeEdges(labels, 2, 3, -1)).toThrow('erodeEdges: layers: -1 is not a whole number');
    expect(() => erodeEdges(labels, 2, 3, 1, { out: labels })).toThrow('out lies on the memory of an input');
  });
});

describe('dilateSquare', () => {
  test('equals dilation by a square of scikit-image', () => {
    const cases = goldens<{ radius: number }>('dilate-square');
    for (const golden of cases) {
      const ours = dilateSquare(golden.get('plane', Float32Array), ...golden.size('plane'), golden.params.radius);
      expect([golden.name, differing(ours, golden.get('expected', Float32Array))]).toEqual([golden.name, 0]);
    }
    expect(cases.length).toBeGreaterThan(15);
  });

  test('the twins agree', () => {
    const scene = fc.record({ ...sizes, radius: fc.integer({ min: 0, max: 12 }), levels: fc.constantFrom(2, 5, 1e6) });
    fc.assert(
      fc.property(scene, fc.infiniteStream(fc.nat()), ({ height, width, radius, levels }, numbers) => {
        const plane = Float32Array.from({ length: height * width }, () => (numbers.next().value! % levels) - 1.5);
        return twinsAgree(() => dilateSquare(plane, height, width, radius));
      }),
      { numRuns: 1000 },
    );
  });

  test('refuses wrong sizes and radii', () => {
    expect(() => dilateSquare(new Float32Array(4), 2, 3, 1)).toThrow('dilateSquare: plane: has 4 values');
    expect(() => dilateSquare(new Float32Array(6), 2, 3, 0.5)).toThrow(
      'dilateSquare: radius: 0.5 is not a whole number',
    );
  });
});
