import {
  binaryDilate,
  binaryErode,
  binaryFillHoles,
  clearBorder,
  disk,
  fillHoles,
  removeSmall,
} from '../../kernels/morphology.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('binary morphology', () => {
  test('equals the library for every mask and radius', () => {
    for (const golden of goldens<{ radius: number }>('binary-morphology')) {
      const mask = golden.get('mask', Uint8Array);
      const size = golden.size('mask');
      if (golden.has('filled')) {
        expect([golden.name, differing(binaryFillHoles(mask, ...size), golden.get('filled', Uint8Array))]).toEqual([
          golden.name,
          0,
        ]);
        continue;
      }
      const { radius } = golden.params;
      expect([golden.name, differing(binaryErode(mask, ...size, radius), golden.get('eroded', Uint8Array))]).toEqual([
        golden.name,
        0,
      ]);
      expect([golden.name, differing(binaryDilate(mask, ...size, radius), golden.get('dilated', Uint8Array))]).toEqual([
        golden.name,
        0,
      ]);
      const element = disk(radius);
      expect([element.height, element.width]).toEqual(golden.size('disk'));
      expect(differing(element.data, golden.get('disk', Uint8Array))).toBe(0);
    }
  });

  test('refuses radii that are not whole numbers', () => {
    expect(() => disk(1.5)).toThrow('disk: radius: 1.5 is not a whole number ≥ 0');
    expect(() => binaryErode(new Uint8Array(4), 2, 2, -1)).toThrow('binaryErode: radius: -1');
    expect(() => binaryDilate(new Uint8Array(3), 2, 2, 1)).toThrow('binaryDilate: mask: has 3 values, but 2×2 needs 4');
  });
});

describe('label cleaning', () => {
  test('removeSmall and fillHoles equal deepcell-toolbox over scikit-image 0.24', () => {
    for (const golden of goldens<{ size: number }>('label-cleaning')) {
      const labels = golden.get('labels', Int32Array);
      const before = labels.slice();
      const { size } = golden.params;
      expect([golden.name, differing(removeSmall(labels, size), golden.get('small', Int32Array))]).toEqual([
        golden.name,
        0,
      ]);
      const filled = fillHoles(labels, ...golden.size('labels'), size);
      expect([golden.name, differing(filled, golden.get('filled', Int32Array))]).toEqual([golden.name, 0]);
      expect(labels).toEqual(before);
    }
  });

  test('an area of exactly the limit stays, in removal as in filling', () => {
    const ring = Int32Array.of(2, 2, 2, 2, 2, 0, 0, 2, 2, 2, 2, 2);
    expect(differing(fillHoles(ring, 3, 4, 2), ring)).toBe(0);
    expect(Array.from(fillHoles(ring, 3, 4, 3))).toEqual(new Array(12).fill(2));
    expect(differing(removeSmall(ring, 10), ring)).toBe(0);
    expect(Array.from(removeSmall(ring, 11))).toEqual(new Array(12).fill(0));
  });

  test('clearBorder equals the library', () => {
    for (const golden of goldens('label-edits')) {
      const ours = clearBorder(golden.get('labels', Int32Array), ...golden.size('labels'));
      expect([golden.name, differing(ours, golden.get('cleared', Int32Array))]).toEqual([golden.name, 0]);
    }
  });

  test('refuses negative labels and sizes', () => {
    expect(() => removeSmall(Int32Array.of(1, -4), 1)).toThrow('the label at index 1 is -4; labels must be ≥ 0');
    expect(() => removeSmall(Int32Array.of(1), NaN)).toThrow('removeSmall: minSize is NaN');
    expect(() => fillHoles(Int32Array.of(1), 1, 1, -1)).toThrow('fillHoles: belowArea is -1');
  });
});
