import { defineStep } from '../../core/step.ts';
import { joinCellTables } from './join-cell-tables.ts';
import { params } from './params.ts';

export const joinTables = defineStep({
  name: 'join-tables',
  version: 1,
  summary: 'Puts cell tables of the same cells side by side: columns, matrices, graphs, reports and colours.',
  scope: 'fov',
  params,
  inputs: { tables: { many: 'CellTable' } },
  outputs: { table: 'CellTable' },
  resources: { cpus: 1, memory: '1 GiB' },
  keep: false,
  run: ({ tables }, { prefixes }, ctx) => {
    ctx.signal.throwIfAborted();
    return { table: joinCellTables(tables, prefixes) };
  },
});

export default joinTables;
