import fc from 'fast-check';
import { rescaleBilinear, rescaledSize, resizeBilinear, resizeNearest } from '../../kernels/resample.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('rescaledSize', () => {
  test.each([
    [5, 0.5, 2],
    [7, 0.5, 4],
    [13, 0.5, 6],
    [2048, 0.377 / 0.5, 1544],
    [2048, 0.5 / 0.377, 2716],
    [1, 0.01, 1],
  ])('%d × %d → %d, half to even and at least 1', (n, scale, expected) => {
    expect(rescaledSize(n, scale)).toBe(expected);
  });

  test.each(['rescaled-size', 'rescaled-size-024'])('equals the library for every size (%s)', (file) => {
    for (const golden of goldens<{ scale: number }>(file)) {
      const sizes = golden.get('sizes', Int32Array);
      const ours = sizes.map((n) => rescaledSize(n, golden.params.scale));
      expect([golden.name, differing(ours, golden.get('expected', Int32Array))]).toEqual([golden.name, 0]);
    }
  });

  test('refuses scales that are not a finite number above 0', () => {
    expect(() => rescaledSize(10, 0)).toThrow(
      'scale: 0 is not a finite number > 0; pass input mpp divided by output mpp',
    );
    expect(() => rescaledSize(10, NaN)).toThrow('scale: NaN');
    expect(() => rescaledSize(0, 1)).toThrow('rescaledSize: n: 0 is not a whole number ≥ 1');
  });
});

describe('bilinear', () => {
  const pattern = Uint8Array.from({ length: 30 }, (_, i) => {
    const [r, c] = [Math.floor(i / 6), i % 6];
    return (7 * r + 13 * c + 3 * ((r * c) % 5)) % 32;
  });

  test('golden vectors of a 5×6 pattern', () => {
    const down = rescaleBilinear(pattern, 5, 6, 0.65);
    expect([down.height, down.width]).toEqual([3, 4]);
    const expected = [
      5.922751, 18.717582, 13.269349, 6.465861, 10.833188, 15.213642, 20.608626, 13.999398, 23.551753, 24.2746,
      10.944218, 24.321605,
    ];
    expected.forEach((value, i) => expect(down.data[i]).toBeCloseTo(value, 5));
    const up = rescaleBilinear(pattern, 5, 6, 1.3);
    expect([up.height, up.width]).toEqual([6, 8]);
    const first = [2.239583, 8.864583, 17.802083, 22.40625, 10.34375, 14.947917, 12.416667, 3.75];
    first.forEach((value, i) => expect(up.data[i]).toBeCloseTo(value, 5));
    const last = [26.510417, 22.885417, 23.822917, 27.291667, 11.541667, 15.010417, 22.322917, 27.197917];
    last.forEach((value, i) => expect(up.data[40 + i]).toBeCloseTo(value, 5));
  });

  test('is within 1e-6 of the float64 reference, relative to the value range', () => {
    for (const golden of goldens<{ scale?: number; shape?: [number, number] }>('resample')) {
      const plane = golden.any('plane');
      const [height, width] = golden.size('plane');
      const [outHeight, outWidth] = golden.size('expected');
      const expected = golden.get('expected', Float32Array);
      const before = plane.slice();
      const { scale } = golden.params;
      const ours = scale
        ? rescaleBilinear(plane, height, width, scale)
        : { height: outHeight, width: outWidth, data: resizeBilinear(plane, height, width, outHeight, outWidth) };
      expect([golden.name, ours.height, ours.width]).toEqual([golden.name, outHeight, outWidth]);
      const range = Math.max(...plane.map(Math.abs));
      const worst = ours.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
      expect([golden.name, worst / range < 1e-6]).toEqual([golden.name, true]);
      expect(plane).toEqual(before);
    }
  });

  test('scale 1 returns the values as they are, constants stay constant to the bit', () => {
    const plane = Uint16Array.of(0, 65535, 7, 9, 1, 2);
    expect(Array.from(rescaleBilinear(plane, 2, 3, 1).data)).toEqual([0, 65535, 7, 9, 1, 2]);
    const flat = new Float32Array(35).fill(7.3);
    expect(new Set(rescaleBilinear(flat, 5, 7, 0.43).data)).toEqual(new Set([Math.fround(7.3)]));
  });

  test('refuses wrong lengths, empty planes and outputs too large to allocate', () => {
    expect(() => rescaleBilinear(pattern, 5, 5, 1)).toThrow('rescaleBilinear: plane: has 30 values, but 5×5 needs 25');
    expect(() => resizeBilinear(new Uint8Array(0), 0, 3, 1, 1)).toThrow(
      'the plane is 0×3; there is no pixel to sample',
    );
    expect(() => rescaleBilinear(pattern, 5, 6, 1e6)).toThrow(
      'resizeBilinear: output: 5000000×6000000 is over the limit',
    );
  });
});

describe('resizeNearest', () => {
  test('golden vector of 0..35 at scale 0.754', () => {
    const plane = Uint8Array.from({ length: 36 }, (_, i) => i);
    const picked = [0, 1, 3, 4, 5];
    const expected = picked.flatMap((r) => picked.map((c) => 6 * r + c));
    expect(Array.from(resizeNearest(plane, 6, 6, 5, 5))).toEqual(expected);
  });

  test('equals the library element by element and keeps the array type', () => {
    for (const golden of goldens('nearest')) {
      const plane = golden.any('plane');
      const expected = golden.any('expected');
      const ours = resizeNearest(plane, ...golden.size('plane'), ...golden.size('expected'));
      expect(ours.constructor.name).toBe(expected.constructor.name);
      expect([golden.name, differing(ours, expected)]).toEqual([golden.name, 0]);
    }
  });

  test('reads ⌊(j + 0.5)·n/o⌋ wherever that is not a whole number, never decreasing', () => {
    const side = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(side, side, (n, o) => {
        const ours = resizeNearest(
          Int32Array.from({ length: n }, (_, i) => i),
          1,
          n,
          1,
          o,
        );
        for (let j = 0; j < o; j++) {
          // (2j+1)·n / 2o in whole numbers; an exact result may be rounded down by the float64 order of operations.
          const exact = ((2 * j + 1) * n) % (2 * o) === 0;
          const index = Math.floor(((2 * j + 1) * n) / (2 * o));
          if (exact ? ours[j] !== index && ours[j] !== index - 1 : ours[j] !== index) return false;
          if (j > 0 && ours[j]! < ours[j - 1]!) return false;
        }
        return true;
      }),
    );
  });
});
