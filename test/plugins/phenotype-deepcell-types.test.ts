import { testContext, testStep } from '../../core/testing.ts';
import type { ModelHandle, StepContext, Tensor } from '../../core/step.ts';
import type { CellTable, Image, Labels } from '../../kernels/image.ts';
import { phenotypeDeepcellTypes } from '../../plugins/phenotype-deepcell-types/index.ts';
import { DCT_TYPES, dctAnswer, dctSpec, openDct, type DctProfile } from '../support/dct-models.ts';
import { columnOf, drawField, rename, reorder } from '../support/phenotype-field.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Parameters<typeof phenotypeDeepcellTypes.params.parse>[0];
interface Phenotyped {
  readonly types: CellTable;
  readonly embeddings?: CellTable;
}

/** The small graph in plain arithmetic, which gives the same bits on every machine. */
const plain = (profile: DctProfile): ModelHandle => ({
  name: `plain-${profile}`,
  spec: dctSpec(profile),
  run: (feeds) => {
    const rows = feeds['ch_idx']!.dims[0]!;
    const answer = dctAnswer(profile, feeds);
    const tensor = (values: readonly number[]): Tensor => ({
      ...{ dtype: 'float32', dims: [rows, values.length / rows], data: Float32Array.from(values) },
    });
    return Promise.resolve(Object.fromEntries(Object.entries(answer).map(([name, values]) => [name, tensor(values)])));
  },
});

const resmlp = await openDct('dct-2026-resmlp');
const clip = await openDct('dct-2025-clip');
const field = drawField();

const context = (net: ModelHandle, parts: Partial<StepContext> = {}): StepContext =>
  testContext({ models: { net }, ...parts });
const phenotype = async (
  inputs: { image: Image; cells: Labels },
  params: Params = {},
  net = resmlp,
): Promise<Phenotyped> =>
  (await phenotypeDeepcellTypes.run(inputs, phenotypeDeepcellTypes.params.parse(params), context(net))) as Phenotyped;
const matrix = (table: CellTable | undefined, name: string): Float32Array =>
  table!.matrices!.find((one) => one.name === name)!.values as Float32Array;

testStep(phenotypeDeepcellTypes, [
  { name: 'the generation of 2026', inputs: field, ctx: { models: { net: resmlp } } },
  {
    name: 'that of 2025, of a tissue, abstaining',
    inputs: drawField(60, 70, 0.4),
    params: { tissue: 'Breast', abstain: 0.2 },
    ctx: { models: { net: clip } },
  },
]);

testGolden(phenotypeDeepcellTypes, [
  { name: '2026', inputs: drawField(60, 70), ctx: { models: { net: plain('dct-2026-resmlp') } } },
  {
    name: '2025',
    inputs: drawField(48, 40, 0.377),
    params: { mode: 'compat', batch: 3 },
    ctx: { models: { net: plain('dct-2025-clip') } },
  },
]);

