import { firstNaN } from '../../../activities/models/handle.ts';

test('the first NaN is found at every place of arrays of every length, and nothing else is taken for one', () => {
  for (let length = 0; length <= 21; length++) {
    const values = Float32Array.from({ length }, (_, i) => i - 7.5);
    expect(firstNaN(values)).toBe(-1);
    for (let at = 0; at < length; at++) {
      const odd = values.slice();
      odd.fill(NaN, at, Math.min(length, at + 2));
      expect(firstNaN(odd)).toBe(at);
    }
  }
});

test('infinities whose sum is no number are no NaN, and do not hide one', () => {
  const values = Float32Array.of(1, Infinity, 2, -Infinity, 3, 4, 5, 6, 7, Infinity);
  expect(firstNaN(values)).toBe(-1);
  values[9] = NaN;
  expect(firstNaN(values)).toBe(9);
});
