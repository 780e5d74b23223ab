import fc from 'fast-check';
import { floodByHeap } from '../../kernels/watershed-heap.ts';
import { watershed } from '../../kernels/watershed.ts';
import { differing, goldens } from '../support/goldens.ts';
import { twinsAgree } from '../support/twins.ts';

/** Small images with few levels and many markers, where nearly everything ties; sometimes whole numbers far apart. */
const scenes = fc
  .record({
    height: fc.integer({ min: 1, max: 26 }),
    width: fc.integer({ min: 1, max: 41 }),
    levels: fc.constantFrom(1, 2, 3, 6, 40, 100_000),
    density: fc.constantFrom(0.01, 0.05, 0.3),
    names: fc.constantFrom(2, 5, 1000),
    open: fc.constantFrom(0.4, 0.7, 0.95, 2),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
    rule: fc.constantFrom('own' as const, 'raised' as const),
    line: fc.boolean(),
  })
  .map(({ height, width, levels, density, names, open, seed, rule, line }) => {
    let state = seed;
    const random = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) / 2 ** 24;
    };
    const draw = <T>(make: () => T): T[] => Array.from({ length: height * width }, make);
    return {
      ...{ height, width, rule, line },
      landscape: Int32Array.from(draw(() => Math.floor(random() * levels) - (levels >> 1))),
      markers: Int32Array.from(draw(() => (random() < density ? 1 + Math.floor(random() * names) : 0))),
      mask: Uint8Array.from(draw(() => (random() < open ? 1 : 0))),
    };
  });

describe('watershed', () => {
  test.each(['raised', 'own'] as const)(
    'equals the library pixel for pixel by the rule %s, plateaus and ties included',
    (rule) => {
      for (const golden of goldens(`watershed-${rule}`)) {
        const landscape = golden.get('landscape', Float32Array);
        const markers = golden.get('markers', Int32Array);
        const mask = golden.has('mask') ? { mask: golden.get('mask', Uint8Array) } : {};
        const ours = watershed(landscape, markers, ...golden.size('landscape'), { ...mask, rule });
        expect([golden.name, differing(ours, golden.get('expected', Int32Array))]).toEqual([golden.name, 0]);
        expect(differing(markers, golden.get('markers', Int32Array))).toBe(0);
      }
    },
  );

  test.each(['raised', 'own'] as const)(
    'equals the library with and without a line, integers and ties included, rule %s',
    (rule) => {
      for (const golden of goldens(`watershed-line-${rule}`)) {
        const landscape = golden.any('landscape');
        const markers = golden.get('markers', Int32Array);
        const mask = golden.has('mask') ? { mask: golden.get('mask', Uint8Array) } : {};
        for (const line of [false, true]) {
          const ours = watershed(landscape, markers, ...golden.size('landscape'), { ...mask, rule, line });
          const expected = golden.get(line ? 'lined' : 'plain', Int32Array);
          expect([golden.name, line, differing(ours, expected)]).toEqual([golden.name, line, 0]);
        }
        expect(differing(landscape, golden.any('landscape'))).toBe(0);
      }
    },
  );

  test('equals one heap over the whole image, run comparison by comparison as the library does', () => {
    fc.assert(
      fc.property(scenes, ({ landscape, markers, mask, height, width, rule, line }) => {
        const scene = { keys: landscape, markers, mask, height, width, raised: rule === 'raised', line };
        const ours = watershed(landscape, markers, height, width, { mask, rule, line });
        return differing(ours, floodByHeap(scene).labels) === 0;
      }),
      { numRuns: 4000 },
    );
  });

  test('the twins agree on landscapes of every kind', () => {
    const kinds = fc.constantFrom(Float32Array, Uint8Array, Int16Array, Uint32Array);
    fc.assert(
      fc.property(scenes, kinds, fc.constantFrom(1, 0.37), (scene, kind, factor) => {
        const { markers, mask, height, width, rule, line } = scene;
        const landscape = new kind(Array.from(scene.landscape, (value) => value * factor));
        return twinsAgree(() => watershed(landscape, markers, height, width, { mask, rule, line }));
      }),
      { numRuns: 2000 },
    );
  });

  test('the two rules are two rules: they differ on quantised landscapes and agree on smooth ones', () => {
    const raised = new Map(goldens('watershed-raised').map((golden) => [golden.name, golden]));
    const differences = goldens('watershed-own').map((golden): [string, number] => {
      const other = raised.get(golden.name)!;
      expect(differing(golden.get('landscape', Float32Array), other.get('landscape', Float32Array))).toBe(0);
      return [golden.name, differing(golden.get('expected', Int32Array), other.get('expected', Int32Array))];
    });
    const byName = Object.fromEntries(differences);
    expect(byName['smooth']).toBe(0);
    expect(byName['quantised-8']).toBeGreaterThan(100);
  });

  test('raised is the default', () => {
    const golden = goldens('watershed-raised').find(({ name }) => name === 'quantised-8')!;
    const ours = watershed(
      golden.get('landscape', Float32Array),
      golden.get('markers', Int32Array),
      ...golden.size('markers'),
    );
    expect(differing(ours, golden.get('expected', Int32Array))).toBe(0);
  });

  test('refuses NaN, wrong lengths and unknown rules', () => {
    const zeros = new Int32Array(4);
    expect(() => watershed(Float32Array.of(0, 1, NaN, 0), zeros, 2, 2)).toThrow(
      'watershed: the landscape at index 2 is NaN',
    );
    expect(() => watershed(new Float32Array(4), new Int32Array(3), 2, 2)).toThrow('watershed: markers: has 3 values');
    expect(() => watershed(new Float32Array(4), zeros, 2, 2, { mask: new Uint8Array(2) })).toThrow(
      'watershed: mask: has 2',
    );
    expect(() => watershed(new Float32Array(4), zeros, 2, 2, { rule: 'old' as 'own' })).toThrow(
      'watershed: rule is old',
    );
    expect(watershed(new Float32Array(0), new Int32Array(0), 0, 0)).toHaveLength(0);
  });
});
