import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isFoveaError } from '../../core/errors.ts';
import type { ModelHandle } from '../../core/step.ts';
import { testContext, testStep } from '../../core/testing.ts';
import type { CellTable, Column, Image, Labels } from '../../kernels/image.ts';
import { phenotypeTable } from '../../plugins/phenotype-table/index.ts';
import { featureSpec, judgingRows, treesModel } from '../support/feature-models.ts';
import { goldens } from '../support/goldens.ts';
import { MODELS, openModel } from '../support/onnx-models.ts';
import { testGolden } from '../support/step-golden.ts';

interface Wired {
  readonly table?: CellTable;
  readonly image?: Image;
  readonly cells?: Labels;
}
const run = async (
  wired: Wired,
  net: ModelHandle,
  params: Readonly<Record<string, unknown>> = {},
): Promise<CellTable> => {
  const inputs = { table: wired.table, image: wired.image, cells: wired.cells };
  const options = phenotypeTable.params.parse(params);
  const found = await phenotypeTable.run(inputs, options, testContext({ models: { net } }));
  return (found as { types: CellTable }).types;
};
const column = ({ columns }: CellTable, name: string): unknown[] =>
  Array.from<unknown>(columns.find((one) => one.name === name)?.values ?? ['absent']);
const message = async (running: Promise<unknown>): Promise<string> =>
  running.then(
    () => 'no error',
    (err: unknown) => (isFoveaError(err) ? `${err.code} ${err.message}` : String(err)),
  );

/** A table as quantify makes it. */
function tableOf(means: Readonly<Record<string, readonly number[]>>, area?: readonly number[]): CellTable {
  const rows = Object.values(means)[0]!.length;
  const plain = (name: string, values: Int32Array): Column => ({ name, values, unit: null, measure: null });
  return {
    rows,
    columns: [
      plain(
        'cell_id',
        Int32Array.from({ length: rows }, (_, row) => 3 * row + 2),
      ),
      ...(area === undefined ? [] : [plain('area_px', Int32Array.from(area))]),
      ...Object.entries(means).map(([channel, values]) => ({
        ...{ name: `cell:mean:${channel}`, values: Float64Array.from(values), unit: 'counts' },
        measure: { compartment: 'cell', statistic: 'mean', channel } as const,
      })),
    ],
  };
}
/** Shares that follow the features. */
const shares = (row: readonly number[]): number[] => {
  const sum = row.reduce((total, value) => total + value, 0);
  return sum === 0 ? row.map((_, k) => Number(k === 0)) : row.map((value) => value / sum);
};
const TYPES = ['Tcell', 'Bcell', 'Tumor'];
const spec = featureSpec('table-means', ['CD3', 'CD20', 'PanCK'], TYPES);
const table = tableOf({ 'Pan-Cytokeratin': [1, 2, 7], 'CD20 (L26)': [1, 6, 2], CD3: [8, 2, 1], DAPI: [5, 5, 5] });

const cases = [
  {
    name: 'means of a table',
    inputs: { table, image: undefined, cells: undefined },
    ctx: { models: { net: judgingRows(spec, shares) } },
  },
];
testStep(phenotypeTable, cases as never);
testGolden(phenotypeTable, cases);

