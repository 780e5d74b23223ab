import fc from 'fast-check';
import type { Plane } from '../../kernels/image.ts';
import { resizeBilinear } from '../../kernels/resample.ts';
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
      { numRuns: 2500 },
    );
  });

  test('bilinear resizing of planes larger than a strip', () => {
    const [height, width] = [520, 901];
    const plane = Uint16Array.from({ length: height * width }, (_, i) => (i * 40_503) % 65_521);
    for (const [h, w] of [
      [338, 586],
      [676, 1171],
      [1, 1],
      [40, 2000],
      [520, 100],
    ] as const) {
      for (const border of ['reflect', 'zero'] as const) {
        expect(twinsAgree(() => resizeBilinear(plane, height, width, h, w, { border }))).toBe(true);
      }
    }
  });
});
