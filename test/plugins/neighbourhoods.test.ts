import { testContext, testStep } from '../../core/testing.ts';
import type { CellTable, Labels } from '../../kernels/image.ts';
import { neighbourhoods } from '../../plugins/neighbourhoods/index.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { goldens } from '../support/goldens.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Parameters<typeof neighbourhoods.params.parse>[0];

const find = (cells: Labels, types?: CellTable, params: Params = {}): CellTable =>
  (neighbourhoods.run({ cells, types }, neighbourhoods.params.parse(params), testContext()) as { table: CellTable })
    .table;

const typed = (ids: readonly number[], types: readonly string[], name = 'cell_type'): CellTable => ({
  rows: ids.length,
  columns: [
    { name: 'cell_id', values: Int32Array.from(ids), unit: null, measure: null },
    { name, values: types, unit: null, measure: null },
  ],
});

/** Cells of one pixel at x = 1, 2, 4, 8 with ids 2, 3, 5, 9; 2 µm per pixel. */
const row: Labels = { height: 1, width: 10, mpp: 2, data: Int32Array.of(0, 2, 3, 0, 5, 0, 0, 0, 9, 0) };
const types = typed([2, 3, 5, 9], ['T', 'B', 'T', 'M']);
const blank: Labels = { height: 2, width: 2, mpp: 1, data: new Int32Array(4) };
const one: Labels = { height: 1, width: 2, mpp: 1, data: Int32Array.of(0, 7) };
const tissue = drawTissue(96, 96);
const ids = [...new Set(tissue.cells.data)].filter((id) => id !== 0).sort((a, b) => a - b);
const tissueTypes = typed(
  ids,
  ids.map((id) => ['T', 'B', 'M'][id % 3]!),
);

testStep(neighbourhoods, [
  { name: 'types', inputs: { cells: row, types }, params: { k: 2 } },
  { name: 'no types', inputs: { cells: row, types: undefined }, params: { method: 'radius', radiusUm: 4 } },
  { name: 'nothing found', inputs: { cells: blank, types: typed([], []) } },
]);
testGolden(neighbourhoods, [
  { name: 'nearest', inputs: { cells: tissue.cells, types: tissueTypes } },
  { name: 'radius', inputs: { cells: tissue.cells }, params: { method: 'radius', radiusUm: 20, includeSelf: true } },
]);

const graph = (table: CellTable, name: string): [number, number][][] => {
  const { indptr, indices, data } = table.graphs!.find((each) => each.name === name)!;
  return Array.from({ length: table.rows }, (_, i) =>
    [...indices.subarray(indptr[i], indptr[i + 1])].map((index, j) => [index, data[indptr[i]! + j]!]),
  );
};

test('nearest cells, their distances in µm and the types among them', () => {
  const table = find(row, types, { k: 2 });
  expect(table.columns.map(({ name, values }) => [name, [...values]])).toEqual([
    ['cell_id', [2, 3, 5, 9]],
    ['neighbours', [2, 2, 2, 2]],
  ]);
  expect(graph(table, 'spatial_distances')).toEqual([
    [
      [1, 2],
      [2, 6],
    ],
    [
      [0, 2],
      [2, 4],
    ],
    [
      [0, 6],
      [1, 4],
    ],
    [
      [1, 12],
      [2, 8],
    ],
  ]);
  expect(graph(table, 'spatial_connectivities')[3]).toEqual([
    [1, 1],
    [2, 1],
  ]);
  expect(table.matrices).toEqual([
    {
      name: 'neighbourhood_composition',
      columns: ['B', 'M', 'T'],
      values: Float64Array.of(0.5, 0, 0.5, 0, 0, 1, 0.5, 0, 0.5, 0.5, 0, 0.5),
    },
  ]);
  expect(table.reports).toMatchObject({
    spatial_neighbors: {
      connectivities_key: 'spatial_connectivities',
      distances_key: 'spatial_distances',
      params: { n_neighbors: 2, coord_type: 'generic', radius: null },
    },
  });
});

test('cells within a radius; none is a row of zeros', () => {
  const table = find(row, types, { method: 'radius', radiusUm: 4 });
  expect([...table.columns[1]!.values]).toEqual([1, 2, 1, 0]);
  expect([...table.matrices![0]!.values].slice(9)).toEqual([0, 0, 0]);
  expect(table.reports).toMatchObject({ spatial_neighbors: { params: { radius: 4 } } });
});

test('symmetric joins both ways, includeSelf adds the cell itself', () => {
  const both = find(row, types, { k: 1, symmetric: true });
  expect([...both.columns[1]!.values]).toEqual([1, 2, 2, 1]);
  const self = find(row, types, { k: 1, includeSelf: true });
  expect([...self.columns[1]!.values]).toEqual([2, 2, 2, 2]);
  expect(graph(self, 'spatial_connectivities')[2]).toEqual([
    [1, 1],
    [2, 1],
  ]);
  expect(graph(self, 'spatial_connectivities')[3]).toEqual([
    [2, 1],
    [3, 1],
  ]);
  expect(graph(self, 'spatial_distances')[3]).toEqual([[2, 8]]);
  expect([...self.matrices![0]!.values]).toEqual([0.5, 0, 0.5, 0.5, 0, 0.5, 0.5, 0, 0.5, 0, 0.5, 0.5]);
});

test('the graph squidpy makes, by the library it uses', () => {
  // The golden's points as cells of one pixel, at whole coordinates, which keep the library's distances.
  const cases = goldens<{ k?: number; radius?: number }>('neighbour-pixels');
  expect(cases.length).toBe(2);
  for (const golden of cases) {
    const [height, width] = golden.size('labels');
    const cells = { height, width, mpp: 0.5, data: golden.get('labels', Int32Array) };
    const { k, radius } = golden.params;
    const table = find(cells, undefined, k === undefined ? { method: 'radius', radiusUm: radius! } : { k });
    const found = table.graphs!.find(({ name }) => name === 'spatial_distances')!;
    expect(found.indptr).toEqual(golden.get('indptr', Int32Array));
    expect(found.indices).toEqual(golden.get('indices', Int32Array));
    expect(found.data).toEqual(golden.get('data', Float64Array));
  }
});

test('one cell and none', () => {
  expect([...find(one).columns[1]!.values]).toEqual([0]);
  const none = find(blank, typed([], []));
  expect([none.rows, none.matrices]).toEqual([0, undefined]);
});

test('types of other cells, or without the column, are refused with a remedy', () => {
  expect(() => find(row, typed([2, 3, 9, 11], ['T', 'B', 'T', 'M']))).toThrow(
    'types are of other cells: 1 cells of the labels have no row (the first is 5), 1 rows have no cell (the first is 11)',
  );
  expect(() => find(row, types, { column: 'cell_typ' })).toThrow(
    'types has no column "cell_typ"; did you mean "cell_type"?',
  );
  expect(() => find(row, types, { column: 'cell_id' })).toThrow(
    'column "cell_id" holds numbers, wanted text; text columns: "cell_type"',
  );
  expect(neighbourhoods.params.safeParse({ k: 0 }).success).toBe(false);
  expect(neighbourhoods.params.safeParse({ radiusUm: 0 }).success).toBe(false);
});