test('a panel of any order and spelling is aligned with the features; the table is that of the contract', async () => {
  const net = judgingRows(spec, shares);
  const types = await run({ table }, net, { topK: 2 });
  expect(net.rows.slice(0, 3)).toEqual([
    [8, 1, 1],
    [2, 6, 2],
    [1, 2, 7],
  ]);
  expect(column(types, 'cell_id')).toEqual([2, 5, 8]);
  expect(column(types, 'cell_type')).toEqual(TYPES);
  expect(column(types, 'cell_type_probability')).toEqual([0.8, 0.6, 0.7].map(Math.fround));
  expect(column(types, 'cell_type_2')).toEqual(['Bcell', 'Tcell', 'Bcell']);
  expect(types.columns.some(({ name }) => name === 'cell_type_3')).toBe(false);
  expect(types.matrices![0]).toMatchObject({ name: 'cell_type_probabilities', columns: TYPES });
  expect(types.reports!['features']).toMatchObject({
    ...{ model: 'rows-net', profile: 'table-means', source: 'table', absent: [], filled: null, lost: 0 },
    present: [
      { feature: 'CD3', channel: 'CD3' },
      { feature: 'CD20', channel: 'CD20 (L26)' },
      { feature: 'PanCK', channel: 'Pan-Cytokeratin' },
    ],
  });
  expect(types.reports!['marker_standardization']).toMatchObject({
    registry: 'model rows-net',
    counts: { nuclear: 1 },
  });
  expect(types.colours!['cell_type']!['Tcell']).toMatch(/^#/);
});

test('neither the order of the panel nor other cells change a cell', async () => {
  const net = judgingRows(spec, shares);
  const [id, ...rest] = table.columns;
  const turned = await run({ table: { ...table, columns: [id!, ...rest.reverse()] } }, net);
  expect(turned.columns).toEqual((await run({ table }, net)).columns);
});

test.each([
  ['table-means-zero', 0],
  ['table-means-nan', NaN],
])('%s: what the panel lacks is %d', async (profile, filled) => {
  const net = judgingRows(featureSpec(profile, ['CD3', 'CD8', 'PanCK'], TYPES), () => [1, 0, 0]);
  const types = await run({ table }, net);
  expect(net.rows[0]).toEqual([8, filled, 1]);
  expect(types.reports!['features']).toMatchObject({ absent: ['CD8'], filled: filled === 0 ? 0 : 'NaN' });
});

test('MAPS: scaling inside the graph, the cell size among the features, as numpy computes it', async () => {
  const [golden] = goldens('maps-perceptron');
  const rows = golden!.get('rows', Float64Array);
  const pick = (k: number): number[] => Array.from({ length: rows.length / 4 }, (_, row) => rows[4 * row + k]!);
  const bytes = readFileSync(join(MODELS, 'maps-tiny.onnx'));
  const features = ['CD3', 'CD20', 'PanCK', 'cellSize'];
  const record = {
    ...{ task: 'phenotype-table', profile: 'maps', vocabulary: TYPES, file: join(MODELS, 'maps-tiny.onnx') },
    ...{ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    licence: { id: 'Apache-2.0', commercial: true },
    inputs: [{ name: 'features', shape: ['batch', 4], channels: features }],
    outputs: [{ name: 'scores', shape: ['batch', 3], role: 'logits', classes: TYPES }],
  };
  const { handle } = await openModel(record);
  const measured = tableOf({ PanCK: pick(2), CD20: pick(1), CD3: pick(0) });
  // Areas are whole in quantify's tables; MAPS' need not be.
  const area: Column = { name: 'area_px', values: Float64Array.from(pick(3)), unit: 'px', measure: null };
  const types = await run({ table: { ...measured, columns: [...measured.columns, area] } }, handle);
  const wanted = golden!.get('probabilities', Float64Array);
  const found = types.matrices![0]!.values as Float32Array;
  expect(found.length).toBe(wanted.length);
  expect(found.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0)).toBeLessThan(1e-6);
  expect(new Set(column(types, 'cell_type')).size).toBeGreaterThan(1);
  expect(await message(run({ table: measured }, handle))).toMatch(
    /wants the area of cells as "cellSize" and the table has no column area_px/,
  );

  const shuffled = await openModel({
    ...record,
    vocabulary: ['Bcell', 'Tcell', 'Tumor'],
    outputs: [{ name: 'scores', shape: ['batch', 3], role: 'logits' }],
  });
  expect(await message(run({ table: { ...measured, columns: [...measured.columns, area] } }, shuffled.handle))).toMatch(
    /MODEL_MISMATCH .*class 0 is "Tcell" in the file's metadata and "Bcell" in the record's vocabulary/,
  );
});

test.each(goldens<{ mpp: number }>('dct-features'))(
  '$name: features of DeepCell Types, as scikit-image and numpy give them',
  async (golden) => {
    const [height, width] = golden.size('labels');
    const { mpp } = golden.params;
    const names = ['CD3', 'CD20', 'PanCK'];
    const image: Image = {
      ...{ height, width, mpp, intensity: 'counts' },
      channels: [...names, 'CD8'].map((name) => ({ name, role: null })),
      planes: [...names.map((_, c) => golden.get(`plane${c}`, Uint16Array)), new Uint16Array(height * width)],
    };
    const cells = { height, width, mpp, data: golden.get('labels', Int32Array) };
    const features = ['PanCK', 'CD4', 'CD3', 'CD8', 'CD20'];
    for (const [profile, more] of [
      ['dct-xgboost', []],
      ['dct-maps', ['cellSize']],
    ] as const) {
      const net = judgingRows(featureSpec(profile, [...features, ...more], TYPES), () => [1, 0, 0]);
      const types = await run({ image, cells }, net);
      const [ids, means, area] = [
        golden.get('ids', Int32Array),
        golden.get('means', Float64Array),
        golden.get('area', Int32Array),
      ];
      expect(column(types, 'cell_id')).toEqual([...ids]);
      const absent = profile === 'dct-maps' ? 0 : NaN;
      for (const row of ids.keys()) {
        const [cd3, cd20, panCk] = [...means.slice(3 * row, 3 * row + 3)].map(
          (value) => expect.closeTo(value, 6) as number,
        );
        const size = more.length === 0 ? [] : [area[row]];
        expect(net.rows[row]).toEqual([panCk, absent, cd3, absent, cd20, ...size]);
      }
      expect(types.reports!['features']).toMatchObject({ absent: ['CD4', 'CD8'], dark: ['CD8'], source: 'image' });
    }
  },
);

test('cells that vanish on the grid of the model become Unknown, their rows stay', async () => {
  const [height, width] = [16, 16];
  const data = new Int32Array(height * width).fill(7, 0, 128);
  data[200] = 9;
  const image: Image = {
    ...{ height, width, mpp: 0.1, intensity: 'counts', channels: [{ name: 'CD3', role: null }] },
    planes: [Uint8Array.from({ length: 256 }, (_, i) => i)],
  };
  const net = judgingRows(featureSpec('dct-xgboost', ['CD3', 'CD8'], TYPES), () => [1, 0, 0]);
  const types = await run({ image, cells: { height, width, mpp: 0.1, data } }, net);
  expect(column(types, 'cell_type')).toEqual(['Tcell', 'Unknown']);
  expect(column(types, 'cell_type_probability')).toEqual([1, NaN]);
  expect([...types.matrices![0]!.values]).toEqual([1, 0, 0, 0, 0, 0]);
  expect(types.reports!['features']).toMatchObject({ lost: 1 });
});

test('means and areas come from image and cells as well', async () => {
  const image: Image = {
    ...{ height: 2, width: 3, mpp: 0.5, intensity: 'counts', channels: [{ name: 'CD3', role: null }] },
    planes: [Uint8Array.of(2, 4, 9, 6, 8, 0)],
  };
  const cells = { height: 2, width: 3, mpp: 0.5, data: Int32Array.of(4, 4, 0, 1, 1, 1) };
  const net = judgingRows(featureSpec('maps', ['cellSize', 'CD3'], TYPES), () => [1, 0, 0]);
  await run({ image, cells }, net);
  expect(net.rows.slice(0, 2)).toEqual([
    [3, Math.fround(14 / 3)],
    [2, 3],
  ]);
});

test('XGBoost: trees see NaN for what the panel lacks', async () => {
  const { features, handle } = treesModel();
  const means = tableOf({ CD3: [3, 0.1, 0.2], CD8: [0.1, 2.5, 0.1] });
  const types = await run({ table: means }, handle(featureSpec('table-means-nan', features, TYPES)));
  expect(types.reports!['features']).toMatchObject({ absent: ['CD20', 'PanCK', 'SMA', 'CD45'], filled: 'NaN' });
  for (let row = 0; row < 3; row++) {
    const sum = [...types.matrices![0]!.values.slice(3 * row, 3 * row + 3)].reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 5);
  }
});

