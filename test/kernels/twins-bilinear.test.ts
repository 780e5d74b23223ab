import fc from 'fast-check';
import { halveArea, halveNearest } from '../../kernels/downsample.ts';
import type { Plane } from '../../kernels/image.ts';
import { resizeAntialiased, resizeArea, resizeBilinear, type AreaPlane } from '../../kernels/resample.ts';
import { differing } from '../support/goldens.ts';
import { twinsAgree } from '../support/twins.ts';

const TYPES = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array];
const side = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

/** A plane of the type's whole range, or of few values, drawn from a seed; float32 with fractions, zeros of both signs, maybe NaN. */
const planes = fc
  .record({
    height: side(40),
    width: side(61),
    type: fc.constantFrom(...TYPES),
    levels: fc.constantFrom(2, 5, 0),
    special: fc.boolean(),
    seed: side(2 ** 30),
  })
  .map(({ height, width, type, levels, special, seed }) => {
    let state = seed;
    const draw = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state;
    };
    const plane: Plane = new type(height * width);
    for (let i = 0; i < plane.length; i++) {
      const value = levels === 0 ? draw() : (draw() >>> 16) % levels;
      plane[i] = type === Float32Array ? (value - 2 ** 31 * Number(levels === 0)) / 3e4 : value;
      if (special && type === Float32Array && draw() % 9 === 0) {
        plane[i] = [-0, 0, NaN, Infinity, -Infinity, 1e-40][(draw() >>> 20) % 6]!;
      }
    }
    return { plane, height, width };
  });

/** Every NaN as the same bits: which NaN an operation gives is the engine's choice. */
const oneNaN = (values: Float32Array): Float32Array => values.map((value) => (Number.isNaN(value) ? NaN : value));

describe('the twins agree on', () => {
  test('bilinear resizing, for every type, size, border and range', () => {
    const options = fc.record(
      {
        border: fc.constantFrom('reflect' as const, 'zero' as const),
        range: fc.constantFrom([0, 100] as const, [-5.5, 3] as const, [-Infinity, Infinity] as const),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(planes, side(90), side(90), options, ({ plane, height, width }, outHeight, outWidth, chosen) => {
        const before = plane.slice();
        const same = twinsAgree(() => oneNaN(resizeBilinear(plane, height, width, outHeight, outWidth, chosen)));
        return same && differing(plane, before) === 0;
      }),
      { numRuns: 1500 },
    );
  });

  test('anti-aliased resizing, for every type and size', () => {
    fc.assert(
      fc.property(planes, side(90), side(90), ({ plane, height, width }, outHeight, outWidth) => {
        const before = plane.slice();
        const same = twinsAgree(() => oneNaN(resizeAntialiased(plane, height, width, outHeight, outWidth)));
        return same && differing(plane, before) === 0;
      }),
      { numRuns: 1500 },
    );
  });

  test('means of areas, for every type it takes, whole factors and others', () => {
    const area = planes.filter(({ plane }) => !/(Int8|Int32|Uint32)Array$/.test(plane.constructor.name));
    const factor = fc.record({
      whole: fc.boolean(),
      y: side(6),
      x: side(6),
      part: fc.double({ min: 0.01, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(area, factor, ({ plane, height, width }, { whole, y, x, part }) => {
        // The whole factor where it fits, by cropping the plane to a multiple of it.
        const [h, w] =
          whole && y <= height && x <= width ? [height - (height % y), width - (width % x)] : [height, width];
        const [outHeight, outWidth] =
          whole && y <= height && x <= width
            ? [h / y, w / x]
            : [Math.max(1, Math.round(h * part)), Math.max(1, Math.round((w * x) / 6))];
        const cut = plane.slice(0, h * w) as AreaPlane;
        const before = cut.slice();
        const same = twinsAgree(() => {
          const out = resizeArea(cut, h, w, outHeight, outWidth);
          return out instanceof Float32Array ? oneNaN(out) : out;
        });
        return same && differing(cut, before) === 0;
      }),
      { numRuns: 1500 },
    );
  });

  test('halving by means and by first pixels, for every type and parity', () => {
    fc.assert(
      fc.property(planes, ({ plane, height, width }) => {
        const before = plane.slice();
        const means = twinsAgree(() => {
          const { data, ...size } = halveArea(plane, height, width);
          return { ...size, data: data instanceof Float32Array ? oneNaN(data) : data };
        });
        return means && twinsAgree(() => halveNearest(plane, height, width)) && differing(plane, before) === 0;
      }),
      { numRuns: 2500 },
    );
  });

  test('all of them on a plane larger than a strip', () => {
    const [height, width] = [520, 901];
    const plane = Uint16Array.from({ length: height * width }, (_, i) => (i * 40_503) % 65_521);
    for (const [h, w] of [
      [338, 586],
      [676, 1171],
      [1, 1],
      [40, 2000],
      [520, 100],
      [260, 901],
    ] as const) {
      for (const border of ['reflect', 'zero'] as const) {
        expect(twinsAgree(() => resizeBilinear(plane, height, width, h, w, { border }))).toBe(true);
      }
      expect(twinsAgree(() => resizeAntialiased(plane, height, width, h, w))).toBe(true);
      expect(twinsAgree(() => halveArea(plane, height, width))).toBe(true);
      expect(twinsAgree(() => halveNearest(plane, height, width))).toBe(true);
      if (h <= height && w <= width) expect(twinsAgree(() => resizeArea(plane, height, width, h, w))).toBe(true);
    }
  });
});
