import { measureRegions, type RegionProperty } from '../../kernels/regions.ts';
import { encodeRuns } from '../../kernels/runs.ts';
import { differing, goldens } from '../support/goldens.ts';

const cases = goldens('regions-table');

const EXACT = { area: 'area', convexArea: 'area_convex', eulerNumber: 'euler_number' } as const;
const CLOSE = {
  majorAxis: 'axis_major_length',
  perimeter: 'perimeter',
  solidity: 'solidity',
  extent: 'extent',
  equivalentDiameter: 'equivalent_diameter_area',
} as const;
const MOMENTS = {
  rawMoments: 'moments',
  centralMoments: 'moments_central',
  normalisedMoments: 'moments_normalized',
} as const;

const EVERYTHING = [
  ...([
    'ids',
    'area',
    'boxes',
    'centroidY',
    'centroidX',
    'majorAxis',
    'minorAxis',
    'eccentricity',
    'orientation',
  ] as const),
  ...(['perimeter', 'convexArea', 'solidity', 'extent', 'eulerNumber', 'equivalentDiameter'] as const),
  ...(['rawMoments', 'centralMoments', 'normalisedMoments', 'huMoments'] as const),
];

/** Σ|y|^p·|x|^q about the centroid is at most this: what a moment's terms add up to before they cancel. */
function momentScale(area: number, height: number, width: number, order: number): number {
  return area * Math.max(height, width) ** order;
}

describe('measureRegions equals regionprops of scikit-image 0.26', () => {
  test.each(cases)('$name', (golden) => {
    const [height, width] = golden.size('labels');
    const found = measureRegions(golden.get('labels', Int32Array), height, width, { properties: EVERYTHING });
    expect(differing(found.ids, golden.get('ids', Int32Array))).toBe(0);
    const column = (name: string): Float64Array => golden.get(name, Float64Array);
    for (const [ours, theirs] of Object.entries(EXACT)) {
      expect(differing(found[ours as keyof typeof EXACT], column(theirs))).toBe(0);
    }
    const centroid = column('centroid');
    expect(
      differing(
        found.centroidY,
        centroid.filter((_, i) => i % 2 === 0),
      ),
    ).toBe(0);
    expect(
      differing(
        found.centroidX,
        centroid.filter((_, i) => i % 2 === 1),
      ),
    ).toBe(0);
    expect(found.boxes.flatMap(({ y0, x0, y1, x1 }) => [y0, x0, y1, x1])).toEqual(Array.from(column('bbox')));
    for (const [ours, theirs] of Object.entries(CLOSE)) {
      expect(furthest(found[ours as keyof typeof CLOSE], column(theirs))).toBeLessThan(1e-9);
    }
    // The library leaves the root of a rounding error where the true value is 0.
    for (const name of ['minorAxis', 'eccentricity'] as const) {
      const theirs = column(name === 'minorAxis' ? 'axis_minor_length' : name);
      found[name].forEach((value, k) => {
        expect(Math.abs(value - theirs[k]!)).toBeLessThan(Math.max(1e-6, 1e-9 * theirs[k]!));
      });
    }
    // The axis of something as long as wide points nowhere; elsewhere angles are the same up to half a turn.
    const theirs = column('orientation');
    found.orientation.forEach((value, k) => {
      if (column('eccentricity')[k]! < 1e-6) return;
      const turns = (value - theirs[k]!) / Math.PI;
      expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-9);
    });
  });

  test.each(cases)('moments of $name', (golden) => {
    const [height, width] = golden.size('labels');
    const found = measureRegions(golden.get('labels', Int32Array), height, width, {
      properties: ['area', 'boxes', ...(Object.keys(MOMENTS) as (keyof typeof MOMENTS)[]), 'huMoments'],
    });
    for (const [ours, theirs] of Object.entries(MOMENTS)) {
      const expected = golden.get(theirs, Float64Array);
      const actual = found[ours as keyof typeof MOMENTS];
      expect(actual.length).toBe(expected.length);
      actual.forEach((value, i) => {
        const { y0, x0, y1, x1 } = found.boxes[i >> 4]!;
        const area = found.area[i >> 4]!;
        const order = ((i >> 2) & 3) + (i & 3);
        const scale = momentScale(area, y1 - y0, x1 - x0, order);
        if (Number.isNaN(expected[i]!)) expect(value).toBeNaN();
        else if (ours === 'normalisedMoments') {
          expect(Math.abs(value - expected[i]!)).toBeLessThan((1e-9 * scale) / area ** (order / 2 + 1));
        } else expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-9 * scale);
      });
    }
    // Invariants of order n are products of n moments, so their rounding is measured against powers of the first.
    const hu = golden.get('moments_hu', Float64Array);
    expect(found.huMoments.length).toBe(hu.length);
    const DEGREE = [1, 2, 3, 3, 6, 4, 6];
    found.huMoments.forEach((value, i) => {
      const scale = Math.max(1, hu[i - (i % 7)]!) ** DEGREE[i % 7]!;
      expect(Math.abs(value - hu[i]!)).toBeLessThan(1e-9 * scale);
    });
  });
});

