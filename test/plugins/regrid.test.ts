import fc from 'fast-check';
import { testContext, testStep } from '../../core/testing.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { rescaledSize } from '../../kernels/resample.ts';
import { regrid } from '../../plugins/regrid/index.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { testGolden } from '../support/step-golden.ts';

const { image } = drawTissue(64, 80, 0.377);
const coarse = drawTissue(rescaledSize(64, 0.754), rescaledSize(80, 0.754), 0.5).cells;
const run = (labels: Labels, like: Image): Labels =>
  (regrid.run({ labels, like }, {}, testContext()) as { labels: Labels }).labels;
const blank = (height: number, width: number, mpp: number): Image => ({ ...image, height, width, mpp });

testStep(regrid, [{ name: 'from 0.5 to 0.377', inputs: { labels: coarse, like: image } }]);
testGolden(regrid, [{ name: 'from 0.5 to 0.377', inputs: { labels: coarse, like: image } }]);

test("the result lies on the image's grid and has the same ids", () => {
  const out = run(coarse, image);
  expect([out.height, out.width, out.mpp]).toEqual([64, 80, 0.377]);
  expect(new Set(out.data)).toEqual(new Set(coarse.data));
});

test('the index rule is that of P2 (10 → 7: 0 2 3 5 6 7 9)', () => {
  const labels: Labels = { height: 1, width: 10, mpp: 0.7, data: Int32Array.from({ length: 10 }, (_, x) => x) };
  expect(Array.from(run(labels, blank(1, 7, 1)).data)).toEqual([0, 2, 3, 5, 6, 7, 9]);
});

/** The centroid in µm from the field's outer edge. */
function centroidUm({ data, width, mpp }: Labels): [number, number] {
  let [n, y, x] = [0, 0, 0];
  data.forEach((id, i) => {
    if (id === 0) return;
    n++;
    y += Math.floor(i / width) + 0.5;
    x += (i % width) + 0.5;
  });
  return [(y * mpp) / n, (x * mpp) / n];
}

test('objects keep their place in µm, and an object elsewhere comes out elsewhere', () => {
  const square = (y0: number, x0: number): Labels => {
    const data = new Int32Array(48 * 60);
    for (let y = y0; y < y0 + 8; y++) data.fill(1, y * 60 + x0, y * 60 + x0 + 8);
    return { height: 48, width: 60, mpp: 0.5, data };
  };
  const place = fc.record({ y: fc.integer({ min: 3, max: 39 }), x: fc.integer({ min: 3, max: 51 }) });
  fc.assert(
    fc.property(place, fc.constantFrom(0.2, 0.25, 0.377, 0.65), ({ y, x }, mpp) => {
      const like = blank(rescaledSize(48, 0.5 / mpp), rescaledSize(60, 0.5 / mpp), mpp);
      const out = run(square(y, x), like);
      const [a, b] = [centroidUm(square(y, x)), centroidUm(out)];
      const tolerance = Math.max(0.5, mpp);
      expect(Math.abs(a[0] - b[0])).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(a[1] - b[1])).toBeLessThanOrEqual(tolerance);
      const shifted = centroidUm(run(square(y - 3, x - 3), like));
      expect(b[0] - shifted[0]).toBeGreaterThan(0.8);
      expect(b[1] - shifted[1]).toBeGreaterThan(0.8);
    }),
    { numRuns: 60 },
  );
});

test('labels of another field are refused', () => {
  expect(() => run(coarse, blank(64, 90, 0.377))).toThrow(
    'labels show 24.00×30.00 µm (48×60 pixels at 0.5 µm), like shows 24.13×33.93 µm (64×90 pixels at 0.377 µm); both must ' +
      'show the same field to within one pixel: wire like to the image the labels were made from',
  );
  expect(() => run({ ...coarse, mpp: 0.6 }, image)).toThrow(/both must show the same field/);
});
