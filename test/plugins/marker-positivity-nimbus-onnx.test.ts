import { testContext } from '../../core/testing.ts';
import type { ModelHandle } from '../../core/step.ts';
import { predict } from '../../plugins/marker-positivity-nimbus/predict.ts';
import { readNet } from '../../plugins/marker-positivity-nimbus/read-net.ts';
import { spansOf } from '../../plugins/marker-positivity-nimbus/tiles.ts';
import type { Raster } from '../../plugins/marker-positivity-nimbus/views.ts';
import { lookThrough, takeBack, VIEWS } from '../../plugins/marker-positivity-nimbus/views.ts';
import { judging, nimbusRecord, nimbusSpec, tinyNimbus } from '../support/nimbus.ts';
import { openModel } from '../support/onnx-models.ts';

const [height, width] = [96, 160];
const raster = (seed: number): Raster => ({
  ...{ height, width },
  data: Float32Array.from(
    { length: height * width },
    (_, i) => ((i * seed + Math.floor(i / width) * 131) % 1009) / 1009,
  ),
});
const [marker, mask] = [raster(613), raster(389)];
const { signal } = testContext();
let handle: ModelHandle;
beforeAll(async () => ({ handle } = await openModel(nimbusRecord())));

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
};
const through = (turns: number, flip: 'none' | 'rows' | 'columns'): Float64Array => {
  const at = (y: number, x: number, h: number, w: number): [number, number] => {
    // Where pixel (y, x) of the turned plane comes from, a quarter turn counter-clockwise at a time: rot90(a)[y, x] = a[x, w − 1 − y].
    let [py, px, ph, pw] = [y, x, h, w];
    for (let k = 0; k < turns; k++) [py, px, ph, pw] = [px, ph - 1 - py, pw, ph];
    if (flip === 'rows') py = ph - 1 - py;
    if (flip === 'columns') px = pw - 1 - px;
    return [py, px];
  };
  const [h, w] = turns % 2 === 1 ? [width, height] : [height, width];
  const places = Int32Array.from({ length: h * w }, (_, i) => {
    const [y, x] = at(Math.floor(i / w), i % w, h, w);
    return y * width + x;
  });
  const seen = tinyNimbus(
    Array.from(places, (p) => marker.data[p]!),
    Array.from(places, (p) => mask.data[p]!),
    h,
    w,
  );
  const back = new Float64Array(height * width);
  places.forEach((p, i) => (back[p] = seen[i]!));
  return back;
};
const mean = (parts: readonly (readonly [number, Float64Array])[]): Float64Array =>
  Float64Array.from({ length: height * width }, (_, i) =>
    parts.reduce((sum, [share, part]) => sum + share * part[i]!, 0),
  );

test('as it is, the network gives what its formula gives', async () => {
  const found = await predict(readNet(handle), marker, mask, { tile: 1024, margin: 128, augmentation: 'none', signal });
  expect(largest(found, tinyNimbus(marker.data, mask.data, height, width))).toBeLessThan(1e-5);
});

test('six views are the four turns and both flips, each taken back', async () => {
  const found = await predict(readNet(handle), marker, mask, {
    tile: 1024,
    margin: 128,
    augmentation: 'fixed',
    signal,
  });
  const wanted = mean([
    ...[0, 1, 2, 3].map((turns) => [1 / 6, through(turns, 'none')] as const),
    [1 / 6, through(0, 'rows')],
    [1 / 6, through(0, 'columns')],
  ]);
  expect(largest(found, wanted)).toBeLessThan(1e-5);
  // The kernel tells them apart: a single view is far from their mean.
  expect(largest(found, through(0, 'none'))).toBeGreaterThan(0.05);
});

test('compat is four times the turn by 270° and both flips', async () => {
  const found = await predict(readNet(handle), marker, mask, {
    tile: 1024,
    margin: 128,
    augmentation: 'compat',
    signal,
  });
  const wanted = mean([
    [4 / 6, through(3, 'none')],
    [1 / 6, through(0, 'rows')],
    [1 / 6, through(0, 'columns')],
  ]);
  expect(largest(found, wanted)).toBeLessThan(1e-5);
});