function furthest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let most = 0;
  for (let i = 0; i < actual.length; i++) {
    if (actual[i] !== expected[i]) most = Math.max(most, Math.abs(actual[i]! - expected[i]!) / Math.abs(expected[i]!));
  }
  return most;
}

const LABELS = Int32Array.of(5, 5, 0, 9, 5, 0, 0, 9, 0, 0, 70001, 9);

test('only what is asked for comes back, ids always', () => {
  const found = measureRegions(LABELS, 3, 4, { properties: ['perimeter', 'centroidX'] });
  expect(Object.keys(found).sort()).toEqual(['centroidX', 'ids', 'perimeter']);
  expect(Array.from(found.ids)).toEqual([5, 9, 70001]);
  expect(Object.keys(measureRegions(LABELS, 3, 4, { properties: [] }))).toEqual(['ids']);
});

test('a subset has the values that measuring everything has, with runs or without', () => {
  for (const { get, size } of cases) {
    const labels = get('labels', Int32Array);
    const [height, width] = size('labels');
    const runs = encodeRuns(labels, height, width);
    const whole = measureRegions(labels, height, width);
    expect(measureRegions(labels, height, width, runs)).toEqual(whole);
    for (const name of Object.keys(whole) as (keyof typeof whole)[]) {
      expect(measureRegions(labels, height, width, { properties: [name] })[name]).toEqual(whole[name]);
      expect(measureRegions(labels, height, width, { properties: [name], runs })[name]).toEqual(whole[name]);
    }
  }
});

test('Hu moments survive a quarter turn; a mirror changes the sign of the last', () => {
  const size = 20;
  const draw = (place: (y: number, x: number) => [number, number]): Int32Array => {
    const labels = new Int32Array(size * size);
    for (let y = 2; y < 15; y++) {
      for (let x = 3; x < 18 - y; x++) {
        const [v, u] = place(y, x);
        labels[v * size + u] = 4;
      }
    }
    labels[place(16, 3).reduce((v, u) => v * size + u)] = 4;
    return labels;
  };
  const hu = (labels: Int32Array): number[] =>
    Array.from(measureRegions(labels, size, size, { properties: ['huMoments'] }).huMoments);
  const upright = hu(draw((y, x) => [y, x]));
  const turned = hu(draw((y, x) => [x, size - 1 - y]));
  const mirrored = hu(draw((y, x) => [y, size - 1 - x]));
  upright.forEach((value, i) => {
    expect(turned[i]! / value).toBeCloseTo(1, 9);
    expect(mirrored[i]! / value).toBeCloseTo(i === 6 ? -1 : 1, 9);
  });
});

test('the labels are the same after the call, and bad input is named', () => {
  const before = LABELS.slice();
  measureRegions(LABELS, 3, 4, { properties: EVERYTHING });
  expect(LABELS).toEqual(before);
  expect(() => measureRegions(LABELS, 3, 4, { properties: ['colour' as RegionProperty] })).toThrow(
    "measureRegions: property 'colour' is unknown; pass some of ids, area,",
  );
  expect(() => measureRegions(LABELS, 3, 5, { properties: ['area'] })).toThrow(
    /labels: has 12 values, but 3×5 needs 15/,
  );
  expect(() => measureRegions(Int32Array.of(3, -7), 1, 2, { properties: ['area'] })).toThrow(
    'encodeRuns: id -7 at y 0, x 1 is negative',
  );
});
