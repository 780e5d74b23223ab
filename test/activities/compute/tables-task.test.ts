import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Materialiser } from '../../../activities/compute/materialiser.ts';
import { tablesTask } from '../../../activities/compute/tables-task.ts';
import type { TablesInput } from '../../../activities/compute/tasks.ts';
import { openStore } from '../../../activities/store/store.ts';
import type { Table } from '../../../kernels/image.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-tables-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const plain: Table = { rows: 1, columns: [{ name: 'n', values: Int32Array.of(3), unit: null, measure: null }] };
const drawn: Table = {
  rows: 1,
  columns: [
    { name: 'type', values: ['T'], unit: null, measure: null },
    { name: 'cells:a', values: Int32Array.of(3), unit: null, measure: null },
  ],
  reports: { plot: { kind: 'stacked-bars', title: 'Types', labels: 'type', values: 'cells:' } },
};

test('columns become CSV and Parquet; what a table asks to be drawn goes into the store', async () => {
  const store = await openStore(join(dir, 'store'));
  const tables: Record<string, Table> = { ['0'.repeat(64)]: plain, ['1'.repeat(64)]: drawn };
  const materialiser = {
    get: ({ digest }: { digest: string }) => Promise.resolve(tables[digest]),
  } as unknown as Materialiser;
  const input: TablesInput = {
    cells: [],
    tables: {
      plain: { kind: 'Table', digest: '0'.repeat(64) },
      composition: { kind: 'Table', digest: '1'.repeat(64) },
    },
  };
  const folder = join(dir, 'out');
  const task = { kind: 'tables', fov: null, input: await store.putValue(input), folder } as const;
  const { plots, rows } = await tablesTask(store, materialiser, task);
  expect(rows).toBe(0);
  expect((await readdir(folder)).sort()).toEqual([
    'composition.csv',
    'composition.parquet',
    'plain.csv',
    'plain.parquet',
  ]);
  expect(await readFile(join(folder, 'composition.csv'), 'utf8')).toBe('type,cells:a\nT,3\n');
  expect(await store.getValue(plots)).toMatchObject([
    { name: 'composition', rows: ['T'], columns: ['a'], values: [[3]] },
  ]);
});