test('two channels of one marker: the first by name is taken, told in report and log', async () => {
  const warned: string[] = [];
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_: object, text: string) => void warned.push(text),
  };
  const net = judgingRows(featureSpec('table-means', ['CD8', 'CD3'], TYPES), () => [1, 0, 0]);
  const double = tableOf({ CD8a: [1], CD8: [2], CD3: [3] });
  const inputs = { table: double, image: undefined, cells: undefined };
  const found = await phenotypeTable.run(
    inputs,
    phenotypeTable.params.parse({}),
    testContext({ models: { net }, log }),
  );
  expect(net.rows[0]).toEqual([2, 3]);
  expect((found as { types: CellTable }).types.reports!['marker_standardization']).toMatchObject({
    counts: { duplicate: 1 },
  });
  expect(warned).toEqual([
    expect.stringMatching(/channel CD8a is not used: CD8 is the channel "CD8" already; choose in map/),
  ]);
  await run({ table: double }, net, { map: { CD8: null } });
  expect(net.rows.at(-1024)).toEqual([1, 3]);
});

test('abstention by the fence of the field and by a given limit', async () => {
  const sure = [0.9, 0.92, 0.88, 0.91, 0.4];
  const net = judgingRows(featureSpec('table-means', ['CD3'], ['A', 'B']), ([p]) => [p!, 1 - p!]);
  const five = tableOf({ CD3: sure });
  expect(column(await run({ table: five }, net), 'cell_type')).toEqual(['A', 'A', 'A', 'A', 'B']);
  const fenced = await run({ table: five }, net, { abstain: 1.5 });
  expect(column(fenced, 'cell_type')).toEqual(['A', 'A', 'A', 'A', 'Unknown']);
  expect(column(fenced, 'cell_type_2')[4]).toBe('A');
  const limited = await run({ table: five }, net, { minProbability: 0.9 });
  expect(column(limited, 'cell_type')).toEqual(['Unknown', 'A', 'Unknown', 'A', 'Unknown']);
  expect(limited.reports!['abstention']).toMatchObject({ minProbability: 0.9, cells: 3, fence: null });
});

