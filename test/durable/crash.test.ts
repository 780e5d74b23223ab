import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDurable, soak } from '../support/crash.ts';

const FOVS = 8;
const KILLS = 10;
/** `FOVEA_CRASH_SEED` repeats a run that failed. */
const SEED = Number(process.env['FOVEA_CRASH_SEED'] ?? Date.now() % 1_000_000);

await describeDurable('a run whose processes are killed at random', () => {
  let base = '';
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'fovea-crash-'));
  });
  afterAll(() => rm(base, { recursive: true, force: true }));

  test(`ends like an undisturbed one, with nothing computed twice (${KILLS} kills, FOVEA_CRASH_SEED=${SEED})`, async () => {
    const [folder, reference] = [join(base, 'killed'), join(base, 'undisturbed')];
    await soak.makeCohort(reference, { fovs: FOVS, ms: 0 });
    await soak.makeCohort(folder, { fovs: FOVS, ms: 400 });
    expect(await soak.typeCommand(reference, ['--local']).done).toEqual({ code: 0, signal: null });

    const { kills, problems } = await soak.crashRun(folder, {
      kills: KILLS,
      random: soak.seeded(SEED),
      withinMs: 160_000,
    });
    expect(problems).toEqual([]);
    const verdict = await soak.verify(folder, reference, kills, FOVS);
    expect(verdict.problems).toEqual([]);
    // The cohort may be done before the last kill; a run that saw hardly any would prove nothing.
    expect(kills.length).toBeGreaterThanOrEqual(KILLS / 2);
  }, 180_000);
});
