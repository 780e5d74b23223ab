import { readFileSync } from 'node:fs';
import { encodeRuns } from '../../kernels/runs.ts';
import { measureRegions } from '../../kernels/regions.ts';

interface Shape {
  readonly id: number;
  readonly area: number;
  readonly bbox: readonly [number, number, number, number];
  readonly centroid: readonly [number, number];
  readonly area_convex: number;
  readonly euler_number: number;
  readonly axis_major_length: number;
  readonly axis_minor_length: number;
  readonly eccentricity: number;
  readonly orientation: number;
  readonly perimeter: number;
  readonly solidity: number;
  readonly extent: number;
}

interface Case {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly labels: readonly number[];
  readonly shapes: readonly Shape[];
}

const golden = new URL('../golden/reference/regions.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(golden, 'utf8')) as { cases: Case[] };

/** Relative 1e-9; `noise` is the absolute rounding the library itself leaves where the true value is 0. */
function expectClose(actual: number, expected: number, noise = 1e-12): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(Math.max(noise, 1e-9 * Math.abs(expected)));
}

describe('measureRegions equals scikit-image 0.26', () => {
  test.each(cases)('$name', ({ height, width, labels, shapes }) => {
    const found = measureRegions(Int32Array.from(labels), height, width);
    expect(Array.from(found.ids)).toEqual(shapes.map(({ id }) => id));
    expect(Array.from(found.area)).toEqual(shapes.map(({ area }) => area));
    expect(found.boxes).toEqual(shapes.map(({ bbox: [y0, x0, y1, x1] }) => ({ y0, x0, y1, x1 })));
    expect(Array.from(found.convexArea)).toEqual(shapes.map((shape) => shape.area_convex));
    expect(Array.from(found.eulerNumber)).toEqual(shapes.map((shape) => shape.euler_number));
    expect(Array.from(found.centroidY)).toEqual(shapes.map(({ centroid }) => centroid[0]));
    expect(Array.from(found.centroidX)).toEqual(shapes.map(({ centroid }) => centroid[1]));
    shapes.forEach((shape, k) => {
      expectClose(found.perimeter[k]!, shape.perimeter);
      expectClose(found.solidity[k]!, shape.solidity);
      expectClose(found.extent[k]!, shape.extent);
      expectClose(found.majorAxis[k]!, shape.axis_major_length);
      // The library's √ of a rounding error: 1e-7 px where a line has no width, and likewise where a square has no length.
      expectClose(found.minorAxis[k]!, shape.axis_minor_length, 1e-6);
      expectClose(found.eccentricity[k]!, shape.eccentricity, 1e-6);
      if (shape.eccentricity > 1e-6) {
        const turn = (found.orientation[k]! - shape.orientation) / Math.PI;
        expectClose(turn, Math.round(turn), 1e-9);
      }
    });
  });
});

test('axes of known figures', () => {
  const line = measureRegions(Int32Array.of(5, 5, 5, 5), 1, 4);
  expect([line.majorAxis[0], line.minorAxis[0], line.eccentricity[0]]).toEqual([4 * Math.sqrt(1.25), 0, 1]);
  expect(line.orientation[0]).toBeCloseTo(Math.PI / 2, 15);
  const pixel = measureRegions(Int32Array.of(0, 9), 1, 2);
  expect([pixel.majorAxis[0], pixel.eccentricity[0], pixel.perimeter[0], pixel.solidity[0]]).toEqual([0, 0, 0, 1]);
  const square = measureRegions(new Int32Array(16).fill(1), 4, 4);
  expect([square.eccentricity[0], square.perimeter[0], square.eulerNumber[0]]).toEqual([0, 12, 1]);
});

test('a shifted object has the same shape and a shifted centroid', () => {
  const draw = (dy: number, dx: number): Int32Array => {
    const labels = new Int32Array(40 * 50);
    for (let y = 0; y < 9; y++) for (let x = 0; x < 9 - y; x++) labels[(y + dy) * 50 + x + dx] = 3;
    return labels;
  };
  const [a, b] = [measureRegions(draw(0, 0), 40, 50), measureRegions(draw(31, 41), 40, 50)];
  expect(b.centroidY[0]! - a.centroidY[0]!).toBeCloseTo(31, 12);
  expect(b.centroidX[0]! - a.centroidX[0]!).toBeCloseTo(41, 12);
  for (const name of ['majorAxis', 'minorAxis', 'orientation', 'perimeter', 'solidity', 'extent'] as const) {
    expect(b[name]).toEqual(a[name]);
  }
});

test('wrong sizes and negative ids are named', () => {
  expect(() => encodeRuns(new Int32Array(5), 2, 3)).toThrow(/has 5 values, but 2×3 needs 6/);
  expect(() => encodeRuns(Int32Array.of(0, 1, 0, 0, 0, -7), 2, 3)).toThrow(
    'encodeRuns: id -7 at y 1, x 2 is negative; ids are > 0 and background is 0',
  );
});

test('ids up to the largest int32 keep their order', () => {
  const found = measureRegions(Int32Array.of(2147483647, 70000, 0, 70000, 1, 2147483647), 2, 3);
  expect(Array.from(found.ids)).toEqual([1, 70000, 2147483647]);
  expect(Array.from(found.area)).toEqual([1, 2, 2]);
});
