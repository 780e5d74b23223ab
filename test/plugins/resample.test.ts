import { testContext, testStep } from '../../core/testing.ts';
import type { Image } from '../../kernels/image.ts';
import { resample } from '../../plugins/resample/index.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { testGolden } from '../support/step-golden.ts';

const { image } = drawTissue(60, 83, 0.377);
const run = (input: Image, params: Parameters<typeof resample.params.parse>[0] = {}): Image =>
  (resample.run({ image: input }, resample.params.parse(params), testContext()) as { image: Image }).image;

testStep(resample, [
  { name: 'bilinear', inputs: { image } },
  { name: 'nearest', inputs: { image }, params: { method: 'nearest', mpp: 0.25 } },
]);
testGolden(resample, [
  { name: 'bilinear to 0.5', inputs: { image } },
  { name: 'nearest to 0.25', inputs: { image }, params: { method: 'nearest', mpp: 0.25 } },
]);

test('bilinear gives the published values (P1, scale 0.65)', () => {
  const plane = Float32Array.from({ length: 30 }, (_, i) => {
    const [r, c] = [Math.floor(i / 6), i % 6];
    return (7 * r + 13 * c + 3 * ((r * c) % 5)) % 32;
  });
  const small: Image = {
    height: 5,
    width: 6,
    mpp: 0.65,
    intensity: 'counts',
    channels: [image.channels[0]!],
    planes: [plane],
  };
  const out = run(small, { mpp: 1 });
  expect([out.height, out.width, out.mpp]).toEqual([3, 4, 1]);
  const wanted = [5.922751, 18.717582, 13.269349, 6.465861, 10.833188, 15.213642, 20.608626, 13.999398];
  wanted.forEach((value, i) => expect(out.planes[0]![i]).toBeCloseTo(value, 5));
});

test('sizes, dtype and facts', () => {
  const bilinear = run(image);
  expect([bilinear.height, bilinear.width, bilinear.mpp]).toEqual([45, 63, 0.5]);
  expect(bilinear.planes.every((plane) => plane instanceof Float32Array)).toBe(true);
  expect([bilinear.intensity, bilinear.channels]).toEqual(['counts', image.channels]);
  const nearest = run(image, { method: 'nearest', mpp: 1 });
  expect(nearest.planes.every((plane) => plane instanceof Uint16Array)).toBe(true);
  expect(run(image, { mpp: 0.377 })).toBe(image);
});

test('a scale or size beyond reason is refused', () => {
  expect(() => run({ ...image, mpp: 65 }, { mpp: 0.5 })).toThrow(
    'image is at 65 µm per pixel, so mpp 0.5 scales it by 130; 1/32 to 32 is allowed: ' +
      "check the pixel size in the samplesheet and the step's mpp",
  );
  expect(() => run({ ...image, height: 40_000, width: 40_000, mpp: 1 }, { mpp: 0.5 })).toThrow(
    'image of 40000×40000 pixels would become 80000×80000 at mpp 0.5, over the limit of 2^28 pixels a plane',
  );
  expect(() => resample.params.parse({ mpp: 0 })).toThrow();
  expect(() => resample.params.parse({ mpps: 1 })).toThrow(/mpps/);
});
