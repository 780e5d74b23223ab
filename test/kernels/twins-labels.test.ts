import fc from 'fast-check';
import { fillHoles } from '../../kernels/fill-holes.ts';
import { label } from '../../kernels/label.ts';
import { relabelSequential } from '../../kernels/relabel.ts';
import { removeSmall } from '../../kernels/remove-small.ts';
import { twinsAgree } from '../support/twins.ts';

const sizes = { height: fc.integer({ min: 1, max: 34 }), width: fc.integer({ min: 1, max: 61 }) };
const random = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
};

/** Labels in blocks, with specks of other ids and of background in them. */
const scenes = fc
  .record({
    ...sizes,
    block: fc.integer({ min: 1, max: 12 }),
    ids: fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 2 ** 31 - 1 })), {
      minLength: 2,
      maxLength: 6,
    }),
    specks: fc.constantFrom(0, 0.05, 0.3),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
  })
  .map(({ height, width, block, ids, specks, seed }) => {
    const draw = random(seed);
    const pick = (): number => ids[Math.floor(draw() * ids.length)]!;
    const rows = Math.ceil(height / block) + 1;
    const tiles = Array.from({ length: rows * (Math.ceil(width / block) + 1) }, pick);
    const labels = Int32Array.from({ length: height * width }, (_, i) => {
      const [y, x] = [Math.floor(i / width), i % width];
      if (draw() < specks) return draw() < 0.7 ? 0 : pick();
      return tiles[Math.floor(y / block) + rows * Math.floor(x / block)]!;
    });
    return { labels, height, width };
  });

describe('the twins agree on', () => {
  test('connected components of bytes and of other values', () => {
    const masks = fc.record({
      ...sizes,
      share: fc.constantFrom(0.05, 0.4, 0.6, 0.95),
      bytes: fc.boolean(),
      connectivity: fc.constantFrom(4 as const, 8 as const),
      seed: fc.integer({ min: 1, max: 2 ** 30 }),
    });
    fc.assert(
      fc.property(masks, ({ height, width, share, bytes, connectivity, seed }) => {
        const draw = random(seed);
        const mask = new (bytes ? Uint8Array : Float32Array)(height * width);
        for (let i = 0; i < mask.length; i++) mask[i] = draw() < share ? (bytes ? 1 + (i % 255) : 0.25) : 0;
        return twinsAgree(() => label(mask, height, width, connectivity));
      }),
      { numRuns: 2000 },
    );
  });

  test('renumbering', () => {
    fc.assert(
      fc.property(scenes, ({ labels }) => twinsAgree(() => relabelSequential(labels))),
      { numRuns: 1500 },
    );
  });

  test('removal of small objects', () => {
    fc.assert(
      fc.property(scenes, fc.constantFrom(0, 1, 5, 40, 2.5), ({ labels }, size) =>
        twinsAgree(() => removeSmall(labels, size)),
      ),
      { numRuns: 1500 },
    );
  });

  test('filling of holes, in both modes', () => {
    const mode = fc.constantFrom('compat' as const, 'fixed' as const);
    fc.assert(
      fc.property(scenes, fc.constantFrom(0, 1, 4, 15, 300), mode, ({ labels, height, width }, below, chosen) =>
        twinsAgree(() => fillHoles(labels, height, width, below, { mode: chosen })),
      ),
      { numRuns: 2000 },
    );
  });
});

describe('fillHoles, fixed', () => {
  const draw = (...rows: string[]): Int32Array =>
    Int32Array.from(rows.join(''), (c) => (c === '.' ? 0 : c.charCodeAt(0) - 96));
  const ring = ['aaaaa', 'a...a', 'a.b.a', 'a...a', 'aaaaa'];

  test('a hole with another object in it stays, for `compat` it does not', () => {
    expect(fillHoles(draw(...ring), 5, 5, 15, { mode: 'fixed' })).toEqual(draw(...ring));
    expect(new Set(fillHoles(draw(...ring), 5, 5, 15, { mode: 'compat' }))).toEqual(new Set([1]));
  });

  test('pockets that the box cuts off stay, the hole is filled', () => {
    const rows = ['.aaaa', 'aa.aa', 'aaaaa', 'aaaa.'];
    expect(fillHoles(draw(...rows), 4, 5, 15, { mode: 'fixed' })).toEqual(draw('.aaaa', 'aaaaa', 'aaaaa', 'aaaa.'));
    expect(new Set(fillHoles(draw(...rows), 4, 5, 15))).toEqual(new Set([1]));
  });

  test('another mode is refused', () => {
    expect(() => fillHoles(Int32Array.of(1), 1, 1, 1, { mode: 'new' as 'fixed' })).toThrow('fillHoles: mode is new');
  });
});
