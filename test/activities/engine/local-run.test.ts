import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openJournal, settle } from '../../../activities/store/journal.ts';
import { openStore } from '../../../activities/store/store.ts';
import { ONE_PROCESS, compileCounting, countingPipeline, logged, makeCohort, runPlan } from '../../support/engine.ts';

const statuses = async (store: string, run: string): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { status } of settle(await openJournal(store, run).read()).values())
    counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

/** What went wrong in attempts, those that were repeated included. */
const failures = async (store: string, run: string): Promise<string[]> => {
  const entries = await openJournal(store, run).read();
  return entries.flatMap(({ fov, step, error }) => (error === null ? [] : [`${fov} ${step}: ${error.message}`]));
};

/** Runs are counted by what the steps logged, and `third` is not kept: a second process would compute it again. */
const alone = { queues: ONE_PROCESS };

describe('a run without a server', () => {
  test('computes every unit once, and nothing the second time', async () => {
    const { folder, samplesheet } = await makeCohort(3);
    const log = join(folder, 'log');
    const store = join(folder, 'store');
    const plan = await compileCounting(
      countingPipeline({
        first: { log },
        second: { log, add: 1 },
        third: { log },
        fourth: { log, add: 10 },
        sum: { log },
      }),
    );
    const first = await runPlan(store, plan, samplesheet, alone);
    expect(first.result).toEqual({ fovs: 3, done: 3, failed: 0, published: null });
    expect(await failures(store, first.run)).toEqual([]);
    // All three parities are equal, so the fourth step is computed for one field of view and found by the others.
    expect(await statuses(store, first.run)).toEqual({ computed: 14, cached: 2 });
    expect(await logged(log)).toHaveLength(11);

    const second = await runPlan(store, plan, samplesheet, alone);
    expect(second.result.done).toBe(3);
    expect(await statuses(store, second.run)).toEqual({ cached: 16 });
    expect(await logged(log)).toHaveLength(11);

    const entries = settle(await openJournal(store, first.run).read());
    const sum = await (
      await openStore(store)
    ).readArtifact({ kind: 'Table', digest: entries.get('\0sum')!.outputs['table']!.digest });
    // 16·16, 16·17 and 16·18 pixels, plus one: all odd, so each is 1 + 10.
    expect([...(sum.columns[0]!.values as Float64Array)]).toEqual([33]);
  });

  test('does so in two processes, where only what is not kept may be computed again', async () => {
    const { folder, samplesheet } = await makeCohort(3);
    const log = join(folder, 'log');
    const store = join(folder, 'store');
    const given = { first: { log }, second: { log, add: 1 }, third: { log }, fourth: { log, add: 10 }, sum: { log } };
    const { run, result } = await runPlan(store, await compileCounting(countingPipeline(given)), samplesheet);
    expect(result).toEqual({ fovs: 3, done: 3, failed: 0, published: null });
    expect(await statuses(store, run)).toEqual({ computed: 14, cached: 2 });
    // `second` and `fourth` are kept and told by what they add.
    const lines = await logged(log);
    expect(lines.filter((line) => line.endsWith(' 1'))).toHaveLength(3);
    expect(lines.filter((line) => line.endsWith(' 10'))).toHaveLength(1);
  });

  test('a changed parameter reruns what depends on it, and equal bytes end the rerun early', async () => {
    const { folder, samplesheet } = await makeCohort(2);
    const log = join(folder, 'log');
    const store = join(folder, 'store');
    const withAdd = (add: number) =>
      compileCounting(
        countingPipeline({ first: { log }, second: { log, add }, third: { log }, fourth: { log }, sum: { log } }),
      );
    await runPlan(store, await withAdd(1), samplesheet, alone);
    expect(await logged(log)).toHaveLength(8);

    // 1 → 3: the parity of the sum stays, so `third` reruns to the same bytes and nothing after it does.
    const early = await runPlan(store, await withAdd(3), samplesheet, alone);
    expect(await statuses(store, early.run)).toEqual({ cached: 2 + 2 + 2 + 1, computed: 4 });
    expect(await logged(log)).toHaveLength(8 + 4);

    const whole = await runPlan(store, await withAdd(2), samplesheet, alone);
    expect(await statuses(store, whole.run)).toEqual({ cached: 4 + 1, computed: 2 + 2 + 1 + 1 });
  });

  test('a refused field of view fails alone, and its failure says where', async () => {
    const { folder, samplesheet } = await makeCohort(3);
    const store = join(folder, 'store');
    const plan = await compileCounting(countingPipeline({ second: { fail: 'throw', failFovs: ['f1'] } }));
    const { result, run } = await runPlan(store, plan, samplesheet);
    expect(result).toEqual({ fovs: 3, done: 3, failed: 1, published: null });
    const failed = settle(await openJournal(store, run).read()).get('f1\0second');
    expect(failed?.error).toMatchObject({
      code: 'INVALID_INPUT',
      message: 'fov f1, step second: this field of view is refused on purpose',
      retryable: false,
    });
  });

  test('a touched file with the same bytes is hashed again and everything is found', async () => {
    const { folder, samplesheet } = await makeCohort(1);
    const store = join(folder, 'store');
    const plan = await compileCounting(countingPipeline());
    await runPlan(store, plan, samplesheet);
    const { readFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'f0.ome.tif'), await readFile(join(folder, 'f0.ome.tif')));
    const again = await runPlan(store, plan, samplesheet);
    expect(await statuses(store, again.run)).toEqual({ cached: 6 });
  });

  test('success after a retry is cached like any success', async () => {
    const { folder, samplesheet } = await makeCohort(1);
    const store = join(folder, 'store');
    const plan = await compileCounting(
      countingPipeline({ first: { fail: 'kill', failFovs: ['f0'], until: join(folder, 'mended') } }),
    );
    const first = await runPlan(store, plan, samplesheet);
    expect(first.result.failed).toBe(0);
    const entries = await openJournal(store, first.run).read();
    expect(entries.filter(({ step }) => step === 'first').map(({ status, attempt }) => [status, attempt])).toEqual([
      ['failed', 1],
      ['computed', 2],
    ]);
    expect(entries.find(({ status }) => status === 'failed')?.error?.code).toBe('OUT_OF_MEMORY');
    expect(entries.find(({ step, status }) => step === 'first' && status === 'computed')?.trace?.queue).toBe(
      'cpu-large',
    );
    const second = await runPlan(store, plan, samplesheet);
    expect(await statuses(store, second.run)).toEqual({ cached: 6 });
  });

  test('a step that eats its memory is killed and tried on the larger queue', async () => {
    const { folder, samplesheet } = await makeCohort(1);
    const store = join(folder, 'store');
    const plan = await compileCounting(
      countingPipeline({ first: { fail: 'eat', failFovs: ['f0'], until: join(folder, 'mended') } }),
    );
    const { run, result } = await runPlan(store, plan, samplesheet);
    expect(result.failed).toBe(0);
    const [killed] = await openJournal(store, run)
      .read()
      .then((entries) => entries.filter(({ status }) => status === 'failed'));
    expect(killed?.error?.message).toMatch(/held \d+ MiB, was killed .* its limit is 400 MiB/);
  });
});
