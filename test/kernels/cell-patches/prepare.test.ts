import fc from 'fast-check';
import {
  cutBatch,
  patchProfile,
  patchRoom,
  preparePatches,
  repeatPatches,
  type PatchSource,
} from '../../../kernels/cell-patches/index.ts';
import type { Patches, Plane } from '../../../kernels/image.ts';
import { goldens } from '../../support/goldens.ts';
import { twinsAgree } from '../../support/twins.ts';

const profile2026 = patchProfile('dct-2026-resmlp');
const HEIGHT = 60;
const WIDTH = 52;

const sources = (planes: readonly Plane[]): PatchSource[] =>
  planes.map((plane, c) => ({ name: `channel ${c}`, marker: `marker ${c}`, index: c, plane }));

/** Largest difference, and how many values differ at all. */
function difference(found: Float32Array, wanted: Float32Array): { most: number; differing: number } {
  expect(found.length).toBe(wanted.length);
  let [most, differing] = [0, 0];
  for (let i = 0; i < found.length; i++) {
    const apart = Math.abs(found[i]! - wanted[i]!);
    if (apart > 0) differing++;
    if (!(apart <= most)) most = apart;
  }
  return { most, differing };
}

describe('as scikit-image, scipy and numpy make them', () => {
  const cases = goldens<{ profile: string; mpp: number }>('cell-patches');
  test('there are four cases of each profile', () => expect(cases.length).toBe(12));

  test.each(cases.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    const { profile: id, mpp } = golden.params;
    const image = golden.any('image') as Plane;
    const planes = [0, 1, 2].map((c) => image.subarray(c * HEIGHT * WIDTH, (c + 1) * HEIGHT * WIDTH));
    const profile = patchProfile(id);
    const labels = golden.get('labels', Int32Array);
    const patches = preparePatches(sources(planes), labels, { height: HEIGHT, width: WIDTH, mpp }, profile);
    expect(patches.ids).toEqual(golden.get('ids', Int32Array));
    expect(patches.lost).toEqual(golden.get('lost', Int32Array));
    expect(patches.y).toEqual(golden.get('y', Int32Array));
    expect(patches.x).toEqual(golden.get('x', Int32Array));
    const count = patches.ids.length;
    const batch = cutBatch(patches, 0, count);
    const wanted = golden.get('sample', Float32Array);
    const perCell = wanted.length / count;
    const sample = new Float32Array(wanted.length);
    for (let n = 0; n < count; n++) {
      const from = n * batch.channels * batch.planes * profile.size ** 2;
      sample.set(batch.sample.subarray(from, from + perCell), n * perCell);
      // Channels that the panel lacks are -1 throughout.
      const rest = batch.sample.subarray(from + perCell, from + batch.sample.length / count);
      expect(rest.every((value) => value === -1)).toBe(true);
    }
    const { most, differing } = difference(sample, wanted);
    // Where nothing is interpolated every bit is the same. The library interpolates in float32 between the axes, this in float64.
    if (mpp === 0.5 || profile.resampling === 'nearest') expect(differing).toBe(0);
    else expect(most).toBeLessThan(2e-6);
    if (golden.has('context'))
      expect(difference(batch.context!, golden.get('context', Float32Array)).differing).toBe(0);
    else expect(batch.context).toBeNull();
  });
});

/** The field of the golden vectors of DeepCell Types' preprocessing: 40 × 40, three cells. */
function published(): Patches {
  const raw = Float32Array.from({ length: 1600 }, (_, i) => (5 * Math.floor(i / 40) + 3 * (i % 40)) % 17);
  raw[0] = 500;
  const labels = new Int32Array(1600);
  const paint = (id: number, y0: number, y1: number, x0: number, x1: number): void => {
    for (let y = y0; y <= y1; y++) labels.fill(id, y * 40 + x0, y * 40 + x1 + 1);
  };
  paint(7, 2, 8, 3, 11);
  paint(3, 20, 30, 18, 24);
  paint(9, 20, 30, 25, 29);
  const frame = { height: 40, width: 40, mpp: 0.5 };
  return preparePatches(sources([raw]), labels, frame, patchProfile('dct-2026-resmlp'));
}

