import { gathered, testContext, testStep } from '../../core/testing.ts';
import type { CellTable, Table } from '../../kernels/image.ts';
import { cohortSummary } from '../../plugins/cohort-summary/index.ts';
import { quantify } from '../../plugins/quantify/index.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { testGolden } from '../support/step-golden.ts';

const { image, cells, nuclei } = drawTissue(60, 70);
const params = quantify.params.parse({ statistics: ['mean', 'sum'] });
const tableOf = (data: Int32Array, withNuclei: boolean): CellTable =>
  (
    quantify.run(
      { image, cells: { ...cells, data }, nuclei: withNuclei ? nuclei : undefined },
      params,
      testContext(),
    ) as { table: CellTable }
  ).table;

const full = tableOf(cells.data, true);
const without = tableOf(cells.data, false);
const none = tableOf(new Int32Array(cells.data.length), false);
const cohort = gathered([
  { fov: 'a', value: full },
  { fov: 'b', value: none },
  { fov: 'c', value: without },
]);
const run = async (tables: typeof cohort): Promise<Table> =>
  ((await cohortSummary.run({ tables }, {}, testContext())) as { table: Table }).table;
const values = ({ columns }: Table, name: string): unknown[] =>
  Array.from<unknown>(columns.find((column) => column.name === name)?.values ?? []);

testStep(cohortSummary, [{ name: 'three fields of view', inputs: { tables: cohort } }]);
testGolden(cohortSummary, [{ name: 'three fields of view', inputs: { tables: cohort } }]);

test('one row per field of view, NaN where there is nothing to summarise', async () => {
  const table = await run(cohort);
  expect(table.rows).toBe(3);
  expect(values(table, 'fov')).toEqual(['a', 'b', 'c']);
  expect(values(table, 'cells')).toEqual([full.rows, 0, full.rows]);
  const areas = (values(full, 'area_um2') as number[]).sort((a, b) => a - b);
  const middle = (areas[(areas.length - 1) >> 1]! + areas[areas.length >> 1]!) / 2;
  expect(values(table, 'area_um2_median')).toEqual([middle, NaN, middle]);
  expect(values(table, 'nucleus_area_um2_median').map(Number.isNaN)).toEqual([false, true, true]);
  const means = values(full, 'cell:mean:CD3') as number[];
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  expect(values(table, 'cell:mean:CD3')).toEqual([mean, NaN, mean]);
  expect(values(table, 'nucleus:mean:DAPI').map(Number.isNaN)).toEqual([false, true, true]);
  expect(table.columns.some(({ name }) => name.includes(':sum:'))).toBe(false);
});

test('cells without a nucleus are left out of its mean', async () => {
  const partial: CellTable = {
    rows: 3,
    columns: [
      { name: 'cell_id', values: Int32Array.of(1, 2, 3), unit: null, measure: null },
      {
        name: 'nucleus:mean:A',
        values: Float64Array.of(2, NaN, 4),
        unit: 'counts',
        measure: { compartment: 'nucleus', statistic: 'mean', channel: 'A' },
      },
    ],
  };
  const table = await run(gathered([{ fov: 'x', value: partial }]));
  expect(values(table, 'nucleus:mean:A')).toEqual([3]);
  expect(values(table, 'cells_at_border')).toEqual([NaN]);
});

test('tables are taken one at a time', async () => {
  let [open, most] = [0, 0];
  const counting = {
    size: 5,
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < 5; i++) {
        open++;
        most = Math.max(most, open);
        yield { fov: `f${i}`, value: full };
        open--;
      }
    },
  };
  expect((await run(counting)).rows).toBe(5);
  expect(most).toBe(1);
});

test('a cohort of no fields of view', async () => {
  const table = await run(gathered<CellTable>([]));
  expect([table.rows, values(table, 'fov')]).toEqual([0, []]);
});
