import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, settle } from '../../../activities/store/journal.ts';
import { openStore } from '../../../activities/store/store.ts';
import type { Table } from '../../../kernels/image.ts';
import { compileCounting, countingPipeline, logged, makeCohort, runPlan } from '../../support/engine.ts';

/** A file system of 1 MiB in memory, where this process may mount one. */
const disk = mkdtempSync(join(tmpdir(), 'fovea-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});
const suite = mounted
  ? (title: string, tests: () => void) => describe(title, tests)
  : (title: string, tests: () => void) => describe.skip(`${title} (skipped: no right to mount a small tmpfs)`, tests);

const large = (rows: number): Table => ({
  rows,
  columns: [{ name: 'value', values: Float64Array.from({ length: rows }, Math.random), unit: null, measure: null }],
});

suite('a full disk', () => {
  test('fails the write, leaves nothing of it and keeps what was there', async () => {
    const store = await openStore(join(disk, 'one'));
    const { ref } = await store.writeArtifact('Table', large(10), true);
    await expect(store.writeArtifact('Table', large(1_000_000), true)).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining('Nothing already computed is lost; free some space') as unknown,
    });
    expect((await store.readArtifact<'Table'>({ kind: 'Table', digest: ref.digest })).rows).toBe(10);
    const after = await store.writeArtifact('Table', large(20), true);
    expect((await store.readArtifact<'Table'>({ kind: 'Table', digest: after.ref.digest })).rows).toBe(20);
    rmSync(join(disk, 'one'), { recursive: true });
  });

  test('ends the run; when space is freed the same command finishes with what it had', async () => {
    const { folder, samplesheet } = await makeCohort(2);
    const log = join(folder, 'log');
    const plan = await compileCounting(
      countingPipeline({ first: { log }, second: { log, ms: 600 }, third: { log }, fourth: { log } }).replaceAll(
        'retry: 2',
        'retry: 1',
      ),
    );
    const root = join(disk, 'two');
    mkdirSync(root);
    const started = runPlan(root, plan, samplesheet, { run: '20260301-000000-0001' });
    started.catch(() => undefined);
    // Until the first step of both is recorded; the second takes its time.
    const journal = openJournal(root, '20260301-000000-0001');
    const recorded = async (): Promise<boolean> => {
      const settled = settle(await journal.read());
      return ['f0', 'f1'].every((fov) => settled.get(`${fov}\0first`)?.status === 'computed');
    };
    while (!(await recorded())) await new Promise((next) => setTimeout(next, 5));
    for (let i = 0; i < 4; i++) {
      try {
        writeFileSync(join(disk, `ballast-${i}`), Buffer.alloc(1 << 20));
      } catch {
        // Full now, to the last page.
      }
    }
    const first = await started.then(
      ({ result }) => result.failed,
      (err: { code?: string }) => err.code,
    );
    expect([1, 2, 'DISK_FULL']).toContain(first);
    const before = await logged(log);
    for (let i = 0; i < 4; i++) rmSync(join(disk, `ballast-${i}`), { force: true });

    const { result, run } = await runPlan(root, plan, samplesheet, { run: '20260301-000000-0002' });
    expect(result).toMatchObject({ done: 2, failed: 0 });
    const settled = settle(await openJournal(root, run).read());
    expect([settled.get('f0\0first')?.status, settled.get('f1\0first')?.status]).toEqual(['cached', 'cached']);
    // The first step of neither field of view ran again.
    expect((await logged(log)).length - before.length).toBeLessThanOrEqual(6);
    rmSync(folder, { recursive: true, force: true });
  });
});
