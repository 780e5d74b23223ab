import { isFoveaError } from '../../core/errors.ts';
import type { ModelSpec } from '../../core/models.ts';
import type { ModelHandle } from '../../core/step.ts';
import { testContext, testStep } from '../../core/testing.ts';
import type { CellTable, Image, Labels, Table } from '../../kernels/image.ts';
import { markerPositivityNimbus } from '../../plugins/marker-positivity-nimbus/index.ts';
import { judging, nimbusSpec, squaresField } from '../support/nimbus.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Readonly<Record<string, unknown>>;
const run = async (
  image: Image,
  cells: Labels,
  params: Params,
  net: ModelHandle,
  norms?: Table,
): Promise<CellTable> => {
  const options = markerPositivityNimbus.params.parse(params);
  const found = await markerPositivityNimbus.run({ image, cells, norms }, options, testContext({ models: { net } }));
  return (found as { table: CellTable }).table;
};
const column = ({ columns }: CellTable, name: string): unknown[] =>
  Array.from<unknown>(columns.find((one) => one.name === name)?.values ?? ['absent']);
const message = async (running: Promise<unknown>): Promise<string> =>
  running.then(
    () => 'no error',
    (err: unknown) => (isFoveaError(err) ? `${err.code} ${err.message}` : String(err)),
  );

const { image, cells } = squaresField(40, 64, ['CD3', 'Ki-67', 'foo']);
const norms = { CD3: 500, 'Ki-67': '1000', foo: 2000 };
const echo = (): ReturnType<typeof judging> => judging((marker) => marker);

const cases = [
  {
    name: 'three markers',
    inputs: { image, cells, norms: undefined },
    params: { norms },
    ctx: { models: { net: echo() } },
  },
];
testStep(markerPositivityNimbus, cases as never);
testGolden(markerPositivityNimbus, cases);

test('the score is the mean over the cell of marker / norm, cut at 1; columns have canonical names', async () => {
  const table = await run(image, cells, { norms, augmentation: 'none' }, echo());
  const [matrix] = table.matrices!;
  expect(matrix!.columns).toEqual(['CD3', 'Ki67', 'foo']);
  const ids = column(table, 'cell_id') as number[];
  expect(ids).toEqual(Array.from({ length: 15 }, (_, k) => k + 1));
  for (const [k, norm] of [500, 1000, 2000].entries()) {
    for (const [row, id] of ids.entries()) {
      const own = [...cells.data].flatMap((label, i) =>
        label === id ? [Math.min(1, image.planes[k]![i]! / norm)] : [],
      );
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      expect(own.length).toBe(81);
      expect(matrix!.values[3 * row + k]).toBeCloseTo(mean, 6);
      expect(column(table, `${matrix!.columns[k]!}_positive`)[row]).toBe(Number(mean >= 0.5));
    }
  }
  expect(table.reports!['nimbus']).toMatchObject({
    ...{ mode: 'fixed', scale: 1, dropped: {}, norms: { CD3: 500, 'Ki-67': 1000, foo: 2000 } },
    columns: { CD3: 'CD3', 'Ki-67': 'Ki67', foo: 'foo' },
  });
});

test('the mask has 1 inside of cells and 0 on their inner outlines', async () => {
  const net = judging((_, mask) => mask);
  const table = await run(image, cells, { norms, channels: ['CD3'], augmentation: 'none' }, net);
  for (const score of table.matrices![0]!.values) expect(score).toBeCloseTo(49 / 81, 6);
  expect(table.reports!['nimbus']).toMatchObject({ dropped: { foo: 'not among with.channels' } });
});

test('two cells that touch keep an outline between them', async () => {
  const data = cells.data.slice();
  for (let y = 1; y < 10; y++) data.fill(2, y * 64 + 10, y * 64 + 13);
  const net = judging((_, mask) => mask);
  await run(image, { ...cells, data }, { norms, channels: ['CD3'], augmentation: 'none' }, net);
  const mask = [...net.feeds[0]!.data].slice(net.feeds[0]!.data.length / 2);
  const width = net.feeds[0]!.dims[3]!;
  expect(mask.slice(5 * width, 5 * width + 14)).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1]);
});

