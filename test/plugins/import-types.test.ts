import { testContext, testStep } from '../../core/testing.ts';
import type { CellTable, Labels } from '../../kernels/image.ts';
import { importTypesStep } from '../../plugins/import-types/index.ts';
import { columnOf } from '../support/phenotype-field.ts';
import { testGolden } from '../support/step-golden.ts';

const labels = (...rows: readonly string[]): Labels => ({
  ...{ height: rows.length, width: rows[0]!.length, mpp: 0.5 },
  data: Int32Array.from(rows.join(''), (digit) => (digit === '.' ? 0 : Number(digit))),
});
const cells = labels('1122.33', '1122.33', '..44555');
const classes = labels('77.....', '772..22', '..27222');
const names = { 2: 'CD8T', 7: 'Tumor' };

const cases = [{ name: 'some of each', inputs: { cells, classes }, params: { names } }];
testStep(importTypesStep, cases);
testGolden(importTypesStep, cases);

const importWith = (params: object, of = { cells, classes }): CellTable =>
  (importTypesStep.run(of, importTypesStep.params.parse({ names, ...params }), testContext()) as { types: CellTable })
    .types;

test('the commonest class of a cell, where it has its share', () => {
  const types = importWith({});
  expect(columnOf(types, 'cell_id')).toEqual(Int32Array.of(1, 2, 3, 4, 5));
  // 2 is mostly background; 3 half of it, and the lower code 0 wins; 4 is half and half, and the lower code wins.
  expect(columnOf(types, 'cell_type')).toEqual(['Tumor', 'Unknown', 'Unknown', 'CD8T', 'CD8T']);
  expect(columnOf(types, 'cell_type_share')).toEqual(Float64Array.of(1, 0.75, 0.5, 0.5, 1));
  expect(columnOf(importWith({ minShare: 0.6 }), 'cell_type')).toEqual([
    'Tumor',
    'Unknown',
    'Unknown',
    'Unknown',
    'CD8T',
  ]);
  expect(Object.keys(types.colours!['cell_type']!)).toEqual(['CD8T', 'Tumor', 'Unknown']);
});

test('no cells, no rows', () => {
  expect(importWith({}, { cells: labels('..'), classes: labels('22') }).rows).toBe(0);
});

test('refuses', () => {
  expect(() => importWith({ names: { 7: 'Tumor' } })).toThrow(
    'cells hold the classes "2", which names lacks; name them',
  );
  expect(() => importWith({}, { cells, classes: labels('22') })).toThrow('bring it to their grid with regrid');
  expect(() => importTypesStep.params.parse({ names: { x: 'Tumor' } })).toThrow('whole numbers above 0');
});
