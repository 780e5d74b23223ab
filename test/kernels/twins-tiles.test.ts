import fc from 'fast-check';
import { blendTiles, planTiles } from '../../kernels/tiles.ts';
import { twinsAgree } from '../support/twins.ts';

test('the twins agree on blending, for any size, tile, stride, layout and rule', () => {
  const cases = fc.record({
    height: fc.integer({ min: 1, max: 60 }),
    width: fc.integer({ min: 1, max: 75 }),
    tile: fc.integer({ min: 1, max: 45 }),
    share: fc.double({ min: 0.15, max: 1, noNaN: true }),
    rule: fc.constantFrom('compat' as const, 'fixed' as const),
    layout: fc.constantFrom('NCHW' as const, 'NHWC' as const),
    channels: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
  });
  fc.assert(
    fc.property(cases, ({ height, width, tile, share, rule, layout, channels, seed }) => {
      const short = Math.min(height, width) < tile && Math.max(height, width) > tile;
      const stride = Math.max(1, Math.round(share * tile));
      const plan = planTiles(height, width, { tile, stride, rule: short ? 'fixed' : rule });
      const batch = Float32Array.from({ length: plan.count * channels * tile * tile }, (_, i) => {
        const value = Math.imul(i + seed, 2_654_435_761) >> 8;
        return value % 11 === 0 ? -0 : value / 1000;
      });
      return twinsAgree(() => blendTiles(batch, plan, { channels, layout, pick: [channels - 1, 0] }));
    }),
    { numRuns: 1000 },
  );
});
