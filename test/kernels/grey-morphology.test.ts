import { greyClose, greyDilate, greyErode, greyOpen, whiteTopHat } from '../../kernels/grey-morphology.ts';
import { differing, goldens } from '../support/goldens.ts';

const operations = {
  dilated: greyDilate,
  eroded: greyErode,
  opened: greyOpen,
  closed: greyClose,
  topHat: whiteTopHat,
};

describe('grey morphology', () => {
  test('equals the library for every dtype, shape and radius, and leaves its argument alone', () => {
    for (const golden of goldens<{ shape: 'square' | 'disk'; radius: number }>('grey-morphology')) {
      const { shape, radius } = golden.params;
      const plane = golden.any('plane');
      const before = plane.slice();
      for (const [name, operation] of Object.entries(operations)) {
        if (!golden.has(name)) continue;
        const ours = operation(plane, ...golden.size('plane'), radius, { shape });
        const expected = golden.any(name);
        expect([golden.name, name, ours.constructor.name]).toEqual([golden.name, name, expected.constructor.name]);
        expect([golden.name, name, differing(ours, expected)]).toEqual([golden.name, name, 0]);
      }
      expect(plane).toEqual(before);
    }
  });

  test('a disk leaves out the corners of the square', () => {
    const plane = new Uint16Array(25);
    plane[12] = 7;
    const disk = [0, 0, 7, 0, 0, 0, 7, 7, 7, 0, 7, 7, 7, 7, 7, 0, 7, 7, 7, 0, 0, 0, 7, 0, 0];
    expect(Array.from(greyDilate(plane, 5, 5, 2, { shape: 'disk' }))).toEqual(disk);
    expect(Array.from(greyDilate(plane, 5, 5, 2, { shape: 'square' }))).toEqual(new Array(25).fill(7));
  });

  test('opening is below the plane, closing above, and doing either again changes nothing', () => {
    for (const golden of goldens<{ shape: 'square' | 'disk'; radius: number }>('grey-morphology')) {
      const { shape, radius } = golden.params;
      const plane = golden.any('plane');
      const size = golden.size('plane');
      const opened = greyOpen(plane, ...size, radius, { shape });
      const closed = greyClose(plane, ...size, radius, { shape });
      expect(plane.every((value: number, i: number) => opened[i]! <= value && value <= closed[i]!)).toBe(true);
      expect(differing(greyOpen(opened, ...size, radius, { shape }), opened)).toBe(0);
      expect(differing(greyClose(closed, ...size, radius, { shape }), closed)).toBe(0);
    }
  });

  test('a radius far over the plane takes in all of it; an empty plane stays empty', () => {
    const plane = Float32Array.of(3, -0, 5, -1, 2, 4);
    for (const shape of ['square', 'disk'] as const) {
      expect(Array.from(greyDilate(plane, 2, 3, 10 ** 9, { shape }))).toEqual(new Array(6).fill(5));
      expect(Array.from(greyErode(plane, 2, 3, 10 ** 9, { shape }))).toEqual(new Array(6).fill(-1));
      expect(greyDilate(plane, 2, 3, 0, { shape })[1]).toBe(0);
      expect(greyDilate(new Uint8Array(0), 0, 3, 2, { shape })).toHaveLength(0);
    }
  });

  test('refuses NaN, other shapes, radii that are not whole and wrong lengths', () => {
    const plane = Float32Array.of(0, 1, NaN, 2);
    expect(() => greyDilate(plane, 2, 2, 1, { shape: 'square' })).toThrow('greyDilate: the value at index 2 is NaN');
    expect(() => whiteTopHat(plane, 2, 2, 1, { shape: 'disk' })).toThrow('whiteTopHat: the value at index 2 is NaN');
    expect(() => greyErode(plane, 2, 2, 1.5, { shape: 'disk' })).toThrow('greyErode: radius: 1.5 is not a whole');
    expect(() => greyOpen(plane, 2, 3, 1, { shape: 'disk' })).toThrow('greyOpen: plane: has 4 values, but 2×3 needs 6');
    expect(() => greyClose(plane, 2, 2, 1, { shape: 'ball' as 'disk' })).toThrow(
      "greyClose: shape is ball; choose 'square' or 'disk'",
    );
  });
});
