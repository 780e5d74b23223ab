import sharp from 'sharp';
import { renderThumbnail } from '../../../activities/publish/thumbnail.ts';
import type { Image, Labels } from '../../../kernels/image.ts';

/** A nuclear square in the left half, a membrane square in the right. */
function twoSquares(height: number, width: number): Image {
  const square = (x0: number): Uint16Array =>
    Uint16Array.from({ length: height * width }, (_, i) => {
      const [y, x] = [Math.floor(i / width), i % width];
      return y >= height / 4 && y < (3 * height) / 4 && x >= x0 && x < x0 + width / 4 ? 5000 : 100;
    });
  return {
    height,
    width,
    mpp: 0.5,
    intensity: 'counts',
    channels: [
      { name: 'DAPI', role: 'nuclear' },
      { name: 'CD45', role: 'membrane' },
      { name: 'hot', role: null },
    ],
    planes: [square(width / 8), square((5 * width) / 8), new Uint16Array(height * width).fill(60000)],
  };
}

async function pixels(picture: Buffer): Promise<{ width: number; height: number; at(y: number, x: number): number[] }> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const at = (y: number, x: number): number[] => [
    ...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3),
  ];
  return { width: info.width, height: info.height, at };
}

test('shrinks to the longer side and shows nuclear in blue, membrane in green, nothing else', async () => {
  const picture = await pixels(await renderThumbnail(twoSquares(600, 1200), null, null));
  expect([picture.height, picture.width]).toEqual([180, 360]);
  const [nuclear, membrane, background] = [picture.at(90, 90), picture.at(90, 270), picture.at(90, 180)];
  expect(nuclear[2]).toBeGreaterThan(200);
  expect(nuclear[1]).toBeLessThan(130);
  expect(membrane[1]).toBeGreaterThan(200);
  expect(membrane[2]).toBeLessThan(60);
  for (const value of background) expect(value).toBeLessThan(40);
});

test('outlines lie on the border of the objects, also for labels of another size', async () => {
  const image = twoSquares(400, 400);
  const side = 800;
  const data = new Int32Array(side * side);
  for (let y = 200; y < 600; y++) for (let x = 200; x < 600; x++) data[y * side + x] = 9;
  const cells: Labels = { height: side, width: side, mpp: 0.25, data };
  const dark = { ...image, planes: image.planes.map((plane) => new Uint16Array(plane.length)) };
  const picture = await pixels(await renderThumbnail(dark, cells, null, 400));
  const bright = (y: number, x: number): boolean => picture.at(y, x)[0]! > 120;
  expect([bright(200, 99), bright(200, 299), bright(99, 200), bright(299, 200)]).toEqual([true, true, true, true]);
  expect([bright(200, 96), bright(200, 103), bright(200, 200), bright(50, 50)]).toEqual([false, false, false, false]);
});

test.each([
  ['one pixel', 1, 1],
  ['one row', 1, 1000],
])('%s is a picture too', async (_title, height, width) => {
  const image = { ...twoSquares(height, width) };
  const labels: Labels = { height, width, mpp: 0.5, data: new Int32Array(height * width) };
  const picture = await pixels(await renderThumbnail(image, labels, labels));
  expect([picture.height, picture.width]).toEqual([1, Math.min(360, width)]);
});

test('channels without roles: the first three are shown', async () => {
  const image = twoSquares(100, 100);
  const none = { ...image, channels: image.channels.map(({ name }) => ({ name, role: null })) };
  const picture = await pixels(await renderThumbnail(none, null, null));
  expect(picture.at(50, 25)[0]).toBeGreaterThan(150);
  expect(picture.at(50, 75)[1]).toBeGreaterThan(150);
});