test('the published numbers: thresholds, windows, masks, distances, mean intensities', () => {
  const patches = published();
  expect(patches.channels[0]).toMatchObject({ high: 16, low: 0, range: 16 });
  expect([...patches.ids]).toEqual([3, 7, 9]);
  expect([...patches.y]).toEqual([9, -11, 9]);
  expect([...patches.x]).toEqual([5, -9, 11]);
  const { sample, context } = cutBatch(patches, 0, 3);
  const sum = (n: number, plane: number): number =>
    context!.subarray((3 * n + plane) * 1024, (3 * n + plane + 1) * 1024).reduce((total, value) => total + value, 0);
  const mean = (n: number): number =>
    sample.subarray(n * 1024, (n + 1) * 1024).reduce((total, value) => total + value, 0) / sum(n, 0);
  expect([0, 1, 2].map((n) => [sum(n, 0), sum(n, 1)])).toEqual([
    [77, 55],
    [63, 5],
    [55, 77],
  ]);
  expect([0, 1, 2].map((n) => sum(n, 2))).toEqual([37, 29, expect.closeTo(29.666668, 5)]);
  expect(mean(0)).toBeCloseTo(0.49026, 5);
  expect(mean(1)).toBeCloseTo(0.497024, 5);
  expect(mean(2)).toBeCloseTo(0.511364, 5);
});

test('a cell has the same numbers whichever others are in its batch, in fresh and in used arrays', () => {
  const patches = published();
  const all = cutBatch(patches, 0, 3);
  const room = patchRoom(patches, 3);
  for (let n = 0; n < 3; n++) {
    // The places hold other cells before.
    cutBatch(patches, 0, 3, room);
    repeatPatches(patches, room, 2 - n, 0, 2);
    const one = cutBatch(patches, n, 1, room);
    expect(one.sample).toEqual(all.sample.subarray(n * 1024, (n + 1) * 1024));
    expect(one.context).toEqual(all.context!.subarray(n * 3072, (n + 1) * 3072));
  }
  expect(() => cutBatch(patches, 2, 2)).toThrow('cells 2 to 3 of 3 are asked for');
});

test('integers, small and wide, give what their float32 values give', () => {
  const random = (i: number): number => (i * 7919) % 251;
  const labels = new Int32Array(400).fill(1, 100, 180);
  const frame = { height: 20, width: 20, mpp: 0.5 };
  const made = [Uint8Array, Uint16Array, Int16Array, Int32Array, Uint32Array, Float32Array].map((Type) => {
    const plane = new Type(Array.from({ length: 400 }, (_, i) => random(i)));
    return cutBatch(preparePatches(sources([plane]), labels, frame, patchProfile('dct-2026-resmlp')), 0, 1).sample;
  });
  for (const other of made.slice(1)) expect(other).toEqual(made[0]);
  expect(made[0]!.some((value) => value > 0.5)).toBe(true);
});

test.each(['dct-2026-resmlp', 'dct-2025-clip'])('the twins agree on windows close together and far apart: %s', (id) => {
  // Cells of 9 × 9 pixels, some across the border, of which batches take neighbours (whole rows are scaled) or a few (own pixels are).
  const [height, width] = [150, 400];
  const labels = new Int32Array(height * width);
  for (let i = 0; i < labels.length; i++) {
    const [row, column] = [Math.floor(i / width / 10), Math.floor((i % width) / 10)];
    if (Math.floor(i / width) % 10 > 0 && i % 10 > 0) labels[i] = 1 + 40 * row + column;
  }
  const random = (i: number): number => ((i * 48_271) % 65_537) % 3001;
  for (const Type of [Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array]) {
    const least = Type === Int16Array ? 900 : 0;
    const planes = [0, 1].map((c) => new Type(Array.from(labels, (_, i) => random(i + c) - c * least)));
    const patches = preparePatches(sources(planes), labels, { height, width, mpp: 0.5 }, patchProfile(id));
    for (const [first, count] of [
      [0, 60],
      [270, 3],
    ] as const) {
      expect(twinsAgree(() => cutBatch(patches, first, count))).toBe(true);
    }
  }
});

