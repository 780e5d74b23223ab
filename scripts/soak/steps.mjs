// Steps that take their time and write down each execution, for runs that are killed on purpose.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const params = z.strictObject({
  log: z.string().describe('file that receives a line per execution: time in ms, process, field of view'),
  ms: z.number().default(0).describe('how long it takes'),
});
const table = (value) => ({
  rows: 1,
  columns: [{ name: 'value', values: Float64Array.of(value), unit: null, measure: null }],
});
const valueOf = ({ columns }) => columns[0].values[0];

async function work({ log, ms }, { fov, signal }) {
  appendFileSync(log, `${Date.now()} ${process.pid} ${fov ?? 'cohort'}\n`);
  await sleep(ms, undefined, { signal });
}

const common = { version: 1, scope: 'fov', resources: { cpus: 1, memory: '128 MiB' }, params };

export default [
  {
    ...common,
    name: 'soak-count',
    summary: 'The number of pixels of an image.',
    inputs: { image: 'Image' },
    outputs: { table: 'Table' },
    async run({ image }, params, ctx) {
      await work(params, ctx);
      return { table: table(image.height * image.width) };
    },
  },
  {
    ...common,
    name: 'soak-add',
    summary: 'The value of a table plus one.',
    inputs: { table: 'Table' },
    outputs: { table: 'Table' },
    async run(inputs, params, ctx) {
      await work(params, ctx);
      return { table: table(valueOf(inputs.table) + 1) };
    },
  },
  {
    ...common,
    name: 'soak-double',
    summary: 'Twice the value of a table; not stored, but computed again wherever it is needed.',
    inputs: { table: 'Table' },
    outputs: { table: 'Table' },
    keep: false,
    async run(inputs, params, ctx) {
      await work(params, ctx);
      return { table: table(2 * valueOf(inputs.table)) };
    },
  },
  {
    ...common,
    name: 'soak-cell',
    summary: 'A table of one cell that has the value.',
    inputs: { table: 'Table' },
    outputs: { cells: 'CellTable' },
    async run(inputs, params, ctx) {
      await work(params, ctx);
      const plain = { unit: null, measure: null };
      const columns = [
        { name: 'cell_id', values: Int32Array.of(1), ...plain },
        { name: 'value', values: Float64Array.of(valueOf(inputs.table)), ...plain },
      ];
      return { cells: { rows: 1, columns } };
    },
  },
  {
    ...common,
    name: 'soak-sum',
    scope: 'cohort',
    summary: 'The sum over the cohort.',
    inputs: { tables: 'Table' },
    outputs: { table: 'Table' },
    async run({ tables }, params, ctx) {
      await work(params, ctx);
      let sum = 0;
      for await (const { value } of tables) sum += valueOf(value);
      return { table: table(sum) };
    },
  },
];
