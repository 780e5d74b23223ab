import fc from 'fast-check';
import { blendTiles, cutTiles, planTiles, type TileOptions, type TilePlan } from '../../kernels/tiles.ts';
import { differing, goldens, largestUlps } from '../support/goldens.ts';

/** (N, C, Y, X) values as (N, Y, X, C). */
function channelsLast(values: Float32Array, channels: number, tile: number): Float32Array {
  const out = new Float32Array(values.length);
  const area = tile * tile;
  for (let i = 0; i < values.length; i++) {
    const [n, c, p] = [Math.floor(i / (channels * area)), Math.floor(i / area) % channels, i % area];
    out[(n * area + p) * channels + c] = values[i]!;
  }
  return out;
}

/** What the golden program's model made of a batch of two channels. */
function answersOf(batch: Float32Array, tile: number): Float32Array {
  const area = tile * tile;
  return Float32Array.from({ length: batch.length / 2 }, (_, i) => {
    const [n, p] = [Math.floor(i / area), i % area];
    return batch[2 * n * area + p]! * (((n % 5) + 1) / 2) + batch[(2 * n + 1) * area + p]!;
  });
}

describe('tiles', () => {
  const cases = goldens<TileOptions>('tiles');

  test('are cut as the published rule cuts them, in either layout', () => {
    for (const golden of cases) {
      const planes = [golden.any('first'), golden.any('second')];
      const plan = planTiles(...golden.size('first'), { ...golden.params, rule: 'compat' });
      const batch = cutTiles(planes, plan);
      expect([golden.name, differing(batch, golden.any('tiles'))]).toEqual([golden.name, 0]);
      const last = cutTiles(planes, plan, { layout: 'NHWC' });
      expect([golden.name, differing(last, channelsLast(batch, 2, plan.tile))]).toEqual([golden.name, 0]);
    }
  });

  test.each(['compat', 'fixed'] as const)('are joined as the published rule joins them, to 1 ulp (%s)', (rule) => {
    for (const golden of cases) {
      if (!golden.has(rule)) continue;
      const plan = planTiles(...golden.size('first'), { ...golden.params, rule });
      const batch = Float32Array.from(golden.any('tiles'));
      const answers = answersOf(batch, plan.tile);
      const before = answers.slice();
      const [joined] = blendTiles(answers, plan);
      expect([golden.name, largestUlps(joined!, golden.get(rule, Float32Array)) <= 1]).toEqual([golden.name, true]);
      expect(differing(answers, before)).toBe(0);
    }
  });

  test("Mesmer's geometry: 256 with a stride of 192, the odd pixel before", () => {
    const plan = planTiles(2048, 1001, { tile: 256 });
    expect([plan.rows.starts.length, plan.columns.starts.length, plan.count]).toEqual([11, 5, 55]);
    expect(plan.rows.overlap).toBe(64);
    expect([plan.rows.starts[0], plan.rows.starts[1], plan.columns.starts[0]]).toEqual([-64, 128, -12]);
    expect(planTiles(256, 257, { tile: 256 }).columns.starts).toEqual([-96, 96]);
  });

  test('compat: overlapping windows of 64 pixels sum to 1.000122, fixed: to 1', () => {
    const ones = (plan: TilePlan): Float32Array => new Float32Array(plan.count * plan.tile ** 2).fill(1);
    const compat = planTiles(448, 448, { tile: 256, rule: 'compat' });
    const [joined] = blendTiles(ones(compat), compat);
    expect(joined![224]).toBeCloseTo(1.000122, 6);
    expect(joined![448 * 224 + 224]).toBeCloseTo(1.000122 ** 2, 6);
    expect(joined![0]).toBe(1);
    const fixed = planTiles(448, 448, { tile: 256 });
    expect(new Set(blendTiles(ones(fixed), fixed)[0])).toEqual(new Set([1]));
  });

  test('compat: with one row of tiles the later ones lie on top, fixed: they are blended', () => {
    const answers = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => Math.floor(i / 4096));
    const options = { tile: 64, stride: 48 };
    const [onTop] = blendTiles(answers, planTiles(64, 160, { ...options, rule: 'compat' }));
    expect([...onTop!.subarray(46, 50)]).toEqual([0, 0, 1, 1]);
    const [blended] = blendTiles(answers, planTiles(64, 160, options));
    expect(blended![55]).toBeGreaterThan(0.4);
    expect(blended![55]).toBeLessThan(0.6);
  });

  test('fixed: only the side shorter than a tile is mirrored; compat refuses such a plane', () => {
    const plane = Uint8Array.from({ length: 4 * 30 }, (_, i) => Math.floor(i / 30) + 1);
    const plan = planTiles(4, 30, { tile: 8, stride: 6 });
    expect([plan.rows.starts, plan.columns.starts]).toEqual([[-2], [-1, 5, 11, 17, 23]]);
    const batch = cutTiles([plane], plan);
    expect(Array.from({ length: 8 }, (_, i) => batch[8 * i + 1])).toEqual([3, 2, 1, 2, 3, 4, 3, 2]);
    expect(batch[8 * 3]).toBe(0);
    expect(() => planTiles(4, 30, { tile: 8, rule: 'compat' })).toThrow(
      'planTiles: 4×30 is shorter than a tile of 8 along one side and longer along the other',
    );
  });

  test('what was cut is joined to the same planes, by `fixed`, for any size, tile, stride and layout', () => {
    const sizes = fc.record({
      height: fc.integer({ min: 1, max: 50 }),
      width: fc.integer({ min: 1, max: 50 }),
      tile: fc.integer({ min: 1, max: 40 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      padding: fc.constantFrom('constant' as const, 'reflect' as const),
      layout: fc.constantFrom('NCHW' as const, 'NHWC' as const),
    });
    fc.assert(
      fc.property(sizes, ({ height, width, tile, share, padding, layout }) => {
        const stride = Math.max(1, Math.round(share * tile), Math.ceil(tile / 8));
        const plan = planTiles(height, width, { tile, stride, padding });
        const first = Float32Array.from({ length: height * width }, (_, i) => ((i * 7919) % 1009) / 7);
        const second = Uint16Array.from({ length: height * width }, (_, i) => (i * 40_503) % 65_521);
        const joined = blendTiles(cutTiles([first, second], plan, { layout }), plan, { channels: 2, layout });
        return largestUlps(joined[0]!, first) <= 1 && largestUlps(joined[1]!, Float32Array.from(second)) <= 1;
      }),
      { numRuns: 1000 },
    );
  });

  test('a batch is cut and overwritten piece by piece, channels are picked', () => {
    const plane = Float32Array.from({ length: 50 * 60 }, (_, i) => i);
    const plan = planTiles(50, 60, { tile: 16, stride: 12 });
    const whole = cutTiles([plane, plane], plan);
    const batch = new Float32Array(3 * 2 * 256).fill(NaN);
    for (let first = 0; first + 3 <= plan.count; first += 3) {
      expect(cutTiles([plane, plane], plan, { first, count: 3, batch })).toBe(batch);
      expect(differing(batch, whole.subarray(first * 512, (first + 3) * 512))).toBe(0);
    }
    const [second, first] = blendTiles(whole, plan, { channels: 2, pick: [1, 0] });
    expect(differing(second!, first!)).toBe(0);
  });

  test('refuses plans and batches that do not fit', () => {
    expect(() => planTiles(0, 9, { tile: 4 })).toThrow('planTiles: the plane is 0×9; there is nothing to tile');
    expect(() => planTiles(9, 9, { tile: 4, stride: 5 })).toThrow('planTiles: stride is 5 with tiles of 4');
    expect(() => planTiles(9, 9, { tile: 4, overlap: 4 })).toThrow('planTiles: overlap is 4 with tiles of 4');
    expect(() => planTiles(9, 9, { tile: 4, overlap: 1, stride: 3 })).toThrow('both a stride and an overlap');
    expect(() => planTiles(9, 9, { tile: 4, padding: 'wrap' as 'reflect' })).toThrow("padding is 'wrap'");
    expect(() => planTiles(9, 9, { tile: 4, rule: 'new' as 'fixed' })).toThrow("rule is 'new'");
    const plan = planTiles(9, 9, { tile: 4 });
    expect(() => cutTiles([], plan)).toThrow('cutTiles: no planes');
    expect(() => cutTiles([new Uint8Array(8)], plan)).toThrow('cutTiles: plane: has 8 values, but 9×9 needs 81');
    expect(() => cutTiles([new Uint8Array(81)], plan, { first: 15, count: 3 })).toThrow(
      'cutTiles: tiles 15 to 17 of 9',
    );
    expect(() => cutTiles([new Uint8Array(81)], plan, { batch: new Float32Array(3) })).toThrow(
      'the batch has 3 values',
    );
    expect(() => cutTiles([new Uint8Array(81)], plan, { layout: 'CHW' as 'NCHW' })).toThrow("layout is 'CHW'");
    expect(() => blendTiles(new Float32Array(5), plan)).toThrow('blendTiles: 5 values, but 9 tiles of 4×4×1 have 144');
    expect(() => blendTiles(new Float32Array(144), plan, { pick: [1] })).toThrow('blendTiles: channel 1 of 1');
  });
});
