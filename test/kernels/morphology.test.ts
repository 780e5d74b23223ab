import {
  binaryClose,
  binaryDilate,
  binaryErode,
  binaryFillHoles,
  binaryOpen,
  clearBorder,
  disk,
  fillHoles,
  fillSmallMaskHoles,
  removeSmall,
  removeSmallMaskObjects,
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

describe('masks', () => {
  test('opening and closing equal the library', () => {
    for (const golden of goldens<{ radius: number }>('binary-open-close')) {
      const mask = golden.get('mask', Uint8Array);
      const size = golden.size('mask');
      const { radius } = golden.params;
      const opened = binaryOpen(mask, ...size, radius);
      expect([golden.name, differing(opened, golden.get('opened', Uint8Array))]).toEqual([golden.name, 0]);
      const closed = binaryClose(mask, ...size, radius);
      expect([golden.name, differing(closed, golden.get('closed', Uint8Array))]).toEqual([golden.name, 0]);
    }
  });

  test('removal of small objects and filling of small holes equal the library', () => {
    for (const golden of goldens<{ size: number; connectivity: 4 | 8 }>('small-masks')) {
      const mask = golden.get('mask', Uint8Array);
      const before = mask.slice();
      const { size, connectivity } = golden.params;
      const kept = removeSmallMaskObjects(mask, ...golden.size('mask'), size, { connectivity });
      expect([golden.name, differing(kept, golden.get('kept', Uint8Array))]).toEqual([golden.name, 0]);
      const filled = fillSmallMaskHoles(mask, ...golden.size('mask'), size, { connectivity });
      expect([golden.name, differing(filled, golden.get('filled', Uint8Array))]).toEqual([golden.name, 0]);
      expect(mask).toEqual(before);
    }
  });

  test('an area of exactly the limit stays, and any value but 0 is set', () => {
    const mask = [9, 9, 0, 0, 0, -0.5];
    expect(Array.from(removeSmallMaskObjects(mask, 1, 6, 2))).toEqual([1, 1, 0, 0, 0, 0]);
    expect(Array.from(fillSmallMaskHoles(mask, 1, 6, 3))).toEqual([1, 1, 0, 0, 0, 1]);
    expect(Array.from(fillSmallMaskHoles(mask, 1, 6, 3.5))).toEqual([1, 1, 1, 1, 1, 1]);
    expect(Array.from(binaryClose(mask, 1, 6, 2))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('bad sizes, radii and connectivities are refused', () => {
    expect(() => binaryOpen([1, 1], 1, 2, 0.5)).toThrow('binaryOpen: radius: 0.5 is not a whole number ≥ 0');
    expect(() => binaryClose([1, 1], 1, 3, 1)).toThrow('binaryClose: mask: has 2 values');
    expect(() => removeSmallMaskObjects([1], 1, 1, -1)).toThrow('removeSmallMaskObjects: minSize is -1');
    expect(() => fillSmallMaskHoles([1], 1, 1, 1, { connectivity: 2 as 4 })).toThrow(
      'fillSmallMaskHoles: connectivity',
    );
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
