import fc from 'fast-check';
import { blendTiles, createRowBlender, planTiles, type TilePlan } from '../../kernels/index.ts';

function joinRows(tiles: Float32Array, plan: TilePlan): Float32Array {
  const length = plan.columns.starts.length * plan.tile * plan.tile;
  const blender = createRowBlender(plan);
  // One array for every row, as a caller that saves memory does it.
  const row = new Float32Array(length);
  for (let r = 0; r < plan.rows.starts.length; r++) {
    row.set(tiles.subarray(r * length, (r + 1) * length));
    blender.addRow(row);
  }
  return blender.plane();
}

test('a row at a time is bit for bit what all at once is', () => {
  const sides = fc.integer({ min: 1, max: 60 });
  const plans = fc.record({
    height: sides,
    width: sides,
    tile: fc.integer({ min: 4, max: 40 }),
    share: fc.double({ min: 0.5, max: 1, noNaN: true }),
    rule: fc.constantFrom('fixed' as const, 'compat' as const),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(plans, ({ height, width, tile, share, rule, seed }) => {
      const shorter = Math.min(height, width) < tile && Math.max(height, width) > tile;
      fc.pre(!(rule === 'compat' && shorter));
      const plan = planTiles(height, width, { tile, stride: Math.ceil(share * tile), rule });
      const tiles = Float32Array.from({ length: plan.count * tile * tile }, (_, i) => Math.sin(i * 12.9898 + seed) * 3);
      expect(joinRows(tiles, plan)).toEqual(blendTiles(tiles, plan)[0]);
    }),
    { numRuns: 120 },
  );
});

test('says what does not fit', () => {
  const plan = planTiles(40, 40, { tile: 16, stride: 12 });
  const blender = createRowBlender(plan);
  expect(() => blender.addRow(new Float32Array(5))).toThrow(/5 values, but a row of tiles has/);
  expect(() => blender.plane()).toThrow(/0 of 3 rows of tiles are there/);
  const row = new Float32Array(plan.columns.starts.length * 256);
  for (let r = 0; r < 3; r++) blender.addRow(row);
  expect(() => blender.addRow(row)).toThrow(/all 3 rows of tiles are there/);
  expect(() => createRowBlender(planTiles(40, 40, { tile: 16, stride: 4 }))).toThrow(/at most half of a tile/);
});