test('the image comes to the pixel size of the record; compat goes by magnification; sizes are truncated', async () => {
  const odd = squaresField(41, 67, ['CD3']);
  const sizes = async (params: Params, spec = nimbusSpec({ mpp: 1 })): Promise<unknown> => {
    const net = judging((marker) => marker, spec);
    const table = await run(odd.image, odd.cells, { norms, augmentation: 'none', ...params }, net);
    return {
      fed: net.feeds.map(({ dims }) => dims.slice(2)),
      scale: (table.reports!['nimbus'] as { scale: number }).scale,
    };
  };
  expect(await sizes({})).toEqual({ fed: [[32, 48]], scale: 0.5 });
  expect(await sizes({}, nimbusSpec({ mpp: 0.5 }))).toEqual({ fed: [[48, 80]], scale: 1 });
  const silent = Object.entries(nimbusSpec()).filter(([key]) => key !== 'mpp');
  expect(await sizes({}, Object.fromEntries(silent) as unknown as ModelSpec)).toEqual({ fed: [[32, 48]], scale: 0.5 });
  expect(await sizes({ mode: 'compat', magnification: 40 })).toEqual({ fed: [[16, 16]], scale: 0.25 });
});

test('predictions go back to the native grid by the nearest pixel', async () => {
  const plane = Uint16Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 100 : 0));
  const small: Image = { ...image, height: 8, width: 8, channels: [{ name: 'CD3', role: null }], planes: [plane] };
  const data = Int32Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 1 : 2));
  const net = judging((marker) => marker, nimbusSpec({ mpp: 1 }));
  const table = await run(
    small,
    { ...cells, height: 8, width: 8, data },
    { norms: { CD3: 100 }, augmentation: 'none' },
    net,
  );
  expect([...table.matrices![0]!.values]).toEqual([1, 0]);
});

test('norms come from with.norms, then the table, then the field itself if asked for', async () => {
  const text = (values: string[]) => ({ name: 'channel', values, unit: null, measure: null });
  const numbers = (values: number[]) => ({
    name: 'norm',
    values: Float64Array.from(values),
    unit: 'counts',
    measure: null,
  });
  const table: Table = { rows: 2, columns: [text(['CD3', 'foo']), numbers([700, NaN])] };
  const found = await run(image, cells, { norms: { 'Ki-67': 900 } }, echo(), table);
  expect(found.reports!['nimbus']).toMatchObject({
    ...{ norms: { CD3: 700, 'Ki-67': 900 }, dropped: { foo: expect.stringMatching(/blank/) as string } },
  });
  const own = await run(image, cells, { calibration: 'image' }, echo(), table);
  const sorted = [...image.planes[1]!].sort((a, b) => a - b);
  const [below, above] = sorted.slice(Math.floor(2559 * 0.999));
  const level = below! + (2559 * 0.999 - Math.floor(2559 * 0.999)) * (above! - below!);
  const { norms: used } = own.reports!['nimbus'] as { norms: Record<string, number> };
  expect(used).toEqual({ CD3: 700, 'Ki-67': expect.closeTo(level, 9) as number });
  for (const [wrong, said] of [
    [{ rows: 0, columns: [] }, /wanted channel \(text\) and norm/],
    [{ rows: 2, columns: [text(['CD3', 'CD3']), numbers([1, 2])] }, /"CD3" stands twice/],
    [{ rows: 1, columns: [text(['CD3']), numbers([-1])] }, /"CD3" has the norm -1, wanted a number above 0/],
  ] as const) {
    expect(await message(run(image, cells, {}, echo(), wrong))).toMatch(said);
  }
});

test('a blank channel is left out where fixed, and divided by 1e-8 in compat', async () => {
  const blank: Image = { ...image, planes: [image.planes[0]!, new Uint16Array(40 * 64), image.planes[2]!] };
  const fixed = await run(blank, cells, { calibration: 'image' }, echo());
  expect(fixed.matrices![0]!.columns).toEqual(['CD3', 'foo']);
  expect(fixed.reports!['nimbus']).toMatchObject({ dropped: { 'Ki-67': expect.stringMatching(/blank/) as string } });
  const compat = await run(blank, cells, { calibration: 'image', mode: 'compat', magnification: 10 }, echo());
  expect(compat.reports!['nimbus']).toMatchObject({ norms: { 'Ki-67': 1e-8 } });
});