describe.each([
  ['dct-2026-resmlp', resmlp],
  ['dct-2025-clip', clip],
] as const)('%s', (profile, net) => {
  test('each cell gets the type whose marker is bright, with numbers that belong together', async () => {
    const { types } = await phenotype(field, {}, net);
    expect(columnOf(types, 'cell_id')).toEqual(Int32Array.from(field.types, (_, i) => 3 * (i + 1)));
    expect(columnOf(types, 'cell_type')).toEqual(field.types);
    const shares = matrix(types, 'cell_type_probabilities');
    for (let row = 0; row < types.rows; row++) {
      const own = [...shares.subarray(row * 5, row * 5 + 5)];
      expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
      const sorted = own.toSorted((a, b) => b - a);
      expect(columnOf(types, 'cell_type_probability')[row]).toBe(sorted[0]);
      expect(columnOf(types, 'cell_type_2_probability')[row]).toBe(sorted[1]);
      expect(columnOf(types, 'cell_type_3')[row]).toBe(DCT_TYPES[own.indexOf(sorted[2]!)]);
      const entropy = own.reduce((sum, share) => sum - share * Math.log(share), 0);
      expect(columnOf(types, 'cell_type_entropy')[row]).toBeCloseTo(entropy, 6);
    }
    const positivity = types.matrices!.find(({ name }) => name === 'marker_positivity')!;
    expect([...positivity.columns].sort()).toEqual(['CD20', 'CD4', 'CD68', 'CD8', 'PanCK']);
    // In each cell the bright marker is the likeliest one.
    const telling: Record<string, string> = {
      Bcell: 'CD20',
      CD4T: 'CD4',
      CD8T: 'CD8',
      Macrophage: 'CD68',
      Tumor: 'PanCK',
    };
    for (let row = 0; row < types.rows; row++) {
      const own = [...positivity.values.subarray(row * 5, row * 5 + 5)];
      expect(positivity.columns[own.indexOf(Math.max(...own))]).toBe(telling[field.types[row]!]);
    }
  });

  test('the runtime gives what plain arithmetic gives', async () => {
    const small = drawField(48, 60, 0.377);
    const [real, wanted] = [await phenotype(small, {}, net), await phenotype(small, {}, plain(profile))];
    const [a, b] = [matrix(real.types, 'cell_type_probabilities'), matrix(wanted.types, 'cell_type_probabilities')];
    a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-5));
  });

  test('neither the order of channels nor the size of a batch nor other cells change a bit', async () => {
    const first = await phenotype(field, {}, net);
    const shuffled = { ...field, image: reorder(field.image, [4, 0, 5, 2, 1, 3]) };
    const again = await phenotype(shuffled, {}, net);
    expect(matrix(again.types, 'cell_type_probabilities')).toEqual(matrix(first.types, 'cell_type_probabilities'));
    expect(again.types.columns).toEqual(first.types.columns);
    for (const batch of [1, 7, 30]) {
      const other = await phenotype(field, { batch }, net);
      expect(matrix(other.types, 'cell_type_probabilities')).toEqual(matrix(first.types, 'cell_type_probabilities'));
    }
  });
});

// The runtime computes what is left over from groups of four in another way; logarithms then differ in the last bit.
test.each([
  [1, 4],
  [7, 8],
  [32, 32],
])('a batch of %i shows the model %i cells at once', async (batch, shown) => {
  const seen = new Set<number>();
  const watched: ModelHandle = {
    ...resmlp,
    run: (feeds) => {
      seen.add(feeds['sample']!.dims[0]!);
      return resmlp.run(feeds);
    },
  };
  await phenotype(field, { batch }, watched);
  expect([...seen]).toEqual([shown]);
});

test('an order of the markers decides nothing where two channels show one', async () => {
  const two = rename(field.image, ['DAPI', 'CD20', 'CD4', 'CD8', 'CD68', 'CD20 (L26)']);
  const [a, b] = [
    await phenotype({ ...field, image: two }),
    await phenotype({ ...field, image: reorder(two, [5, 1, 2, 3, 4, 0]) }),
  ];
  expect(matrix(b.types, 'cell_type_probabilities')).toEqual(matrix(a.types, 'cell_type_probabilities'));
  const report = a.types.reports!['marker_standardization'] as {
    channels: { channel: string; how: string; marker: string }[];
  };
  expect(report.channels.map(({ how }) => how)).toEqual(['nuclear', 'exact', 'exact', 'exact', 'exact', 'duplicate']);
});

test('the published names and order are those of compat', async () => {
  // Ki-67 and HLA-DR are known to Fovea; the published code drops them.
  const named = { ...field, image: rename(field.image, ['DAPI', 'Ki-67', 'CD4', 'CD8', 'cd68', 'PANCK']) };
  const used = async (mode: 'fixed' | 'compat'): Promise<unknown> =>
    (await phenotype(named, { mode })).types.matrices!.find(({ name }) => name === 'marker_positivity')!.columns;
  expect(await used('fixed')).toEqual(['CD4', 'CD68', 'CD8', 'Ki67', 'PanCK']);
  expect(await used('compat')).toEqual(['CD4', 'CD8', 'CD68', 'PanCK']);
});

