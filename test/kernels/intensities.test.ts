import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { backgroundLevel } from '../../kernels/background.ts';
import type { Plane } from '../../kernels/image.ts';
import { measurePlane } from '../../kernels/intensities.ts';
import { medianInPlace } from '../../kernels/median.ts';
import { encodeRuns } from '../../kernels/runs.ts';

type Statistics = Readonly<Record<'sum' | 'mean' | 'median' | 'min' | 'max', number>>;

interface Case {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly labels: readonly number[];
  readonly intensities: Readonly<Record<string, readonly Statistics[]>>;
}

const golden = new URL('../golden/reference/regions.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(golden, 'utf8')) as { cases: Case[] };

/** The planes of make_region_goldens.py, by the same integer formula. */
function planeOf(dtype: string, height: number, width: number): Plane {
  const mixed = new Int32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) mixed[y * width + x] = (y * 7919 + x * 104729 + ((y * x) % 13) * 6007) % 65536;
  }
  if (dtype === 'uint16') return Uint16Array.from(mixed);
  if (dtype === 'int16') return Int16Array.from(mixed, (v) => v - 32768);
  if (dtype === 'uint8') return Uint8Array.from(mixed, (v) => v % 3);
  return Float32Array.from(mixed, (v) => v / 7);
}

const rows = cases.flatMap(({ name, height, width, labels, intensities }) =>
  Object.entries(intensities).map(([dtype, expected]) => ({ name, dtype, height, width, labels, expected })),
);

test.each(rows)('measurePlane equals numpy: $name, $dtype', ({ dtype, height, width, labels, expected }) => {
  const runs = encodeRuns(Int32Array.from(labels), height, width);
  const found = measurePlane(planeOf(dtype, height, width), runs, { median: true });
  expect(runs.ids.length).toBe(expected.length);
  expected.forEach((statistics, k) => {
    for (const name of ['median', 'min', 'max'] as const) expect(found[name][k]).toBe(statistics[name]);
    for (const name of ['sum', 'mean'] as const) {
      if (dtype === 'float32') expect(found[name][k]! / statistics[name]).toBeCloseTo(1, 12);
      else expect(found[name][k]).toBe(statistics[name]);
    }
  });
});

test('medianInPlace equals sorting', () => {
  const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.double({ noNaN: true, min: -9, max: 9 })), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(values, (numbers) => {
      const sorted = Float64Array.from(numbers).sort();
      const [a, b] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
      const padded = Float64Array.of(1e9, ...numbers, -1e9);
      const median = medianInPlace(padded, 1, padded.length - 1);
      return median === (a + b) / 2 && padded[0] === 1e9 && padded[padded.length - 1] === -1e9;
    }),
  );
});

test('NaN spoils its own object only; medians are NaN unless asked for', () => {
  const runs = encodeRuns(Int32Array.of(1, 1, 2, 2, 2), 1, 5);
  const plane = Float32Array.of(1, NaN, 4, 2, 3);
  const found = measurePlane(plane, runs, { median: true });
  for (const values of Object.values(found)) expect(values[0]).toBeNaN();
  expect([found.sum[1], found.mean[1], found.median[1], found.min[1], found.max[1]]).toEqual([9, 3, 3, 2, 4]);
  expect(measurePlane(plane, runs).median[1]).toBeNaN();
});

test('large uint32 values sum exactly', () => {
  const plane = new Uint32Array(100_000).fill(4294967295);
  const found = measurePlane(plane, encodeRuns(new Int32Array(100_000).fill(8), 100, 1000), { median: true });
  expect(found.sum[0]).toBe(429_496_729_500_000);
  expect([found.mean[0], found.median[0]]).toEqual([4294967295, 4294967295]);
});

test('a plane of another size is refused', () => {
  const runs = encodeRuns(new Int32Array(6), 2, 3);
  expect(() => measurePlane(new Uint8Array(5), runs)).toThrow(
    'measurePlane: the plane has 5 values, the labels 2×3; bring both to one grid first',
  );
});

test('backgroundLevel looks at unlabelled pixels only', () => {
  const labels = Int32Array.of(0, 3, 3, 0, 0, 0);
  const plane = Uint16Array.of(10, 900, 900, 0, 30, 20);
  expect(backgroundLevel(plane, labels, 50)).toBe(15);
  expect(backgroundLevel(plane, labels, 0)).toBe(0);
  expect(backgroundLevel(plane, labels, 100)).toBe(30);
  expect(backgroundLevel(plane, new Int32Array(6).fill(1), 50)).toBeNull();
  expect(() => backgroundLevel(plane, new Int32Array(4), 50)).toThrow(/6 values, the labels 4/);
});