test('the twins agree on cells of any form, batch after batch in the same arrays', () => {
  const types = [Uint8Array, Int8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array] as const;
  const scene = fc.record({
    height: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 40 }),
    stretches: fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 40 })), { minLength: 1 }),
    values: fc.array(fc.integer({ min: -120, max: 127 }), { minLength: 1, maxLength: 50 }),
    type: fc.constantFrom(...types),
    size: fc.integer({ min: 1, max: 10 }),
    repeat: fc.boolean(),
  });
  fc.assert(
    fc.property(scene, ({ height, width, stretches, values, type, size, repeat }) => {
      const drawn = stretches.flatMap(([id, length]) => new Array<number>(length).fill(id));
      const labels = Int32Array.from({ length: height * width }, (_, i) => drawn[i % drawn.length]!);
      const planes = [1, 2, 3].map((c) => new type(Array.from(labels, (_, i) => values[(i * c) % values.length]!)));
      const patches = preparePatches(sources(planes), labels, { height, width, mpp: 0.5 }, profile2026);
      return twinsAgree(() => {
        const room = patchRoom(patches, size);
        const found: unknown[] = [];
        for (let first = 0; first < patches.ids.length; first += size) {
          const { sample, context } = cutBatch(patches, first, Math.min(size, patches.ids.length - first), room);
          found.push(sample.slice(), context!.slice());
          if (repeat) repeatPatches(patches, room, 0, Math.floor(size / 2), size);
        }
        return found;
      });
    }),
    { numRuns: 300 },
  );
});

test('negative values are mapped from the least upwards; a constant channel is 0', () => {
  const labels = Int32Array.of(1, 1, 0, 2);
  const planes = [Float32Array.of(-4, 4, 0, 1), Float32Array.of(3, 3, 3, 3), new Float32Array(4)];
  const patches = preparePatches(sources(planes), labels, { height: 2, width: 2, mpp: 0.5 }, patchProfile('paper'));
  expect(patches.channels.map(({ low, range }) => [low, range])).toEqual([
    [-4, expect.closeTo(7.94, 5)],
    [3, 1],
    [0, 1],
  ]);
  const { sample } = cutBatch(patches, 0, 1);
  const at = (channel: number, y: number, x: number): number => sample[(3 * channel * 64 + y) * 64 + x]!;
  // The first cell's window begins 32 pixels before its centroid; beyond the image there is 0, not what 0 counts would be.
  expect([at(0, 32, 32), at(0, 32, 33), at(0, 31, 32)]).toEqual([0, 1, 0]);
  expect([at(1, 32, 32), at(2, 32, 32), at(3, 32, 32)]).toEqual([0, 0, -1]);
});

describe('refuses', () => {
  const frame = { height: 2, width: 2, mpp: 0.5 };
  const profile = patchProfile('dct-2026-resmlp');
  const plane = new Float32Array(4);
  test.each<[string, () => unknown, string]>([
    ['no channel', () => preparePatches([], new Int32Array(4), frame, profile), 'no channel is given'],
    [
      'too many channels',
      () => preparePatches(sources(Array<Plane>(81).fill(plane)), new Int32Array(4), frame, profile),
      '81 channels are more than the 80 of profile dct-2026-resmlp',
    ],
    ['labels of another size', () => preparePatches(sources([plane]), new Int32Array(6), frame, profile), 'labels'],
    [
      'a plane of another size',
      () => preparePatches(sources([new Float32Array(6)]), new Int32Array(4), frame, profile),
      'channel 0',
    ],
    [
      'NaN',
      () => preparePatches(sources([Float32Array.of(0, NaN, 1, 2)]), new Int32Array(4), frame, profile),
      'index 1 is NaN',
    ],
    ['an unknown profile', () => patchProfile('dct'), 'the profiles are dct-2026-resmlp, dct-2025-clip, paper'],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});
