import fc from 'fast-check';
import {
  centredPatches,
  extractContexts,
  extractPatches,
  type PatchCells,
  type PatchOptions,
} from '../../kernels/patches.ts';
import { clipAndScale } from '../../kernels/clip-and-scale.ts';
import { distanceTransform } from '../../kernels/edt.ts';
import { percentile } from '../../kernels/percentile.ts';
import { measureRegions } from '../../kernels/regions.ts';
import { differing, goldens, type GoldenCase } from '../support/goldens.ts';
import { twinsAgree } from '../support/twins.ts';

function cellsOf(golden: GoldenCase<unknown>): PatchCells {
  const rows = golden.get('cells', Int32Array);
  const n = rows.length / 3;
  return { ids: rows.subarray(0, n), y: rows.subarray(n, 2 * n), x: rows.subarray(2 * n) };
}

describe('extractPatches', () => {
  test('equals windows of padded planes, for every layout and padding', () => {
    const cases = goldens<{ size: number }>('patches');
    for (const golden of cases) {
      const planes = [golden.get('counts', Uint16Array), golden.get('unit', Float32Array)];
      const labels = golden.get('labels', Int32Array);
      const [height, width] = golden.size('labels');
      const cells = cellsOf(golden);
      const { size } = golden.params;
      const call = (
        layout: 'raw' | 'masked' | 'raw-self-neighbour',
        options: Partial<PatchOptions> = {},
      ): Float32Array => extractPatches(planes, labels, height, width, cells, { size, layout, ...options });
      const zero = golden.get('zero', Float32Array);
      const context = golden.get('context', Float32Array);
      expect([golden.name, differing(call('raw'), zero)]).toEqual([golden.name, 0]);
      expect(differing(call('raw', { fill: 7 }), golden.get('seven', Float32Array))).toBe(0);
      expect(differing(call('raw', { padding: 'reflect' }), golden.get('mirrored', Float32Array))).toBe(0);
      expect(differing(extractContexts(labels, height, width, cells, { size }), context)).toBe(0);
      const area = size * size;
      const masks = (i: number, k: number): number =>
        context[3 * area * Math.floor(i / (2 * area)) + k * area + (i % area)]!;
      expect(
        differing(
          call('masked'),
          zero.map((value, i) => value * masks(i, 0)),
        ),
      ).toBe(0);
      const triple = new Float32Array(3 * zero.length);
      zero.forEach((value, i) => {
        const at = 3 * area * Math.floor(i / area) + (i % area);
        triple[at] = value;
        triple[at + area] = masks(i, 0);
        triple[at + 2 * area] = masks(i, 1);
      });
      expect([golden.name, differing(call('raw-self-neighbour'), triple)]).toEqual([golden.name, 0]);
    }
    expect(cases.length).toBeGreaterThan(10);
  });

  test('golden vectors of DeepCell Types', () => {
    const labels = new Int32Array(1600);
    const raw = new Float32Array(1600);
    for (let r = 0, i = 0; r < 40; r++) {
      for (let c = 0; c < 40; c++, i++) {
        raw[i] = i === 0 ? 500 : (5 * r + 3 * c) % 17;
        if (r >= 2 && r <= 8 && c >= 3 && c <= 11) labels[i] = 7;
        if (r >= 20 && r <= 30 && c >= 18 && c <= 29) labels[i] = c <= 24 ? 3 : 9;
      }
    }
    const high = percentile(raw, 99.9, { nonZero: true })!;
    expect(high).toBe(16);
    const unit = clipAndScale(raw, high);
    expect(unit.reduce((sum, value) => sum + value, 0) / 1600).toBeCloseTo(0.50023437, 7);
    const regions = measureRegions(labels, 40, 40);
    const cells = centredPatches(regions.ids, regions.centroidY, regions.centroidX, 32);
    expect([...cells.ids, ...cells.y, ...cells.x]).toEqual([3, 7, 9, 9, -11, 9, 5, -9, 11]);
    const context = extractContexts(labels, 40, 40, cells, { size: 32 });
    const samples = extractPatches([unit], labels, 40, 40, cells, { size: 32, layout: 'masked' });
    const sum = (values: Float32Array, plane: number): number =>
      values.subarray(1024 * plane, 1024 * (plane + 1)).reduce((total, value) => total + value, 0);
    const expected = [
      [77, 55, 37, 0.49026],
      [63, 5, 29, 0.497024],
      [55, 77, 29.666668, 0.511364],
    ];
    expected.forEach(([self, , depth, mean], k) => {
      expect(sum(context, 3 * k)).toBe(self);
      expect(sum(context, 3 * k + 2)).toBeCloseTo(depth!, 4);
      expect(sum(samples, k) / self!).toBeCloseTo(mean!, 5);
    });
    expect([sum(context, 1), sum(context, 4), sum(context, 7)]).toEqual([55, 5, 77]);
  });

  test('masks may be transposed; a given batch is overwritten whole', () => {
    const scene = fc.record({
      height: fc.integer({ min: 1, max: 9 }),
      width: fc.integer({ min: 1, max: 9 }),
      size: fc.integer({ min: 1, max: 7 }),
      top: fc.integer({ min: -12, max: 12 }),
      left: fc.integer({ min: -12, max: 12 }),
      labels: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 81, maxLength: 81 }),
    });
    fc.assert(
      fc.property(scene, ({ height, width, size, top, left, labels: list }) => {
        const labels = Int32Array.from(list.slice(0, height * width));
        const cells = { ids: Int32Array.of(2), y: Int32Array.of(top), x: Int32Array.of(left) };
        const options = { size, layout: 'raw-self-neighbour' } as const;
        const plane = Uint8Array.from(labels, (id) => 9 * id);
        const plain = extractPatches([plane], labels, height, width, cells, options);
        const out = new Float32Array(plain.length).fill(NaN);
        const turned = extractPatches([plane], labels, height, width, cells, { ...options, transposeMasks: true, out });
        expect(turned).toBe(out);
        for (let v = 0; v < size; v++) {
          for (let u = 0; u < size; u++) {
            expect(turned[v * size + u]).toBe(plain[v * size + u]);
            for (const mask of [size * size, 2 * size * size]) {
              expect(turned[mask + v * size + u]).toBe(plain[mask + u * size + v]);
            }
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  test('channels beyond the planes are filled', () => {
    const labels = Int32Array.of(1, 2, 0, 1);
    const cells = { ids: Int32Array.of(1), y: Int32Array.of(0), x: Int32Array.of(0) };
    const options = { size: 2, layout: 'raw-self-neighbour', channels: 2, unused: -3 } as const;
    const batch = extractPatches([Uint8Array.of(5, 6, 7, 8)], labels, 2, 2, cells, options);
    expect([...batch]).toEqual([5, 6, 7, 8, 1, 0, 0, 1, 0, 1, 0, 0, ...new Array<number>(12).fill(-3)]);
  });

  test('the twins agree for planes of every type, windows anywhere, every layout and padding', () => {
    const kinds = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array];
    const scene = fc.record({
      height: fc.integer({ min: 1, max: 20 }),
      width: fc.integer({ min: 1, max: 33 }),
      size: fc.integer({ min: 1, max: 21 }),
      corners: fc.array(fc.tuple(fc.integer({ min: -30, max: 40 }), fc.integer({ min: -30, max: 40 })), {
        maxLength: 4,
      }),
      kinds: fc.array(fc.constantFrom(...kinds), { maxLength: 3 }),
      layout: fc.constantFrom('raw' as const, 'masked' as const, 'raw-self-neighbour' as const),
      padding: fc.constantFrom('constant' as const, 'reflect' as const),
      fill: fc.constantFrom(0, -2.5),
      transposeMasks: fc.boolean(),
      seed: fc.integer({ min: 1, max: 2 ** 30 }),
    });
    fc.assert(
      fc.property(scene, ({ height, width, size, corners, kinds: types, seed, ...options }) => {
        let state = seed;
        const draw = (limit: number): number => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          return Math.floor(((state >>> 8) / 2 ** 24) * limit);
        };
        const values = (limit: number): number[] => Array.from({ length: height * width }, () => draw(limit));
        const labels = Int32Array.from(values(5));
        const planes = types.map((type) => new type(values(2 ** 24)));
        const cells = {
          ids: Int32Array.from(corners, () => 1 + draw(4)),
          y: Int32Array.from(corners, ([y]) => y),
          x: Int32Array.from(corners, ([, x]) => x),
        };
        return twinsAgree(() => extractPatches(planes, labels, height, width, cells, { size, ...options }));
      }),
      { numRuns: 1500 },
    );
  });

  test('the twins agree where planes are copied in several bands, and where windows are too few for that', () => {
    const [height, width, size] = [900, 700, 40];
    const labels = Int32Array.from({ length: height * width }, (_, i) => (Math.imul(i >> 4, 2_654_435_761) >>> 8) % 5);
    const planes = [Uint16Array.from(labels, (id) => 1000 * id + 3), Float32Array.from(labels, (id) => id / 3)];
    for (const count of [3, 400]) {
      const corner = (k: number, n: number): number => ((Math.imul(k + 1, 40_503) >>> 3) % (n + 60)) - 30;
      const cells = {
        ids: Int32Array.from({ length: count }, (_, k) => 1 + (k % 4)),
        y: Int32Array.from({ length: count }, (_, k) => corner(k, height)),
        x: Int32Array.from({ length: count }, (_, k) => corner(7 * k, width)),
      };
      for (const layout of ['raw', 'masked'] as const) {
        expect(twinsAgree(() => extractPatches(planes, labels, height, width, cells, { size, layout }))).toBe(true);
      }
    }
  });

  test('the distances of a context are those of distanceTransform, whatever the window shows', () => {
    const scene = fc.record({
      size: fc.integer({ min: 1, max: 24 }),
      block: fc.integer({ min: 1, max: 30 }),
      empty: fc.constantFrom(0, 0.1, 0.6),
      y: fc.integer({ min: -8, max: 30 }),
      x: fc.integer({ min: -8, max: 30 }),
      padding: fc.constantFrom('constant' as const, 'reflect' as const),
      seed: fc.integer({ min: 1, max: 2 ** 30 }),
    });
    fc.assert(
      fc.property(scene, ({ size, block, empty, y, x, padding, seed }) => {
        const labels = Int32Array.from({ length: 32 * 32 }, (_, i) => {
          const hash = Math.imul(i + seed, 2_654_435_761) >>> 8;
          if (hash % 1000 < 1000 * empty) return 0;
          return 1 + ((Math.floor((i >> 5) / block) + Math.floor((i & 31) / block)) % 2);
        });
        const cells = { ids: Int32Array.of(1), y: Int32Array.of(y), x: Int32Array.of(x) };
        const context = extractContexts(labels, 32, 32, cells, { size, padding });
        const area = size * size;
        const mask = Uint8Array.from(context.subarray(0, area));
        const distances = distanceTransform(mask, size, size);
        const largest = mask.includes(1) ? Math.max(...distances) : 1;
        const expected = Float32Array.from(distances, (value) => (mask.includes(1) ? value / largest : 0));
        return differing(context.subarray(2 * area), expected) === 0;
      }),
      { numRuns: 1500 },
    );
  });

  test('the twins of contexts agree on any labels, windows and borders', () => {
    const scene = fc.record({
      height: fc.integer({ min: 1, max: 20 }),
      width: fc.integer({ min: 1, max: 20 }),
      size: fc.integer({ min: 1, max: 19 }),
      padding: fc.constantFrom('constant' as const, 'reflect' as const),
      // Stretches of one label, from single pixels to whole images.
      labels: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 60 })), { minLength: 1 }),
      windows: fc.array(fc.tuple(fc.integer({ min: -20, max: 22 }), fc.integer({ min: -20, max: 22 })), {
        minLength: 1,
        maxLength: 5,
      }),
    });
    fc.assert(
      fc.property(scene, ({ height, width, size, padding, labels: stretches, windows }) => {
        const labels = new Int32Array(height * width);
        const drawn = stretches.flatMap(([id, length]) => new Array<number>(length).fill(id));
        for (let i = 0; i < labels.length; i++) labels[i] = drawn[i % drawn.length]!;
        const of = (axis: 0 | 1): Int32Array => Int32Array.from(windows, (window) => window[axis]);
        const cells = { ids: Int32Array.from(windows, (_, n) => 1 + (n % 3)), y: of(0), x: of(1) };
        return twinsAgree(() => extractContexts(labels, height, width, cells, { size, padding }));
      }),
      { numRuns: 1500 },
    );
  });

  test('planes, labels and cells are the same after the call', () => {
    const labels = Int32Array.from({ length: 30 }, (_, i) => i % 4);
    const plane = Float32Array.from(labels, (id) => id / 3);
    const cells = { ids: Int32Array.of(1, 3), y: Int32Array.of(-1, 2), x: Int32Array.of(0, 4) };
    const before = structuredClone({ labels, plane, cells });
    for (const layout of ['raw', 'masked', 'raw-self-neighbour'] as const) {
      extractPatches([plane], labels, 5, 6, cells, { size: 4, layout, padding: 'reflect' });
    }
    extractContexts(labels, 5, 6, cells, { size: 4 });
    expect({ labels, plane, cells }).toEqual(before);
  });

  test('refuses what does not fit', () => {
    const plane = new Uint8Array(6);
    const labels = new Int32Array(6);
    const cells = { ids: Int32Array.of(1), y: Int32Array.of(0), x: Int32Array.of(0) };
    const call =
      (options: object, given: PatchCells = cells) =>
      () =>
        extractPatches([plane], labels, 2, 3, given, { size: 2, layout: 'raw', ...options });
    expect(call({ size: 0 })).toThrow('extractPatches: size: 0 is not a whole number ≥ 1');
    expect(call({ layout: 'other' })).toThrow("layout is 'other'; pass raw");
    expect(call({ padding: 'wrap' })).toThrow("padding is 'wrap'; pass constant or reflect");
    expect(call({}, { ...cells, ids: Int32Array.of(0) })).toThrow('id 0 of cell 0 is no object');
    expect(call({ channels: 0 })).toThrow('channels: 0 is not a whole number ≥ 1');
    expect(call({ out: new Float32Array(3) })).toThrow(
      'out is Float32Array of 3 values, but Float32Array of 4 is needed',
    );
    expect(call({}, { ...cells, y: new Int32Array(2) })).toThrow('1 ids, but 2 rows and 1 columns');
    expect(() => extractPatches([plane], labels, 2, 2, cells, { size: 2, layout: 'raw' })).toThrow('labels: has 6');
  });
});