test('a cell with NaN among its means is Unknown to a model that takes none', async () => {
  const types = await run(
    { table: tableOf({ CD3: [1, NaN], CD20: [1, 1], PanCK: [1, 1] }) },
    judgingRows(spec, shares),
  );
  expect(column(types, 'cell_type')).toEqual(['Tcell', 'Unknown']);
});

test('no cells give an empty table and run no model', async () => {
  const net = judgingRows(spec, shares);
  const types = await run({ table: tableOf({ CD3: [], CD20: [], PanCK: [] }, []) }, net);
  expect({ rows: types.rows, fed: net.rows.length }).toEqual({ rows: 0, fed: 0 });
  expect(types.matrices![0]).toMatchObject({ columns: TYPES, values: new Float32Array(0) });
});

const IMAGE: Image = {
  height: 2,
  width: 2,
  mpp: 0.5,
  intensity: 'counts',
  channels: [{ name: 'CD3', role: null }],
  planes: [new Uint8Array(4)],
};
const CELLS: Labels = { height: 2, width: 2, mpp: 0.5, data: Int32Array.of(1, 1, 0, 2) };
const of = (
  profile: string,
  changes: Parameters<typeof featureSpec>[3] = {},
  features = ['CD3', 'CD20'],
): ModelHandle => judgingRows(featureSpec(profile, features, TYPES, changes), () => [1, 0, 0]);

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    'no channel of a feature',
    () => run({ table: tableOf({ DAPI: [1], foo: [1] }) }, of('table-means-nan')),
    /INVALID_INPUT no channel shows one of the markers .*"DAPI", "foo".*name markers in map/,
  ],
  [
    'a panel that lacks a marker',
    () => run({ table: tableOf({ CD3: [1] }) }, of('maps')),
    /INVALID_INPUT .*knows one panel alone, and no channel shows its "CD20"/,
  ],
  [
    'a channel that is dark',
    () => run({ image: IMAGE, cells: CELLS }, of('dct-maps')),
    /no channel shows one of the markers/,
  ],
  [
    'a map to a marker the model lacks',
    () => run({ table }, of('table-means-nan'), { map: { DAPI: 'CD33' } }),
    /INVALID_INPUT .*"DAPI" → "CD33"/,
  ],
  [
    'a table without means',
    () => run({ table: { rows: 0, columns: tableOf({ a: [] }).columns.slice(0, 1) } }, of('maps')),
    /no mean intensities of whole cells/,
  ],
  [
    'a table where pixels are wanted',
    () => run({ table }, of('dct-maps')),
    /need the image and the cells.*wired: "table"/,
  ],
  [
    'both ways',
    () => run({ table, image: IMAGE, cells: CELLS }, of('maps')),
    /and not both ways; wired: "table", "image", "cells"/,
  ],
  ['nothing', () => run({}, of('maps')), /wired: none/],
  [
    'labels of another size',
    () => run({ image: IMAGE, cells: { ...CELLS, height: 1, width: 4 } }, of('dct-maps')),
    /cells are 1×4 pixels at 0.5 µm, the image is 2×2/,
  ],
  [
    'a normalised image',
    () => run({ image: { ...IMAGE, intensity: 'unit' }, cells: CELLS }, of('dct-maps')),
    /wanted intensities as recorded/,
  ],
  [
    'an unknown profile',
    () => run({ table }, of('forest')),
    /MODEL_MISMATCH .*its profile is "forest"; the profiles are maps, dct-maps/,
  ],
  [
    'classes in another order',
    () => run({ table }, of('maps', { outputs: [{ ...spec.outputs[0]!, classes: ['Bcell', 'Tcell', 'Tumor'] }] })),
    /class 0 of its output is Bcell, of its vocabulary Tcell/,
  ],
  [
    'a vocabulary that is short',
    () => run({ table }, of('maps', { vocabulary: ['Tcell', 'Bcell'] })),
    /its output has 3 columns, its vocabulary 2 cell types/,
  ],
  [
    'fewer columns than names',
    () => run({ table }, of('maps', { inputs: [{ ...spec.inputs[0]!, shape: ['batch', 2] }] })),
    /its input has 2 columns, its record 3 names/,
  ],
  ['a feature twice', () => run({ table }, of('maps', {}, ['CD3', 'CD3'])), /names the feature CD3 twice/],
  [
    'scores that are no probabilities',
    () =>
      run(
        { table },
        judgingRows(spec, () => [3, 0, 0]),
      ),
    /MODEL_MISMATCH .*which are none; its role may be logits/,
  ],
  [
    'an output of another width',
    () =>
      run(
        { table },
        judgingRows(spec, () => [1]),
      ),
    /gave float32 \[1024, 1\] as "probabilities", wanted float32 \[1024, 3\]/,
  ],
])('%s is refused', async (_, running, said) => {
  expect(await message(running())).toMatch(said);
});

