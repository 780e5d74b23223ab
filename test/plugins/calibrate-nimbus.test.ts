import { gathered, testContext, testStep } from '../../core/testing.ts';
import type { Image, Table } from '../../kernels/image.ts';
import { evenlySpaced } from '../../plugins/calibrate-nimbus/calibrate.ts';
import { calibrateNimbus } from '../../plugins/calibrate-nimbus/index.ts';
import { testGolden } from '../support/step-golden.ts';

/** A field whose channels hold 1..1000 times a factor, in pixels that lie apart. */
function field(factors: Readonly<Record<string, number>>): Image {
  const [height, width] = [50, 80];
  return {
    ...{ height, width, mpp: 0.5, intensity: 'counts' },
    channels: Object.keys(factors).map((name) => ({ name, role: null })),
    planes: Object.values(factors).map((factor) =>
      Float32Array.from({ length: height * width }, (_, i) => factor * (1 + (i % 1000))),
    ),
  };
}
const cohort = (images: readonly Image[]): ReturnType<typeof gathered<Image>> =>
  gathered(images.map((value, k) => ({ fov: `f${k}`, value })));
const run = async (images: readonly Image[], params: Readonly<Record<string, unknown>> = {}): Promise<Table> => {
  const options = calibrateNimbus.params.parse(params);
  return ((await calibrateNimbus.run({ images: cohort(images) }, options, testContext())) as { norms: Table }).norms;
};
const values = ({ columns }: Table, name: string): unknown[] =>
  Array.from<unknown>(columns.find((column) => column.name === name)!.values);

const three = [field({ CD3: 1, CD20: 0 }), field({ CD3: 2, CD20: 0 }), field({ CD3: 6, CD20: 3, PanCK: 0 })];
const cases = [{ name: 'three fields', inputs: { images: cohort(three) } }];
testStep(calibrateNimbus, cases);
testGolden(calibrateNimbus, cases);

// The values 1..1000, four times each: the quantile lies at place 3999 · 0.999 = 3995.001, between 999 and 1000.
const LEVEL = 999 + (3995.001 - 3995);

test('the norm is the mean over fields of the quantile of what is above 0; blank fields are no part of it', async () => {
  const table = await run(three);
  expect(values(table, 'channel')).toEqual(['CD3', 'CD20', 'PanCK']);
  const norms = values(table, 'norm') as number[];
  expect(norms[0]).toBeCloseTo(3 * LEVEL, 3);
  expect(norms[1]).toBeCloseTo(3 * LEVEL, 3);
  expect(norms[2]).toBeNaN();
  expect(values(table, 'fields')).toEqual([3, 3, 1]);
  expect(values(table, 'blank_fields')).toEqual([0, 2, 1]);
  expect(table.reports!['nimbus_calibration']).toMatchObject({
    ...{ fields: ['f0', 'f1', 'f2'], without: ['PanCK'], norms: { PanCK: null } },
  });
});

test('compat counts a blank field as 1e-8', async () => {
  const norms = values(await run(three, { mode: 'compat' }), 'norm') as number[];
  expect(norms[1]).toBeCloseTo(LEVEL, 3);
  expect(norms[2]).toBe(1e-8);
});

test('hot pixels do not move the norm, in compat they do', async () => {
  const spoilt = field({ CD3: 1 });
  for (const i of [0, 123, 1700, 2500, 3999]) spoilt.planes[0]![i] = 1e6;
  const [fixed, compat] = [await run([spoilt]), await run([spoilt], { mode: 'compat' })];
  expect(values(fixed, 'hot_pixels')).toEqual([5]);
  expect((values(fixed, 'norm') as number[])[0]).toBeCloseTo(LEVEL, 0);
  expect((values(compat, 'norm') as number[])[0]).toBeGreaterThan(1e5);
});

test('ten fields of many, evenly spaced by their order', async () => {
  expect([...evenlySpaced(25, 10)]).toEqual([0, 2, 5, 7, 10, 12, 15, 17, 20, 22]);
  expect([...evenlySpaced(3, 10)]).toEqual([0, 1, 2]);
  const table = await run(
    [1, 50, 3, 70, 5].map((factor) => field({ CD3: factor })),
    { fields: 2 },
  );
  expect(table.reports!['nimbus_calibration']).toMatchObject({ fields: ['f0', 'f2'] });
  expect((values(table, 'norm') as number[])[0]).toBeCloseTo(2 * LEVEL, 3);
});

test('a channel that none of the chosen fields has gets no norm and is told', async () => {
  const table = await run([field({ CD3: 1 }), field({ CD3: 1, CD8: 1 })], { fields: 1 });
  expect(values(table, 'norm')).toEqual([expect.closeTo(LEVEL, 3), NaN]);
  expect(values(table, 'fields')).toEqual([1, 0]);
  expect(table.reports!['nimbus_calibration']).toMatchObject({ without: ['CD8'] });
});

test('a normalised image and an empty cohort are refused', async () => {
  await expect(run([{ ...three[0]!, intensity: 'unit' }])).rejects.toThrow(/image of f0 is normalised already/);
  await expect(run([])).rejects.toThrow(/no field of view/);
});
