import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiled } from '../../../activities/package-root.ts';
import { storeError } from '../../../activities/store/file-errors.ts';
import type { ResultRecord } from '../../../activities/store/records.ts';
import { artifactPath, openStore, resultPath, STORE_SCHEMA } from '../../../activities/store/store.ts';
import type { Table } from '../../../kernels/image.ts';

let root: string;
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'fovea-store-')), 'store');
});
afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }));

const KEY = 'b'.repeat(64);
const table = (...values: number[]): Table => ({
  rows: values.length,
  columns: [{ name: 'value', values: Float64Array.from(values), unit: null, measure: null }],
});
const recordOf = (outputs: ResultRecord['outputs'], kept: boolean): ResultRecord =>
  ({
    schema: 1,
    key: KEY,
    outputs,
    kept,
    ingredients: {},
    source: null,
    warnings: [],
    produced: { run: 'x' },
  }) as unknown as ResultRecord;

test('a store is made once and keeps its id', async () => {
  const [a, b] = await Promise.all([openStore(root), openStore(root)]);
  expect(a!.id).toMatch(/^[0-9a-f]{8}$/);
  expect(b!.id).toBe(a!.id);
  expect((await openStore(root)).id).toBe(a!.id);
});

test('a store written by a newer Fovea is refused before anything is touched', async () => {
  mkdirSync(root);
  writeFileSync(join(root, 'store.json'), JSON.stringify({ schema: STORE_SCHEMA + 1, id: 'abcdef01' }));
  await expect(openStore(root)).rejects.toMatchObject({
    code: 'STORE_VERSION',
    message:
      `the store ${root} was written by a newer Fovea (store schema ${STORE_SCHEMA + 1}, this one reads up to ${STORE_SCHEMA}). ` +
      'Install that Fovea, or name another folder with --store',
  });
  writeFileSync(join(root, 'store.json'), '{"schema":"?"}');
  await expect(openStore(root)).rejects.toMatchObject({ code: 'STORE', retryable: false });
});

test('an artifact is stored once and read back; what is not kept is only digested', async () => {
  const store = await openStore(root);
  const { ref, bytes } = await store.writeArtifact('Table', table(1, 2.5), true);
  expect(bytes).toBeGreaterThan(0);
  expect((await store.writeArtifact('Table', table(1, 2.5), true)).bytes).toBe(0);
  expect((await store.readArtifact<'Table'>({ kind: 'Table', digest: ref.digest })).columns[0]!.values).toEqual(
    Float64Array.of(1, 2.5),
  );
  const passing = await store.writeArtifact('Table', table(3), false);
  expect(passing.bytes).toBe(0);
  await expect(store.readArtifact({ kind: 'Table', digest: passing.ref.digest })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(store.readArtifact({ kind: 'Labels', digest: ref.digest })).rejects.toThrow(
    /is a Table, wanted a Labels/,
  );
  expect(readdirSync(join(root, 'tmp'))).toEqual([]);
});

test('the first of two records of one key stands', async () => {
  const store = await openStore(root);
  const { ref } = await store.writeArtifact('Table', table(1), true);
  const [a, b] = await Promise.all(
    [1, 2].map((n) => store.record({ ...recordOf({ table: ref }, true), warnings: [`writer ${n}`] })),
  );
  expect(a!.warnings).toEqual(b!.warnings);
  expect(await store.result(KEY)).toEqual(a);
  expect(await store.producers(ref.digest)).toEqual([KEY]);
});

test('a corrupt record, and one whose kept bytes are gone, count as absent and are replaced', async () => {
  const store = await openStore(root);
  const { ref } = await store.writeArtifact('Table', table(4), true);
  await store.record(recordOf({ table: ref }, true));
  writeFileSync(join(root, resultPath(KEY)), '{"schema":1,"key":"bbb');
  expect(await store.result(KEY)).toBeNull();
  await store.record(recordOf({ table: ref }, true));
  expect((await store.result(KEY))?.outputs).toEqual({ table: ref });
  rmSync(join(root, artifactPath(ref.digest)), { recursive: true });
  expect(await store.result(KEY)).toBeNull();
  await store.writeArtifact('Table', table(4), true);
  expect(await store.result(KEY)).not.toBeNull();
});

test('a writer killed in the middle leaves no artifact', async () => {
  const store = await openStore(root);
  const script = `
    const { openStore } = await import(${JSON.stringify(pathToFileURL(compiled('activities/store/store.js')).href)});
    const store = await openStore(${JSON.stringify(root)});
    const values = new Float64Array(4_000_000).map(Math.random);
    const columns = Array.from({ length: 8 }, (_, i) => ({ name: 'c' + i, values, unit: null, measure: null }));
    setInterval(() => {}, 10);
    const { readdirSync } = await import('node:fs');
    const watch = setInterval(() => {
      if (readdirSync(${JSON.stringify(join(root, 'tmp'))}).length > 0) process.kill(process.pid, 'SIGKILL');
    }, 1);
    await store.writeArtifact('Table', { rows: values.length, columns }, true);
    clearInterval(watch);
    process.exit(0);
  `;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(signal).toBe('SIGKILL');
  expect(readdirSync(join(root, 'tmp'))).toHaveLength(1);
  expect(await store.blobs.list('artifacts')).toEqual([]);
});

test('a full disk is told apart from a forbidden folder, with what is free and what to do', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const error = await storeError(full, 'write', join(tmpdir(), 'some-file'));
  expect(error).toMatchObject({ code: 'DISK_FULL', retryable: true });
  expect(error.message).toMatch(
    /^the disk is full: could not write .*some-file \(\d+ bytes free\)\. Nothing already computed is lost; free some space \(`fovea du`, `fovea gc`\) and run the same command again$/,
  );
  const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
  expect((await storeError(denied, 'make', '/x/y')).message).toBe(
    'could not make /x/y: EACCES. Check that the folder is writable',
  );
});
