import { testContext, testStep } from '../../core/testing.ts';
import type { CellTable, Column } from '../../kernels/image.ts';
import { joinTables } from '../../plugins/join-tables/index.ts';
import { testGolden } from '../support/step-golden.ts';

const join = (tables: readonly CellTable[], prefixes: string[] = []): CellTable =>
  (joinTables.run({ tables }, { prefixes }, testContext()) as { table: CellTable }).table;

const column = (name: string, values: Column['values'], unit: string | null = null): Column => ({
  ...{ name, values, unit, measure: null },
});
const tableOf = (ids: number[], ...columns: Column[]): CellTable => ({
  ...{ rows: ids.length, columns: [column('cell_id', Int32Array.from(ids)), ...columns] },
});
const mean = (name: string, channel: string, ...values: number[]): Column => ({
  ...{ name, values: Float64Array.from(values), unit: 'counts' },
  measure: { compartment: 'cell', statistic: 'mean', channel },
});

const measured = tableOf(
  [2, 5, 9],
  column('area_px', Float64Array.of(4, NaN, 6), 'px'),
  mean('cell:mean:CD3', 'CD3', 1, 2, 3),
);
const network: CellTable = {
  ...tableOf([2, 5, 9], column('cell_type', ['T', 'B', 'T'])),
  matrices: [{ name: 'cell_type_probabilities', columns: ['B', 'T'], values: Float32Array.of(0, 1, 1, 0, 0.5, NaN) }],
  reports: { marker_standardization: { CD3: 'exact' } },
  colours: { cell_type: { T: '#112233', B: '#445566' } },
};
const neighbours: CellTable = {
  ...tableOf(
    [2, 5, 9],
    column('area_px', Float64Array.of(4, NaN, 6), 'px'),
    column('neighbours', Int32Array.of(1, 1, 0)),
  ),
  graphs: [
    {
      ...{ name: 'spatial_distances', indptr: Int32Array.of(0, 1, 2, 2), indices: Int32Array.of(1, 0) },
      data: Float64Array.of(7, 7),
    },
  ],
  reports: { marker_standardization: { CD3: 'exact' }, spatial_neighbors: { radius: 30 } },
};
const gates: CellTable = {
  ...tableOf([2, 5, 9], column('cell_type', ['T', 'T', 'T'])),
  colours: { cell_type: { T: '#112233' } },
};
const none = tableOf([], column('cell_type', []));

const cases = [
  { name: 'all members', inputs: { tables: [measured, network, neighbours] } },
  { name: 'prefixes', inputs: { tables: [network, gates] }, params: { prefixes: ['', 'rules_'] } },
  { name: 'no cells', inputs: { tables: [none, none] } },
];
testStep(joinTables, cases);
testGolden(joinTables, cases);

test('reports of one name that differ stand beside each other, with the number of the table', () => {
  const told = (radius: number): CellTable => ({ ...tableOf([2, 5, 9]), reports: { spatial_neighbors: { radius } } });
  expect(join([told(30), told(30), told(31)]).reports).toEqual({
    spatial_neighbors: { radius: 30 },
    spatial_neighbors_3: { radius: 31 },
  });
});

test('columns, matrices, graphs, reports and colours stand side by side; what is equal is there once', () => {
  const table = join([measured, network, neighbours]);
  expect(table.columns.map(({ name }) => name)).toEqual([
    'cell_id',
    'area_px',
    'cell:mean:CD3',
    'cell_type',
    'neighbours',
  ]);
  expect(table.columns[2]).toEqual(measured.columns[2]);
  expect(table.matrices).toEqual(network.matrices);
  expect(table.graphs).toEqual(neighbours.graphs);
  expect(table.reports).toEqual({ marker_standardization: { CD3: 'exact' }, spatial_neighbors: { radius: 30 } });
  expect(table.colours).toEqual(network.colours);
});

test('a prefix goes before every name of its table but cell_id, and colours follow their column', () => {
  const table = join([network, { ...network, graphs: neighbours.graphs! }], ['', 'b_']);
  expect(table.columns.map(({ name }) => name)).toEqual(['cell_id', 'cell_type', 'b_cell_type']);
  expect(table.matrices?.map(({ name }) => name)).toEqual(['cell_type_probabilities', 'b_cell_type_probabilities']);
  expect(table.graphs?.map(({ name }) => name)).toEqual(['b_spatial_distances']);
  expect(Object.keys(table.reports!)).toEqual(['marker_standardization', 'b_marker_standardization']);
  expect(table.colours).toEqual({
    cell_type: network.colours!['cell_type'],
    b_cell_type: network.colours!['cell_type'],
  });
});

test('of two columns that measure the same, the first keeps the measure', () => {
  const again = tableOf([2, 5, 9], mean('cell:mean:CD3', 'CD3', 7, 8, 9));
  const [, , first, second] = join([measured, again], ['', 'raw_']).columns;
  expect(first!.measure).toEqual({ compartment: 'cell', statistic: 'mean', channel: 'CD3' });
  expect(second).toEqual({
    name: 'raw_cell:mean:CD3',
    values: Float64Array.of(7, 8, 9),
    unit: 'counts',
    measure: null,
  });
});

test('other ids are other cells: how many differ, and the first few', () => {
  const found = (): CellTable => join([tableOf([1, 2, 3, 4, 5, 6, 7, 8]), tableOf([8, 9])]);
  expect(found).toThrow(
    'table 2 of 2 has 2 cells, table 1 has 8: 7 of table 1 are not in it (1, 2, 3, 4, 5 and 2 more); 1 are in it alone (9). ' +
      'Join tables that were made from the same cells',
  );
});

test.each<[string, CellTable]>([
  ['column "cell_type"', gates],
  ['column "area_px"', tableOf([2, 5, 9], column('area_px', Float64Array.of(4, NaN, 6), 'um2'))],
  [
    'matrix "cell_type_probabilities"',
    { ...tableOf([2, 5, 9]), matrices: [{ ...network.matrices![0]!, columns: ['T', 'B'] }] },
  ],
  [
    'graph "spatial_distances"',
    { ...tableOf([2, 5, 9]), graphs: [{ ...neighbours.graphs![0]!, data: Float64Array.of(7, 8) }] },
  ],
  [
    'a colour of cell_type for "T"',
    { ...tableOf([2, 5, 9], network.columns[1]!), colours: { cell_type: { T: '#000000' } } },
  ],
])('%s with other content is refused with the remedy', (what, other) => {
  expect(() => join([join([measured, network, neighbours]), tableOf([2, 5, 9]), other])).toThrow(
    `tables 1 and 3 both have ${what}, and they differ. Give one of them a prefix: with: { prefixes: ['', '', 'c_'] }`,
  );
});

test('prefixes are one per table or none; a table there must be', () => {
  expect(() => join([network, gates], ['x_'])).toThrow('1 prefixes for 2 tables; give one per table');
  expect(() => join([])).toThrow('no tables are wired; name at least one');
});