test('a tissue allows only its types, a set of your own comes first', async () => {
  const { types } = await phenotype(field, { tissue: 'Musculoskeletal' });
  expect(new Set(columnOf(types, 'cell_type') as readonly string[])).toEqual(new Set(['CD8T', 'Tumor']));
  const shares = matrix(types, 'cell_type_probabilities');
  expect(shares.filter((_, i) => DCT_TYPES[i % 5] === 'Bcell').every((share) => share === 0)).toBe(true);
  const own = await phenotype(field, { tissue: 'mine', tissues: { mine: ['Bcell', 'Macrophage'] } });
  expect(new Set(columnOf(own.types, 'cell_type') as readonly string[])).toEqual(new Set(['Bcell', 'Macrophage']));
});

test('abstains below the fence of the field of view', async () => {
  const { types: all } = await phenotype(field);
  const { types } = await phenotype(field, { abstain: 0 });
  const best = Array.from(columnOf(all, 'cell_type_probability') as Float64Array);
  const sorted = best.toSorted((a, b) => a - b);
  const fence =
    sorted[Math.floor((sorted.length - 1) / 4)]! +
    (((sorted.length - 1) / 4) % 1) *
      (sorted[Math.floor((sorted.length - 1) / 4) + 1]! - sorted[Math.floor((sorted.length - 1) / 4)]!);
  const unknown = best.map((value) => value < fence);
  expect(unknown.filter(Boolean).length).toBeGreaterThan(0);
  expect((columnOf(types, 'cell_type') as readonly string[]).map((type) => type === 'Unknown')).toEqual(unknown);
  // The numbers stay, so that the decision can be taken back.
  expect(columnOf(types, 'cell_type_probability')).toEqual(columnOf(all, 'cell_type_probability'));
});

test('a cell lost in resampling is Unknown, with a row of zeros; its place among the ids stays', async () => {
  const cells = { ...field.cells, mpp: 0.1, data: field.cells.data.slice() };
  cells.data[50 * 120 + 58] = 4; // one pixel, which a fifth of the resolution does not hold
  const { types, embeddings } = await phenotype({ image: { ...field.image, mpp: 0.1 }, cells });
  const row = [...(columnOf(types, 'cell_id') as Int32Array)].indexOf(4);
  expect(row).toBe(1);
  expect(columnOf(types, 'cell_type')[row]).toBe('Unknown');
  expect(columnOf(types, 'cell_type_probability')[row]).toBeNaN();
  expect([...matrix(types, 'cell_type_probabilities').subarray(5, 10)]).toEqual([0, 0, 0, 0, 0]);
  expect(types.reports!['deepcell_types']).toMatchObject({ lost: expect.arrayContaining([4]) as unknown });
  expect(embeddings!.rows).toBe(types.rows);
  expect(matrix(embeddings, 'embedding').subarray(8, 16).every(Number.isNaN)).toBe(true);
});

test('cells at the border, of one pixel and of large ids are cells like others', async () => {
  const cells = { ...field.cells, data: field.cells.data.map((id) => (id === 3 ? 2 ** 30 : id)) };
  cells.data[119] = 2 ** 24 + 1;
  cells.data[95 * 120] = 2 ** 24 + 2;
  const { types } = await phenotype({ image: field.image, cells });
  expect([...(columnOf(types, 'cell_id') as Int32Array)].slice(-3)).toEqual([2 ** 24 + 1, 2 ** 24 + 2, 2 ** 30]);
  expect((columnOf(types, 'cell_type') as readonly string[]).at(-1)).toBe(field.types[0]);
  expect(columnOf(types, 'cell_type_probability')[types.rows - 2]).toBeGreaterThan(0);
});

test('no cells give tables without rows', async () => {
  const { types, embeddings } = await phenotype({
    ...field,
    cells: { ...field.cells, data: new Int32Array(96 * 120) },
  });
  expect([types.rows, embeddings!.rows]).toEqual([0, 0]);
  expect(types.matrices!.map(({ name, columns }) => [name, columns.length])).toEqual([
    ['cell_type_probabilities', 5],
    ['marker_positivity', 5],
  ]);
  expect(embeddings!.matrices![0]!.columns.length).toBe(8);
});

