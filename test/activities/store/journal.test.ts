import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listRuns, openJournal, settle, type JournalEntry } from '../../../activities/store/journal.ts';

const RUN = '20260301-101500-00ff';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fovea-journal-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const entry = (fov: string, step: string, status: JournalEntry['status'], attempt = 1): JournalEntry => ({
  ...{ at: '2026-03-01T10:15:00.000Z', fov, step, status, attempt, key: null, outputs: {}, error: null, trace: null },
});

test('entries come back in the order they were written, of several writers too', async () => {
  const [one, two] = [openJournal(root, RUN), openJournal(root, RUN)];
  expect(await one.read()).toEqual([]);
  await one.append([entry('a', 's', 'computed'), entry('b', 's', 'failed')]);
  await two.append([entry('c', 's', 'cached')]);
  await one.append([]);
  expect((await two.read()).map(({ fov }) => fov)).toEqual(['a', 'b', 'c']);
  expect(await listRuns(root)).toEqual([RUN]);
});

test('many writers at once lose and mix nothing', async () => {
  const writers = Array.from({ length: 8 }, () => openJournal(root, RUN));
  await Promise.all(
    Array.from({ length: 400 }, (_, i) => writers[i % 8]!.append([entry(`f${i}`, 'x'.repeat(200), 'computed')])),
  );
  const fovs = (await writers[0]!.read()).map(({ fov }) => fov);
  expect(fovs).toHaveLength(400);
  expect(new Set(fovs).size).toBe(400);
});

test('a line torn by a killed writer costs that line alone', async () => {
  const journal = openJournal(root, RUN);
  await journal.append([entry('a', 's', 'computed')]);
  appendFileSync(join(root, 'runs', RUN, 'journal.jsonl'), '\n{"at":"2026-03-01","fov":"torn","st');
  await journal.append([entry('b', 's', 'computed')]);
  expect((await journal.read()).map(({ fov }) => fov)).toEqual(['a', 'b']);
});

test('the last word on a unit: success stands against later failures, and computed against cached', () => {
  const settled = (...statuses: JournalEntry['status'][]): string | undefined =>
    settle(statuses.map((status, i) => entry('a', 's', status, i))).get('a\0s')?.status;
  expect(settled('failed', 'failed', 'computed')).toBe('computed');
  expect(settled('computed', 'failed')).toBe('computed');
  expect(settled('computed', 'cached')).toBe('computed');
  expect(settled('failed', 'cached')).toBe('cached');
  expect(settled('failed')).toBe('failed');
  expect(settle([entry('a', 's', 'failed', 1), entry('a', 's', 'failed', 2)]).get('a\0s')?.attempt).toBe(2);
  expect([...settle([entry('a', 's', 'computed'), entry('b', 's', 'failed')]).keys()]).toEqual(['a\0s', 'b\0s']);
});
