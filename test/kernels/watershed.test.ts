import fc from 'fast-check';
import { floodByHeap } from '../../kernels/watershed-heap.ts';
import type { Scene } from '../../kernels/watershed-scene.ts';
import { watershed } from '../../kernels/watershed.ts';
import { inWasm } from '../../kernels/wasm/arena.ts';
import { labelLakes, type LakesExports } from '../../kernels/wasm/lakes.ts';
import { watershedWasm } from '../../kernels/wasm/watershed.ts';
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

interface Land {
  readonly height: number;
  readonly width: number;
  readonly levels: number;
  readonly density: number;
  readonly open: number;
  readonly seed: number;
}

/** Hills and hollows of a few waves and noise, in whole steps, with seeds of a few pixels anywhere on them. */
function rollingLand({ height, width, levels, density, open, seed }: Land): Scene {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const waves = Array.from({ length: 5 }, () => [random(), random(), 6 * random()].map((v) => v - 0.5));
  const keys = new Int32Array(height * width);
  const markers = new Int32Array(keys.length);
  const mask = new Uint8Array(keys.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const hills = waves.reduce((sum, [a, b, c]) => sum + Math.sin(a! * y + b! * x + c!), 0.7 * random());
      keys[i] = Math.round((hills / 12) * levels);
      mask[i] = random() < open ? 1 : 0;
      if (random() >= density) continue;
      const label = 1 + Math.floor(1000 * random());
      for (const q of [i, i + 1, i + width]) if (q < markers.length) markers[q] = label;
    }
  }
  return { keys, markers, mask, height, width, raised: true, line: false };
}

const rolling = fc
  .record({
    height: fc.integer({ min: 20, max: 70 }),
    width: fc.integer({ min: 20, max: 70 }),
    levels: fc.constantFrom(60, 1000, 2 ** 20),
    density: fc.constantFrom(0.003, 0.02),
    open: fc.constantFrom(0.85, 1),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
  })
  .map(rollingLand);

function toldFromLakes({ keys, markers, mask, height, width }: Scene): Int32Array {
  const out = new Int32Array(keys.length);
  watershedWasm(keys, markers, mask, height, width, { raised: true, line: false, lakesFrom: 0 }, out);
  return out;
}

/** Pixels whose labels lakes cannot tell. */
function unknownOf({ keys, markers, mask, height, width }: Scene): number {
  return inWasm<LakesExports, number>((exports, arena) => {
    const labels = arena.reserve(4 * keys.length);
    const within = arena.put(mask ?? new Uint8Array(keys.length).fill(1));
    const planes = { keys: arena.put(keys), markers: arena.put(markers), mask: within, labels, height, width };
    return labelLakes(exports, arena, { ...planes, raised: true, line: false });
  });
}

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

  test('told from lakes equals the heap where everything ties', () => {
    fc.assert(
      fc.property(scenes, ({ landscape, markers, mask, height, width }) => {
        const scene = { keys: landscape, markers, mask, height, width, raised: true, line: false };
        return differing(toldFromLakes(scene), floodByHeap(scene).labels) === 0;
      }),
      { numRuns: 4000 },
    );
  });

  test('told from lakes equals the heap on rolling land, where ties are few and hollows many', () => {
    fc.assert(
      fc.property(rolling, (scene) => differing(toldFromLakes(scene), floodByHeap(scene).labels) === 0),
      { numRuns: 400 },
    );
  });

  test('is told from lakes where a component is large, without a flood', () => {
    const [height, width] = [400, 420];
    const { keys, markers } = rollingLand({ height, width, levels: 2 ** 30, density: 0.002, open: 1, seed: 7 });
    const flooded = new Int32Array(keys.length);
    const told = new Int32Array(keys.length);
    const options = { raised: true, line: false };
    watershedWasm(keys, markers, null, height, width, { ...options, lakesFrom: Infinity }, flooded);
    watershedWasm(keys, markers, null, height, width, options, told);
    expect(differing(told, flooded)).toBe(0);
    expect(new Set(told).size).toBeGreaterThan(200);
    expect(unknownOf({ keys, markers, mask: null, height, width, raised: true, line: false })).toBe(0);
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