describe('bad input', () => {
  const spec = (change: object): ModelHandle => ({ ...resmlp, spec: { ...resmlp.spec, ...change } });
  const tooMany = (): Image => {
    const names = resmlp.spec.inputs.find(({ name }) => name === 'ch_idx')!.channels!.slice(0, 81);
    return {
      ...field.image,
      channels: names.map((name) => ({ name, role: null })),
      planes: names.map(() => field.image.planes[1]!),
    };
  };
  test.each<[string, () => Promise<unknown>, string]>([
    [
      'no usable channel',
      () => phenotype({ ...field, image: rename(field.image, ['DAPI', 'DNA1', 'Blank', 'x1', 'x2', 'x3']) }),
      'no channel shows a marker',
    ],
    [
      'channels that hold nothing',
      () =>
        phenotype({
          ...field,
          image: { ...field.image, planes: field.image.planes.map(() => new Uint16Array(96 * 120)) },
        }),
      'CD20 (nothing but 0)',
    ],
    [
      'more channels than the model takes',
      () => phenotype({ ...field, image: tooMany() }),
      '81 channels show markers, model',
    ],
    ['unknown tissue', () => phenotype(field, { tissue: 'Breasts' }), 'did you mean "Breast"? The tissues are'],
    [
      'a tissue of none of the types',
      () => phenotype(field, { tissue: 'mine', tissues: { mine: ['Neuron'] } }),
      'the model knows none of the types of mine',
    ],
    ['a marker in map that there is not', () => phenotype(field, { map: { DAPI: 'CD2O' } }), 'map names a marker'],
    [
      'cells of another size',
      () => phenotype({ image: field.image, cells: drawField(90, 120).cells }),
      "bring labels onto the image's grid with a regrid step",
    ],
    [
      'cells of another pixel size',
      () => phenotype({ image: field.image, cells: { ...field.cells, mpp: 0.4 } }),
      "bring labels onto the image's grid with a regrid step",
    ],
    [
      'an image of 0–1',
      () => phenotype({ ...field, image: { ...field.image, intensity: 'unit' } }),
      'wire intensities as recorded',
    ],
    [
      'ids the published code cannot hold',
      () =>
        phenotype(
          { ...field, cells: { ...field.cells, data: field.cells.data.map((id) => (id === 3 ? 2 ** 24 + 1 : id)) } },
          { mode: 'compat' },
        ),
      'has an id above 2^24',
    ],
    [
      'a model of another profile',
      () => phenotype(field, {}, spec({ profile: 'mesmer-tf-9' })),
      'the profiles are dct-2026',
    ],
    ['no vocabulary', () => phenotype(field, {}, spec({ vocabulary: undefined })), 'has no vocabulary'],
    [
      'a vocabulary in another order than its classes',
      () => phenotype(field, {}, spec({ vocabulary: ['CD4T', 'Bcell', 'CD8T', 'Macrophage', 'Tumor'] })),
      'class 0 of its scores is Bcell, of its vocabulary CD4T',
    ],
    [
      'more scores than types',
      () =>
        phenotype(
          field,
          {},
          {
            ...spec({
              vocabulary: ['Bcell', 'CD4T'],
              outputs: resmlp.spec.outputs.map(({ classes: _, ...rest }) => rest),
            }),
          },
        ),
      '"logits" has 5 values a cell, its record 2',
    ],
  ])('%s', async (_, run, message) => {
    await expect(run()).rejects.toThrow(message);
  });

  test('the lists of file and record have one order', async () => {
    const order = ['CD4T', 'Bcell', 'CD8T', 'Macrophage', 'Tumor'];
    const outputs = dctSpec('dct-2026-resmlp').outputs.map((output) =>
      output.role === 'logits' ? { ...output, classes: order } : output,
    );
    const net = await openDct('dct-2026-resmlp', { vocabulary: order, outputs, metadata: {} });
    await expect(phenotype(field, {}, net)).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringContaining(`the file's fovea.vocabulary has "Bcell" at 0, the record "CD4T"`) as unknown,
    });
  });

  test('an error of the model tells which cells it was about', async () => {
    const broken = { ...resmlp, run: () => resmlp.run({}) };
    await expect(phenotype(field, { batch: 4 }, broken)).rejects.toThrow(
      'phenotype-deepcell-types, cells 3 to 12: model',
    );
  });
});
