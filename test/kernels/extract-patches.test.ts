import fc from 'fast-check';
import { extractContext, extractPatches, patchCorners, type PatchCells } from '../../kernels/extract-patches.ts';
import { clipAndScale } from '../../kernels/clip-and-scale.ts';
import { percentile } from '../../kernels/percentile.ts';
import { measureRegions } from '../../kernels/regions.ts';
import { differing, goldens, type GoldenCase } from '../support/goldens.ts';

function cellsOf(golden: GoldenCase<unknown>): PatchCells {
  const rows = golden.get('cells', Int32Array);
  const n = rows.length / 3;
  return { ids: rows.subarray(0, n), top: rows.subarray(n, 2 * n), left: rows.subarray(2 * n) };
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
      const call = (layout: 'raw' | 'masked' | 'raw-self-neighbour', padding?: number | 'reflect'): Float32Array =>
        extractPatches(planes, labels, height, width, cells, {
          size,
          layout,
          ...(padding === undefined ? {} : { padding }),
        });
      const zero = golden.get('zero', Float32Array);
      const context = golden.get('context', Float32Array);
      expect([golden.name, differing(call('raw'), zero)]).toEqual([golden.name, 0]);
      expect(differing(call('raw', 7), golden.get('seven', Float32Array))).toBe(0);
      expect(differing(call('raw', 'reflect'), golden.get('mirrored', Float32Array))).toBe(0);
      expect(differing(extractContext(labels, height, width, cells, { size }), context)).toBe(0);
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
    const [top, left] = [patchCorners(regions.centroidY, 32), patchCorners(regions.centroidX, 32)];
    const ids = Int32Array.of(3, 7, 9);
    expect([...top, ...left]).toEqual([9, -11, 9, 5, -9, 11]);
    const context = extractContext(labels, 40, 40, { ids, top, left }, { size: 32 });
    const samples = extractPatches([unit], labels, 40, 40, { ids, top, left }, { size: 32, layout: 'masked' });
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
        const cells = { ids: Int32Array.of(2), top: Int32Array.of(top), left: Int32Array.of(left) };
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

  test('refuses what does not fit', () => {
    const plane = new Uint8Array(6);
    const labels = new Int32Array(6);
    const cells = { ids: Int32Array.of(1), top: Int32Array.of(0), left: Int32Array.of(0) };
    const call =
      (options: object, given: PatchCells = cells) =>
      () =>
        extractPatches([plane], labels, 2, 3, given, { size: 2, layout: 'raw', ...options });
    expect(call({ size: 0 })).toThrow('extractPatches: size: 0 is not a whole number ≥ 1');
    expect(call({ layout: 'other' })).toThrow('layout is other; choose raw');
    expect(call({ padding: NaN })).toThrow('padding is NaN');
    expect(call({ out: new Float32Array(3) })).toThrow(
      'out is Float32Array of 3 values, but Float32Array of 4 is needed',
    );
    expect(call({}, { ...cells, top: new Int32Array(2) })).toThrow('1 ids, but 2 rows and 1 columns of corners');
    expect(() => extractPatches([plane], labels, 2, 2, cells, { size: 2, layout: 'raw' })).toThrow('plane 0: has 6');
  });
});