test('empty labels give an empty table and run no model', async () => {
  const net = echo();
  const table = await run(image, { ...cells, data: new Int32Array(40 * 64) }, { norms }, net);
  expect({ rows: table.rows, fed: net.feeds.length }).toEqual({ rows: 0, fed: 0 });
  expect(table.matrices![0]).toEqual({
    name: 'marker_positivity',
    columns: ['CD3', 'Ki67', 'foo'],
    values: new Float64Array(0),
  });
});

test('two channels of one marker are both scored, one under its own name', async () => {
  const twice: Image = { ...image, channels: ['CD8', 'CD8a', 'CD3'].map((name) => ({ name, role: null })) };
  const table = await run(twice, cells, { calibration: 'image' }, echo());
  expect(table.matrices![0]!.columns).toEqual(['CD8', 'CD8a', 'CD3']);
});

test('nuclear channels are no markers unless named', async () => {
  const stained: Image = { ...image, channels: [{ name: 'DAPI', role: 'nuclear' }, ...image.channels.slice(1)] };
  expect((await run(stained, cells, { norms }, echo())).matrices![0]!.columns).toEqual(['Ki67', 'foo']);
  const named = await run(stained, cells, { channels: ['DAPI'], calibration: 'image' }, echo());
  expect(named.matrices![0]!.columns).toEqual(['DAPI']);
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    'channels without a norm',
    () => run(image, cells, { norms: { CD3: 1 } }, echo()),
    /INVALID_INPUT .*no norm is known of "Ki-67", "foo"; run calibrate-nimbus/,
  ],
  ['an unknown channel', () => run(image, cells, { norms, channels: ['CD4'] }, echo()), /"CD4" is not in the image/],
  [
    'no channel left',
    () => run(image, cells, { norms: { CD3: null, 'Ki-67': null, foo: null } }, echo()),
    /no channel is left to score/,
  ],
  [
    'a normalised image',
    () => run({ ...image, intensity: 'unit' }, cells, { norms }, echo()),
    /wanted intensities as recorded/,
  ],
  [
    'labels of another size',
    () => run(image, squaresField(40, 60, []).cells, { norms }, echo()),
    /cells are 40×60 pixels at 0.5 µm, the image is 40×64/,
  ],
  ['a margin that leaves nothing', () => run(image, cells, { norms, tile: 256 }, echo()), /margin is 128 and tile 256/],
  [
    'another kind of model',
    () =>
      run(
        image,
        cells,
        { norms },
        judging(() => 0, nimbusSpec({ profile: 'hpa-unet' })),
      ),
    /MODEL_MISMATCH .*its profile is "hpa-unet"/,
  ],
  [
    'another signature',
    () =>
      run(
        image,
        cells,
        { norms },
        judging(() => 0, nimbusSpec({ inputs: [{ name: 'image', shape: ['batch', 3, 'h', 'w'], dtype: 'float32' }] })),
      ),
    /it takes float32 \[batch, 3, h, w\]/,
  ],
  [
    'exchanged channels',
    () =>
      run(
        image,
        cells,
        { norms },
        judging(() => 0, nimbusSpec({ inputs: [{ ...nimbusSpec().inputs[0]!, channels: ['mask', 'marker'] }] })),
      ),
    /channels are mask, marker/,
  ],
])('%s is refused', async (_, running, said) => {
  expect(await message(running())).toMatch(said);
});

test('values that are not finite are refused with their place', async () => {
  const plane = Float32Array.from(image.planes[0]!);
  plane[64 * 3 + 5] = NaN;
  const spoilt: Image = { ...image, channels: [{ name: 'CD3', role: null }], planes: [plane] };
  expect(await message(run(spoilt, cells, { norms }, echo()))).toMatch(/"CD3" is NaN at y 3, x 5/);
});

test.each(['0', '-3', 'many'])('a norm of %s is refused', (norm) => {
  expect(markerPositivityNimbus.params.safeParse({ norms: { CD3: norm } }).success).toBe(false);
});