test.each(['fixed', 'compat', 'none'] as const)(
  '%s: every view is taken back to where it was, shares sum to 1',
  (kind) => {
    for (const view of VIEWS[kind]) expect(takeBack(lookThrough(marker, view), view)).toEqual(marker);
    expect(VIEWS[kind].reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  },
);

// A network that sees two pixels around and the block of 16: a margin of 16 is enough.
test.each([
  [64, 16],
  [48, 16],
  [96, 32],
])('tiles of %i with a margin of %i give what a single pass gives', async (tile, margin) => {
  const net = readNet(handle);
  for (const augmentation of ['fixed', 'none'] as const) {
    const whole = await predict(net, marker, mask, { tile: 1024, margin: 128, augmentation, signal });
    const tiled = await predict(net, marker, mask, { tile, margin, augmentation, signal });
    expect(largest(tiled, whole)).toBeLessThan(1e-6);
  }
});

test('without a margin they do not', async () => {
  const net = readNet(handle);
  const options = { augmentation: 'none', signal } as const;
  const whole = await predict(net, marker, mask, { tile: 1024, margin: 128, ...options });
  expect(largest(await predict(net, marker, mask, { tile: 64, margin: 0, ...options }), whole)).toBeGreaterThan(0.01);
});

test('sides that are no multiples of 16 are mirrored on, the edge not twice', async () => {
  const net = judging((value) => value);
  const odd: Raster = { height: 5, width: 3, data: Float32Array.from({ length: 15 }, (_, i) => i) };
  const found = await predict(readNet(net), odd, odd, { tile: 64, margin: 16, augmentation: 'fixed', signal });
  expect(largest(found, odd.data)).toBeLessThan(1e-6);
  const fed = net.feeds[0]!;
  expect(fed.dims).toEqual([1, 2, 16, 16]);
  expect([...fed.data.slice(0, 8)]).toEqual([0, 1, 2, 1, 0, 1, 2, 1]);
  expect([...fed.data.slice(16 * 5, 16 * 5 + 3)]).toEqual([9, 10, 11]);
});

test('a model of a fixed side gets tiles of that side', async () => {
  const shape = (channels: number): (number | string)[] => ['batch', channels, 32, 32];
  const spec = nimbusSpec({
    inputs: [{ ...nimbusSpec().inputs[0]!, shape: shape(2) }],
    outputs: [{ ...nimbusSpec().outputs[0]!, shape: shape(1) }],
  });
  const net = judging((value) => value, spec);
  const found = await predict(readNet(net), marker, mask, { tile: 1024, margin: 128, augmentation: 'none', signal });
  expect(largest(found, marker.data)).toBeLessThan(1e-6);
  expect(new Set(net.feeds.map(({ dims }) => dims.join()))).toEqual(new Set(['1,2,32,32']));
  const small: Raster = { height: 7, width: 9, data: marker.data.slice(0, 63) };
  const padded = await predict(readNet(net), small, small, { tile: 1024, margin: 128, augmentation: 'none', signal });
  expect(largest(padded, small.data)).toBeLessThan(1e-6);
});

test('spans cover an axis once, begin on the grid and keep their margin', () => {
  for (const [n, tile, margin] of [
    [1040, 1024, 128],
    [4096, 1024, 128],
    [160, 64, 16],
    [96, 96, 32],
  ] as const) {
    const spans = spansOf(n, tile, margin);
    expect(spans[0]!.from).toBe(0);
    expect(spans.at(-1)!.to).toBe(n);
    for (const [k, { start, length, from, to }] of spans.entries()) {
      expect(start % 16).toBe(0);
      expect(start + length).toBeLessThanOrEqual(n);
      if (k > 0) expect(from).toBe(spans[k - 1]!.to);
      if (start > 0) expect(from - start).toBeGreaterThanOrEqual(margin);
      if (start + length < n) expect(start + length - to).toBeGreaterThanOrEqual(margin);
    }
  }
});