test('strict refuses what is only guessed', async () => {
  const guess = tableOf({ CD3: [1], 'weird (CD20)': [1] });
  const net = of('table-means');
  expect(await message(run({ table: guess }, net, { strict: true }))).toMatch(
    /INVALID_INPUT .*only guessed, which strict refuses/,
  );
  expect(column(await run({ table: guess }, net), 'cell_type')).toEqual(['Tcell']);
});

test('NaN that a model yields fails the field', async () => {
  const bytes = readFileSync(join(MODELS, 'means-nan.onnx'));
  const { handle } = await openModel({
    ...{
      task: 'phenotype-table',
      profile: 'table-means-nan',
      vocabulary: ['A', 'B'],
      file: join(MODELS, 'means-nan.onnx'),
    },
    ...{ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    licence: { id: 'Apache-2.0', commercial: true },
    inputs: [{ name: 'features', shape: ['batch', 3], channels: ['CD3', 'CD8', 'CD20'] }],
    outputs: [{ name: 'probabilities', shape: ['batch', 2], role: 'probabilities' }],
  });
  expect(column(await run({ table: tableOf({ CD3: [1], CD20: [1] }) }, handle), 'cell_type')).toEqual(['A']);
  expect(column(await run({ table: tableOf({ CD3: [1], CD8: [1], CD20: [1] }) }, handle), 'cell_type')).toEqual(['B']);
  expect(await message(run({ table: tableOf({ CD3: [1] }) }, handle))).toMatch(
    /MODEL_FAILED .*yielded NaN in output "probabilities"/,
  );
});
