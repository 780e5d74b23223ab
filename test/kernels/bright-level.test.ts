import { brightLevel } from '../../kernels/bright-level.ts';
import { goldens } from '../support/goldens.ts';

const PERCENT = 99.9;

test.each(goldens('bright-level'))('$name: numpy 2.4 quantile of what is above 0', ({ any, get, size }) => {
  const plane = any('plane');
  const [height, width] = size('plane');
  const { level } = brightLevel(plane, height, width, { percent: PERCENT, hotPixels: 'keep' });
  expect(level).toBeCloseTo(get('level', Float64Array)[0]!, 9);
});

test('hot pixels raise the level, and leaving them out gives back what it was', () => {
  const [height, width] = [40, 50];
  const plane = Uint16Array.from({ length: height * width }, (_, i) => 100 + ((i * 37) % 101));
  const options = { percent: PERCENT, hotPixels: 'leave-out' } as const;
  const before = brightLevel(plane, height, width, options);
  expect(before).toEqual({ level: 200, hot: 0 });
  // Corners, edges, and one that is bright but no more than three times its neighbour.
  for (const i of [0, 25, 49, 1999, 800]) plane[i] = 60_000;
  plane[1026] = 200;
  plane[1025] = 600;
  expect(brightLevel(plane, height, width, { percent: PERCENT, hotPixels: 'keep' }).level).toBeGreaterThan(50_000);
  const after = brightLevel(plane, height, width, options);
  expect(after.hot).toBe(5);
  expect(after.level).toBeLessThanOrEqual(600);
});

test('pixels that stand alone are no hot pixels where all do', () => {
  const plane = new Uint16Array(64 * 64);
  for (let i = 0; i < plane.length; i += 7) plane[i] = 1 + ((i / 7) % 5);
  expect(brightLevel(plane, 64, 64, { percent: PERCENT, hotPixels: 'leave-out' })).toEqual({ level: 5, hot: 0 });
});

test('a plane without a value above 0 has no level; NaN is refused', () => {
  for (const plane of [new Uint8Array(6), Float32Array.of(-1, 0, -2, 0, 0, 0)]) {
    expect(brightLevel(plane, 2, 3, { percent: 99, hotPixels: 'leave-out' })).toEqual({ level: null, hot: 0 });
  }
  const spoilt = Float32Array.of(1, 2, NaN, 4, 5, 6);
  expect(() => brightLevel(spoilt, 2, 3, { percent: 99, hotPixels: 'keep' })).toThrow(/index 2 is NaN/);
  expect(() => brightLevel(spoilt, 2, 2, { percent: 99, hotPixels: 'keep' })).toThrow(RangeError);
});
