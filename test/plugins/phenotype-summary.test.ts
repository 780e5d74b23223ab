import { gathered, testContext, testStep } from '../../core/testing.ts';
import type { Gathered } from '../../core/step.ts';
import type { CellTable, Column, Table } from '../../kernels/image.ts';
import { phenotypeSummary } from '../../plugins/phenotype-summary/index.ts';
import { scoreConfusion } from '../../plugins/phenotype-summary/score-confusion.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Parameters<typeof phenotypeSummary.params.parse>[0];
type Fovs = Record<string, CellTable>;

const column = (name: string, values: Column['values']): Column => ({ name, values, unit: null, measure: null });
const typed = (types: string, colours?: CellTable['colours'], ids?: number[]): CellTable => {
  const names = types === '' ? [] : types.split(' ');
  return {
    rows: names.length,
    columns: [column('cell_id', Int32Array.from(ids ?? names.map((_, i) => i + 1))), column('cell_type', names)],
    ...(colours && { colours }),
  };
};
const measured = (
  ids: number,
  means: Record<string, number[]>,
  compartment: 'cell' | 'nucleus' = 'cell',
): CellTable => ({
  rows: ids,
  columns: [
    column(
      'cell_id',
      Int32Array.from({ length: ids }, (_, i) => i + 1),
    ),
    ...Object.entries(means).map(([channel, values]) => ({
      ...{ name: `${compartment}:mean:${channel}`, values: Float64Array.from(values), unit: 'counts' },
      measure: { compartment, statistic: 'mean' as const, channel },
    })),
  ],
});
const all = (fovs: Fovs): Gathered<CellTable> => gathered(Object.entries(fovs).map(([fov, value]) => ({ fov, value })));
const run = async (
  ports: { types: Fovs; tables?: Fovs; truth?: Fovs },
  params: Params = {},
): Promise<{ composition: Table; markers?: Table; confusion?: Table }> => {
  const inputs = {
    types: all(ports.types),
    tables: ports.tables && all(ports.tables),
    truth: ports.truth && all(ports.truth),
  };
  return (await phenotypeSummary.run(inputs, phenotypeSummary.params.parse(params), testContext())) as Awaited<
    ReturnType<typeof run>
  >;
};
const columns = ({ columns }: Table): Record<string, unknown[]> =>
  Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]));

const types: Fovs = {
  a: typed('CD8T CD4T Unknown CD8T', { cell_type: { CD8T: '#000001' } }),
  b: typed(''),
  c: typed('Macrophage CD4T CD8T Unknown'),
};
const tables: Fovs = {
  a: measured(4, { CD3: [10, 20, 0, 14], CD68: [1, NaN, 0, 2] }),
  b: measured(0, { CD3: [], CD68: [] }),
  c: measured(4, { CD3: [0, 40, 12, 1] }),
};
const truth: Fovs = { a: typed('CD8T CD8T CD8T CD8T'), b: typed(''), c: typed('Macrophage CD4T Unknown CD4T') };

const cases = [
  { name: 'types alone', inputs: { types: all(types), tables: undefined, truth: undefined } },
  {
    name: 'all ports',
    inputs: { types: all(types), tables: all(tables), truth: all(truth) },
    params: { level: 'lineage' as const },
  },
  { name: 'an empty cohort', inputs: { types: all({}), tables: all({}), truth: all({}) } },
];
testStep(phenotypeSummary, cases);
testGolden(phenotypeSummary, cases);

test('a row per type, most cells first and Unknown last; a column per field of view', async () => {
  const { composition, markers, confusion } = await run({ types });
  expect(columns(composition)).toEqual({
    cell_type: ['CD8T', 'CD4T', 'Macrophage', 'Unknown'],
    cells: [3, 2, 1, 2],
    share: [3 / 8, 2 / 8, 1 / 8, 2 / 8],
    'cells:a': [2, 1, 0, 1],
    'cells:b': [0, 0, 0, 0],
    'cells:c': [1, 1, 1, 1],
  });
  // The table's own colour, else that of the vocabulary.
  expect(composition.colours).toEqual({
    cell_type: { CD8T: '#000001', CD4T: '#2e759c', Macrophage: '#ff8e3e', Unknown: '#c8c8c8' },
  });
  expect(composition.reports).toEqual({
    plot: { kind: 'stacked-bars', title: 'Cell types by field of view', labels: 'cell_type', values: 'cells:' },
  });
  expect([markers, confusion]).toEqual([undefined, undefined]);
});

test('means are over all cells of a type, not over fields; NaN values and absent markers are left out', async () => {
  const { markers } = await run({ types, tables });
  expect(columns(markers!)).toEqual({
    marker: ['CD3', 'CD68'],
    'mean:CD8T': [12, 1.5], // 10, 14, 12; 1, 2
    'mean:CD4T': [30, NaN],
    'mean:Macrophage': [0, NaN],
    'mean:Unknown': [0.5, 0],
  });
  expect(markers!.columns[1]!.unit).toBe('counts');
});

