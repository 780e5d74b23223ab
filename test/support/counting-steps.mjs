// Steps that do next to nothing, count their runs in a file, and misbehave on request. Loaded by compute processes.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const table = (value) => ({
  rows: 1,
  columns: [{ name: 'value', values: Float64Array.of(value), unit: null, measure: null }],
});
const params = z.strictObject({
  add: z.number().default(0).describe('what is added'),
  log: z.string().default('').describe('file that receives a line per run'),
  ms: z.number().default(0).describe('how long it takes'),
  fail: z.enum(['never', 'throw', 'kill', 'hang', 'eat']).default('never').describe('how it misbehaves'),
  failFovs: z.array(z.string()).default([]).describe('fields of view in which it misbehaves'),
  until: z.string().default('').describe('file that ends the misbehaviour once it exists'),
});

async function behave({ add, log, ms, fail, failFovs, until }, ctx) {
  if (log !== '') appendFileSync(log, `${ctx.fov} ${add}\n`);
  if (ms > 0) await sleep(ms, undefined, { signal: ctx.signal });
  if (fail === 'never' || !failFovs.includes(ctx.fov)) return;
  if (until !== '') {
    const { existsSync, writeFileSync } = await import('node:fs');
    if (existsSync(until)) return;
    writeFileSync(until, '');
  }
  if (fail === 'throw') throw new RangeError('this field of view is refused on purpose');
  if (fail === 'kill') process.kill(process.pid, 'SIGKILL');
  if (fail === 'hang') for (;;) await sleep(1000);
  if (fail === 'eat') {
    const held = [];
    for (;;) {
      held.push(Buffer.alloc(64 << 20, 1));
      await sleep(20);
    }
  }
}

export default [
  {
    name: 'start-count',
    version: 1,
    summary: 'The number of pixels of an image.',
    scope: 'fov',
    resources: { cpus: 1, memory: '256 MiB' },
    params,
    inputs: { image: 'Image' },
    outputs: { table: 'Table' },
    async run({ image }, params, ctx) {
      await behave(params, ctx);
      return { table: table(image.height * image.width + params.add) };
    },
  },
  {
    name: 'add-count',
    version: 1,
    summary: 'The value of a table plus a number.',
    scope: 'fov',
    resources: { cpus: 1, memory: '256 MiB' },
    params,
    inputs: { table: 'Table' },
    outputs: { table: 'Table' },
    async run({ table: { columns } }, params, ctx) {
      await behave(params, ctx);
      return { table: table(columns[0].values[0] + params.add) };
    },
  },
  {
    name: 'parity-count',
    version: 1,
    summary: 'Whether the value of a table is odd.',
    scope: 'fov',
    resources: { cpus: 1, memory: '256 MiB' },
    params,
    inputs: { table: 'Table' },
    outputs: { table: 'Table' },
    keep: false,
    async run({ table: { columns } }, params, ctx) {
      await behave(params, ctx);
      return { table: table(Math.abs(columns[0].values[0]) % 2) };
    },
  },
  {
    name: 'sum-counts',
    version: 1,
    summary: 'The sum over the cohort.',
    scope: 'cohort',
    resources: { cpus: 1, memory: '256 MiB' },
    params: z.strictObject({ log: z.string().default('').describe('file that receives a line per run') }),
    inputs: { tables: 'Table' },
    outputs: { table: 'Table' },
    async run({ tables }, { log }) {
      if (log !== '') appendFileSync(log, 'cohort\n');
      let sum = 0;
      for await (const { value } of tables) sum += value.columns[0].values[0];
      return { table: table(sum) };
    },
  },
];
