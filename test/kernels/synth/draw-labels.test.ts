import { keepLargestParts } from '../../../kernels/synth/draw-labels.ts';
import { double, gaussianBlur, halve } from '../../../kernels/synth/blur.ts';
import { outlineDepth } from '../../../kernels/synth/stain.ts';

describe('keepLargestParts', () => {
  test('keeps the larger part of a torn label and drops small ones', () => {
    // prettier-ignore
    const data = Int32Array.from([
      1, 0, 1, 1,
      0, 0, 1, 2,
      3, 3, 0, 3,
    ]);
    keepLargestParts(data, 3, 4, 2);
    // prettier-ignore
    expect([...data]).toEqual([
      0, 0, 1, 1,
      0, 0, 1, 0,
      3, 3, 0, 0,
    ]);
  });

  test('of equal parts the first in row-major order stays, and diagonal neighbours are not connected', () => {
    const data = Int32Array.from([7, 0, 0, 7]);
    keepLargestParts(data, 2, 2, 1);
    expect([...data]).toEqual([7, 0, 0, 0]);
  });
});

test('outlineDepth counts thirds of pixels from the outline and ignores the image border', () => {
  const height = 5;
  const width = 7;
  const data = new Int32Array(35).fill(1);
  for (let y = 0; y < height; y++) data[y * width] = 0;
  // prettier-ignore
  expect([...outlineDepth({ height, width, mpp: 1, data }).subarray(14, 21)]).toEqual([0, 0, 3, 6, 9, 12, 15]);
});

describe('blur', () => {
  test('gaussianBlur keeps the sum and has the asked variance', () => {
    const size = 31;
    const plane = new Float32Array(size * size);
    plane[15 * size + 15] = 1;
    const out = gaussianBlur(plane, size, size, 1.5);
    let sum = 0;
    let variance = 0;
    out.forEach((value, i) => {
      sum += value;
      variance += value * (Math.floor(i / size) - 15) ** 2;
    });
    expect(sum).toBeCloseTo(1, 5);
    expect(variance).toBeGreaterThan(2.1);
    expect(variance).toBeLessThan(2.3);
  });

  test('halve averages, repeating an odd edge; double gives a ramp back', () => {
    expect([...halve(Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]), 3, 3)]).toEqual([3, 4.5, 7.5, 9]);
    const ramp = Float32Array.from({ length: 64 }, (_, i) => i % 8);
    const back = double(halve(ramp, 8, 8), 8, 8);
    expect([...back.subarray(25, 31)]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
