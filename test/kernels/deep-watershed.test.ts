import fc from 'fast-check';
import { deepWatershed } from '../../kernels/deep-watershed.ts';
import type { DeepWatershedOptions } from '../../kernels/deep-watershed-seeds.ts';
import { measureRegions } from '../../kernels/regions.ts';
import { differing, goldens } from '../support/goldens.ts';
import { twinsAgree } from '../support/twins.ts';

const TF_CELL: DeepWatershedOptions = {
  maxima: 'h-maxima',
  maximaThreshold: 0.075,
  radius: 2,
  maximaSmooth: 0,
  interiorThreshold: 0.2,
  interiorSmooth: 2,
  pixelExpansion: 0,
  labelErosion: 0,
  smallObjects: 15,
  fillHoles: 15,
  rule: 'own',
  holes: 'compat',
};
const TORCH_CELL = { ...TF_CELL, maximaThreshold: 0.1, maximaSmooth: 1, interiorThreshold: 0.075, interiorSmooth: 1 };

describe('deepWatershed', () => {
  test.each(['own', 'raised'] as const)('equals the chain of library functions label for label, rule %s', (rule) => {
    const cases = goldens<Omit<DeepWatershedOptions, 'rule' | 'holes'>>(`deep-watershed-${rule}`);
    for (const golden of cases) {
      const maxima = golden.get('maxima', Float32Array);
      const interior = golden.get('interior', Float32Array);
      const ours = deepWatershed(maxima, interior, ...golden.size('maxima'), {
        ...golden.params,
        rule,
        holes: 'compat',
      });
      expect([golden.name, differing(ours, golden.get('expected', Int32Array))]).toEqual([golden.name, 0]);
      expect(differing(maxima, golden.get('maxima', Float32Array))).toBe(0);
      expect(differing(interior, golden.get('interior', Float32Array))).toBe(0);
    }
    expect(cases).toHaveLength(99);
  });

  const golden = goldens('deep-watershed-own').find(({ name }) => name === 'bumps tf-cell')!;
  test.each([
    ['TF Mesmer', TF_CELL, [313, 314, 385], [13.927, 12.454, 16.127, 27.596, 36.294, 29.977]],
    ['torch-mesmer', TORCH_CELL, [464, 412, 529], [13.772, 11.226, 14.915, 28.791, 36.405, 30.142]],
  ])('golden vector of four bumps, %s', (_, options, areas, centroids) => {
    const maps = [golden.get('maxima', Float32Array), golden.get('interior', Float32Array)] as const;
    const regions = measureRegions(deepWatershed(...maps, 48, 48, options), 48, 48);
    expect(Array.from(regions.area)).toEqual(areas);
    const found = areas.flatMap((_, k) => [regions.centroidY[k]!, regions.centroidX[k]!]);
    found.forEach((value, i) => expect(value).toBeCloseTo(centroids[i]!, 3));
  });

  test('true holes only: a small neighbour inside the box is overwritten by `compat` and kept by `fixed`', () => {
    // A ring around a single-pixel basin of its own: for the toolbox that is a hole to fill.
    const [height, width] = [21, 21];
    const interior = new Float32Array(height * width);
    const maxima = new Float32Array(height * width);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const r = Math.hypot(y - 10, x - 10);
        interior[i] = r > 4 && r < 9 ? 1 : r < 2 ? 1 : 0;
        maxima[i] = (y === 10 && x === 16) || (y === 10 && x === 10) ? 1 : 0;
      }
    }
    const options = { ...TF_CELL, interiorSmooth: 0, smallObjects: 0, fillHoles: 100 };
    const count = (holes: 'compat' | 'fixed'): number =>
      Math.max(...deepWatershed(maxima, interior, height, width, { ...options, holes }));
    expect([count('compat'), count('fixed')]).toEqual([1, 2]);
  });

  test('the twins agree on random maps, quantised and smooth, with every option', () => {
    const maps = fc.record({
      height: fc.integer({ min: 1, max: 34 }),
      width: fc.integer({ min: 1, max: 45 }),
      levels: fc.constantFrom(2, 4, 9, 1000),
      seed: fc.integer({ min: 1, max: 2 ** 30 }),
    });
    const options = fc.record({
      maxima: fc.constantFrom('h-maxima' as const, 'h-maxima' as const, 'peak-local-max' as const),
      maximaThreshold: fc.constantFrom(0.02, 0.05, 0.1, 0.5),
      radius: fc.integer({ min: 1, max: 4 }),
      maximaSmooth: fc.constantFrom(0, 1, 0.7),
      interiorThreshold: fc.constantFrom(0.1, 0.4, 0.6),
      interiorSmooth: fc.constantFrom(0, 1, 2),
      pixelExpansion: fc.constantFrom(0, 0, 1, 2),
      labelErosion: fc.constantFrom(0, 0, 1),
      smallObjects: fc.constantFrom(0, 3, 15),
      fillHoles: fc.constantFrom(0, 4, 30),
      rule: fc.constantFrom('own' as const, 'raised' as const),
      holes: fc.constantFrom('compat' as const, 'fixed' as const),
    });
    fc.assert(
      fc.property(maps, options, ({ height, width, levels, seed }, chosen) => {
        let state = seed;
        const draw = (): number => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          return Math.floor(((state >>> 8) / 2 ** 24) * levels) / levels;
        };
        const maxima = Float32Array.from({ length: height * width }, draw);
        const interior = Float32Array.from({ length: height * width }, draw);
        return twinsAgree(() => deepWatershed(maxima, interior, height, width, chosen));
      }),
      { numRuns: 1500 },
    );
  });

  test('refuses what it cannot mean', () => {
    const map = new Float32Array(6);
    const call = (options: Partial<DeepWatershedOptions>) => () =>
      deepWatershed(map, map, 2, 3, { ...TF_CELL, ...options });
    expect(() => deepWatershed(map, map, 2, 2, TF_CELL)).toThrow(
      'deepWatershed: maxima: has 6 values, but 2×2 needs 4',
    );
    expect(() => deepWatershed(map, new Float32Array(5), 2, 3, TF_CELL)).toThrow('deepWatershed: interior: has 5');
    expect(call({ maximaThreshold: NaN })).toThrow('maximaThreshold is NaN; pass a finite value');
    expect(call({ maximaThreshold: 0 })).toThrow('maximaThreshold is 0; h-maxima needs a height > 0');
    expect(call({ radius: 1.5 })).toThrow('deepWatershed: radius: 1.5 is not a whole number');
    expect(call({ rule: 'old' as 'own' })).toThrow('rule is old; choose own or raised');
    expect(call({ interiorSmooth: -1 })).toThrow('interiorSmooth is -1');
    expect(() => deepWatershed(Float32Array.of(0, NaN), new Float32Array(2), 1, 2, TF_CELL)).toThrow('NaN');
    expect(deepWatershed(new Float32Array(0), new Float32Array(0), 0, 0, TF_CELL)).toHaveLength(0);
  });
});
