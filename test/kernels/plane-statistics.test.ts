import type { Plane } from '../../kernels/image.ts';
import { measurePlane } from '../../kernels/intensities.ts';
import { measurePlanes, type PlaneStatistic } from '../../kernels/plane-statistics.ts';
import { encodeRuns } from '../../kernels/runs.ts';
import { differing, goldens } from '../support/goldens.ts';

const ALL = ['sum', 'mean', 'median', 'min', 'max', 'std'] as const;

describe('measurePlanes equals numpy on the pixels of each object', () => {
  test.each(goldens<{ percents: number[] }>('plane-statistics'))('$name', (golden) => {
    const [height, width] = golden.size('labels');
    const runs = encodeRuns(golden.get('labels', Int32Array), height, width);
    const plane = golden.any('plane');
    const { percents } = golden.params;
    const [found] = measurePlanes([plane], runs, { statistics: ALL, percentiles: percents });
    const expected = (name: string): Float64Array => golden.get(name, Float64Array);
    const n = runs.ids.length;
    expect(expected('sum').length).toBe(n);
    for (const name of ['median', 'min', 'max'] as const) expect(differing(found![name], expected(name))).toBe(0);
    percents.forEach((_, p) => {
      expect(differing(found!.percentiles[p]!, expected('percentiles').subarray(p * n, (p + 1) * n))).toBe(0);
    });
    for (const name of ['sum', 'mean'] as const) {
      if (!(plane instanceof Float32Array)) expect(differing(found![name], expected(name))).toBe(0);
      // What cancels in a sum is measured against the largest value.
      else
        found![name].forEach((value, k) => expect(Math.abs(value - expected(name)[k]!)).toBeLessThan(1e-12 * scale(k)));
    }
    found!.std.forEach((value, k) => {
      const theirs = expected('std')[k]!;
      if (!(plane instanceof Float32Array) && expected('min')[k] === expected('max')[k]) expect(value).toBe(0);
      expect(Math.abs(value - theirs)).toBeLessThan(1e-12 * scale(k));
    });
    function scale(k: number): number {
      return 1 + runs.area[k]! * Math.max(Math.abs(expected('min')[k]!), Math.abs(expected('max')[k]!));
    }
  });
});

const RUNS = encodeRuns(Int32Array.of(0, 7, 7, 3, 3, 3, 0, 7), 2, 4);

test('several planes of different types, in turn, made while they are measured', () => {
  let made = 0;
  function* planes(): Generator<Plane> {
    made++;
    yield Uint16Array.of(9, 1, 2, 65535, 65535, 65535, 9, 6);
    made++;
    yield Float32Array.of(9, 0.5, 0.25, 1, 2, 3, 9, 0.25);
    made++;
    yield Int8Array.of(9, -128, 127, 1, 2, 3, 9, -2);
  }
  const found = measurePlanes(planes(), RUNS, { statistics: ['mean', 'median'], percentiles: [25] });
  expect(made).toBe(3);
  expect(found).toEqual([
    { mean: Float64Array.of(65535, 3), median: Float64Array.of(65535, 2), percentiles: [Float64Array.of(65535, 1.5)] },
    { mean: Float64Array.of(2, 1 / 3), median: Float64Array.of(2, 0.25), percentiles: [Float64Array.of(1.5, 0.25)] },
    { mean: Float64Array.of(2, -1), median: Float64Array.of(2, -2), percentiles: [Float64Array.of(1.5, -65)] },
  ]);
});

test('only what is asked for comes back; the mean unless something is', () => {
  const plane = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect(measurePlanes([plane], RUNS)).toEqual([{ mean: Float64Array.of(5, 13 / 3), percentiles: [] }]);
  expect(measurePlanes([plane], RUNS, { statistics: ['max'] })).toEqual([
    { max: Float64Array.of(6, 8), percentiles: [] },
  ]);
  expect(measurePlanes([plane], RUNS, { statistics: [], percentiles: [100] })).toEqual([
    { percentiles: [Float64Array.of(6, 8)] },
  ]);
  expect(measurePlanes([], RUNS)).toEqual([]);
  expect(Object.keys(measurePlane(plane, RUNS)).sort()).toEqual(['max', 'mean', 'median', 'min', 'sum']);
});

test('a run longer than 65,536 pixels sums exactly', () => {
  const width = 140_000;
  const labels = new Int32Array(2 * width).fill(5, 100, 2 * width - 3);
  const runs = encodeRuns(labels, 2, width);
  for (const type of [Uint8Array, Uint16Array]) {
    const top = type === Uint8Array ? 255 : 65535;
    const [found] = measurePlanes([new type(2 * width).fill(top)], runs, { statistics: ALL });
    expect(found!.sum[0]).toBe((2 * width - 103) * top);
    expect([found!.mean[0], found!.min[0], found!.max[0], found!.median[0], found!.std[0]]).toEqual([
      top,
      top,
      top,
      top,
      0,
    ]);
  }
});

test('a NaN spoils every statistic of its object and of its plane only; infinities are values', () => {
  const plane = Float32Array.of(9, 1, NaN, 4, 5, 6, 9, 2);
  const [spoilt, sound] = measurePlanes([plane, plane.map((value) => (value === 1 ? Infinity : 3))], RUNS, {
    statistics: ALL,
    percentiles: [0, 50],
  });
  for (const name of ALL) {
    expect(spoilt![name][0]).toBe({ sum: 15, mean: 5, median: 5, min: 4, max: 6, std: Math.sqrt(2 / 3) }[name]);
    expect(spoilt![name][1]).toBeNaN();
  }
  expect(spoilt!.percentiles.map((values) => Array.from(values))).toEqual([
    [4, NaN],
    [5, NaN],
  ]);
  expect([sound!.sum[1], sound!.min[1], sound!.max[1], sound!.median[1]]).toEqual([Infinity, 3, Infinity, 3]);
});

test('planes and runs are the same after the call, and bad input is named', () => {
  const plane = Float32Array.of(9, 1, -0, 4, 5, 6, 9, 2);
  const [planeBefore, runsBefore] = [plane.slice(), structuredClone(RUNS)];
  measurePlanes([plane], RUNS, { statistics: ALL, percentiles: [7] });
  expect([plane, RUNS]).toEqual([planeBefore, runsBefore]);
  expect(() => measurePlanes([plane, new Uint8Array(6)], RUNS)).toThrow(
    'measurePlanes: plane 1 has 6 values, the labels 2×4; bring both to one grid first',
  );
  expect(() => measurePlanes([plane], RUNS, { statistics: ['mode' as PlaneStatistic] })).toThrow(
    "measurePlanes: statistic 'mode' is unknown; pass some of sum, mean, median, min, max, std",
  );
  expect(() => measurePlanes([plane], RUNS, { percentiles: [101] })).toThrow('percentile: percent is 101');
  expect(() => measurePlanes([plane], RUNS, { percentiles: [NaN] })).toThrow('percentile: percent is NaN');
});
