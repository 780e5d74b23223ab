import { resizeLinear } from '../../kernels/resize-linear.ts';
import { goldens } from '../support/goldens.ts';

test.each(goldens('linear-opencv'))('$name: as cv2.resize with INTER_LINEAR 5.0', ({ get, size }) => {
  const [height, width] = size('plane');
  const [outHeight, outWidth] = size('resized');
  const found = resizeLinear(get('plane', Float32Array), height, width, outHeight, outWidth);
  const wanted = get('resized', Float32Array);
  expect(found.length).toBe(wanted.length);
  expect(found.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0)).toBeLessThan(1e-5);
});

test('worked out by hand: half the size takes the mean of four, double holds the edges', () => {
  expect([...resizeLinear(Uint8Array.of(0, 2, 4, 6, 8, 10, 12, 14), 2, 4, 1, 2)]).toEqual([5, 9]);
  expect([...resizeLinear(Float32Array.of(0, 4), 1, 2, 1, 4)]).toEqual([0, 1, 3, 4]);
});

test('sizes that cannot be are refused', () => {
  expect(() => resizeLinear(new Float32Array(4), 2, 2, 0, 2)).toThrow(RangeError);
  expect(() => resizeLinear(new Float32Array(3), 2, 2, 1, 1)).toThrow(RangeError);
});
