// A program as a step, for tests of scratch folders: adds `add` to the first value of a CSV table; fails below zero.
import { z } from 'zod';
import { commandStep } from '../../dist/core/index.js';

const PROGRAM = `
const { readFileSync, writeFileSync } = require('node:fs');
const [from, to, add, mode] = process.argv.slice(1);
if (mode === 'hang') {
  const { spawn } = require('node:child_process');
  const { pid } = spawn('sleep', ['600']);
  writeFileSync('grandchild', String(pid));
  setInterval(() => {}, 1000);
} else {
  const [head, line] = readFileSync(from, 'utf8').trim().split('\\n');
  const value = Number(line) + Number(add);
  if (value < 0) { console.error('no value below zero: ' + value); process.exit(3); }
  writeFileSync(to, head + '\\n' + value + '\\n');
}
`;

export default commandStep({
  name: 'test/add-by-program',
  version: 1,
  summary: 'The value of a table plus a number, by an external program.',
  scope: 'fov',
  params: z.strictObject({ add: z.number(), mode: z.enum(['add', 'hang']).default('add') }),
  inputs: { table: 'Table' },
  outputs: { table: 'Table' },
  identity: { program: 'node' },
  finalExitCodes: [3],
  argv: ({ inputs, outputs }, { add, mode }) => [
    process.execPath,
    '-e',
    PROGRAM,
    '--',
    inputs.table,
    outputs.table,
    add,
    mode,
  ],
});
