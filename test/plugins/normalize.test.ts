import { testContext, testStep } from '../../core/testing.ts';
import type { Image, Plane } from '../../kernels/image.ts';
import { normalize } from '../../plugins/normalize/index.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { testGolden } from '../support/step-golden.ts';

const { image } = drawTissue(48, 64);
const run = (input: Image, percentile = 99): Image =>
  (normalize.run({ image: input }, { percentile }, testContext()) as { image: Image }).image;
const single = (plane: Plane): Image => ({
  height: 1,
  width: plane.length,
  mpp: 1,
  intensity: 'counts',
  channels: [{ name: 'A', role: null }],
  planes: [plane],
});

testStep(normalize, [
  { name: 'defaults', inputs: { image } },
  { name: 'all zero', inputs: { image: single(new Uint16Array(9)) } },
]);
testGolden(normalize, [{ name: 'percentile 99', inputs: { image } }]);

test('clips at the percentile of the non-zero values and scales to 0–1', () => {
  const out = run(single(Uint16Array.of(0, 0, 0, 10, 20, 30, 40, 1000)), 75);
  // Of 10, 20, 30, 40, 1000 the 75th percentile is 40.
  expect(Array.from(out.planes[0]!)).toEqual([0, 0, 0, 0.25, 0.5, 0.75, 1, 1]);
  expect(out.intensity).toBe('unit');
});

test('channels that are zero or constant become zeros, negatives scale', () => {
  expect(Array.from(run(single(new Uint8Array(4))).planes[0]!)).toEqual([0, 0, 0, 0]);
  expect(Array.from(run(single(Uint8Array.of(7, 7, 7))).planes[0]!)).toEqual([0, 0, 0]);
  expect(Array.from(run(single(Int16Array.of(-4, 0, 4)), 100).planes[0]!)).toEqual([0, 0.5, 1]);
});

test('a normalised image is refused', () => {
  expect(() => run(run(image))).toThrow(
    'image is normalised already (intensity "unit"), wanted intensities as recorded ("counts"); ' +
      'wire the port to the image before the first normalize',
  );
});