test('given and predicted types are matched by id; what is unlabelled or on one side only is counted, not compared', async () => {
  const shifted = { ...truth, a: typed('CD8T CD8T CD8T CD8T', undefined, [2, 3, 4, 5]) };
  const { confusion } = await run({ types, truth: shifted });
  expect(columns(confusion!)).toEqual({
    cell_type: ['CD8T', 'CD4T', 'Macrophage', 'Unknown'],
    cells: [3, 2, 1, 0],
    'predicted:CD8T': [1, 0, 0, 0],
    'predicted:CD4T': [1, 1, 0, 0],
    'predicted:Macrophage': [0, 0, 1, 0],
    'predicted:Unknown': [1, 1, 0, 0],
    recall: [1 / 3, 1 / 2, 1, NaN],
    precision: [1, 1 / 2, 1, 0],
    f1: [2 / 4, 2 / 4, 1, 0],
  });
  expect(confusion!.reports!['scores']).toMatchObject({
    accuracy: 0.5,
    cells: 6,
    withoutTruth: 2,
    withoutPrediction: 1,
  });
});

test('scores are those of scikit-learn 1.9.1', () => {
  const scores = scoreConfusion([
    [7, 2, 0, 1],
    [1, 5, 0, 0],
    [2, 0, 0, 1],
    [0, 0, 0, 0],
  ]);
  expect(scores.accuracy).toBeCloseTo(0.631578947368421, 14);
  expect(scores.kappa).toBeCloseTo(0.3926940639269406, 14);
  expect(scores.macroF1).toBeCloseTo(0.4897435897435898, 14);
  expect([...scores.recall]).toEqual([0.7, 5 / 6, 0, NaN]);
  expect([...scores.precision]).toEqual([0.7, 5 / 7, NaN, 0]);
  expect([...scores.f1]).toEqual([14 / 20, 10 / 13, 0, 0]);
});

test('types are told by parent, group or lineage, after names have been replaced', async () => {
  const other = { a: typed('CD8T Killer Treg Fibroblast') };
  const names = { Killer: 'NKT' };
  const at = async (level: 'parent' | 'combined' | 'lineage'): Promise<unknown> => {
    const { composition } = await run({ types: other }, { level, names });
    return [composition.columns[0]!.values, [...composition.columns[1]!.values], composition.colours!['cell_type']];
  };
  expect(await at('parent')).toEqual([['Tcell', 'Stromal'], [3, 1], { Tcell: '#0d2fcd', Stromal: '#cd45d1' }]);
  expect(await at('combined')).toEqual([['Tcell', 'Fibroblast'], [3, 1], { Tcell: '#0d2fcd', Fibroblast: '#8e029e' }]);
  expect(await at('lineage')).toEqual([
    ['Lymphocyte', 'Stromal'],
    [3, 1],
    { Lymphocyte: '#0d2fcd', Stromal: '#cd45d1' },
  ]);
  await expect(run({ types: other }, { level: 'lineage' })).rejects.toThrow(
    'field a: "types" holds "Killer", which is no canonical cell type, so it has no lineage; give its canonical name under names',
  );
});

test('another column, and clusters that are numbers', async () => {
  const clusters: CellTable = {
    rows: 2,
    columns: [
      column('cell_id', Int32Array.of(1, 2)),
      column('leiden', Int32Array.of(0, 3)),
      column('x', Float64Array.of(1, 2)),
    ],
  };
  const { composition } = await run({ types: { a: clusters } }, { column: 'leiden' });
  expect(composition.columns[0]!.values).toEqual(['0', '3']);
  expect(composition.colours).toEqual({ cell_type: {} });
  await expect(run({ types: { a: clusters } }, { column: 'x' })).rejects.toThrow(
    'has numbers, not names, in column "x"',
  );
  await expect(run({ types, truth }, { truthColumn: 'label' })).rejects.toThrow(
    'field a: "truth" has no column "label"; columns of names are: "cell_type". Name one as truthColumn',
  );
});

test('tables of other cells, without mean intensities, or of other fields are refused', async () => {
  const other = { ...tables, c: measured(3, { CD3: [1, 2, 3] }) };
  await expect(run({ types, tables: other })).rejects.toThrow(
    'field c: "tables" has 3 cells, "types" has 4, and 1 rows have other ids; wire tables that were made from the same cells',
  );
  await expect(run({ types, tables }, { compartment: 'nucleus' })).rejects.toThrow(
    '"tables" has no mean intensities of compartment nucleus; wire a quantify step',
  );
  await expect(run({ types, tables: { a: tables['a']!, c: tables['c']! } })).rejects.toThrow(
    '"tables" has 2 fields of view where "types" has 3; wire outputs of the same fields of view',
  );
  await expect(run({ types, truth: { a: truth['a']!, b: truth['b']!, d: truth['c']! } })).rejects.toThrow(
    '"truth" has "d" where "types" has "c"',
  );
  await expect(run({ types: { a: types['a']! }, truth: { a: typed('Unknown') } })).rejects.toThrow(
    'no cell has both a type and a given type: 4 have no given one, 0 no found one',
  );
});

test('each port is one field of view ahead at most', async () => {
  const fetched: string[] = [];
  const counting = (port: string, value: CellTable): Gathered<CellTable> => ({
    size: 3,
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < 3; i++) {
        fetched.push(`${port}${i}`);
        yield await Promise.resolve({ fov: `f${i}`, value });
      }
    },
  });
  await phenotypeSummary.run(
    {
      types: counting('types', types['a']!),
      tables: counting('tables', tables['a']!),
      truth: counting('truth', truth['a']!),
    },
    phenotypeSummary.params.parse({}),
    testContext(),
  );
  expect(fetched).toEqual([0, 1, 2].flatMap((i) => [`types${i}`, `tables${i}`, `truth${i}`]));
});
