import { mainTableName } from '../../../activities/publish/main-table.ts';

test('the table that stands for the cells is the one named table, else the first of cells', () => {
  const cells = { kind: 'CellTable' } as const;
  expect(mainTableName({ image: { kind: 'Image' }, measured: cells, table: cells })).toBe('table');
  expect(mainTableName({ image: { kind: 'Image' }, types: cells, measured: cells })).toBe('types');
  expect(mainTableName({ table: { kind: 'Table' }, types: cells })).toBe('types');
  expect(mainTableName({ table: { kind: 'Table' }, cells: { kind: 'Labels' } })).toBeNull();
});
