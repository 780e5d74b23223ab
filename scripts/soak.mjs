// Kills the processes of runs at random, types the same command again where it ended, and checks that every run ends
// like one that was left alone with nothing computed twice.
//
//   node scripts/soak.mjs [--kills 100] [--seed N] [--fovs 8]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeCohort } from './soak/cohort.mjs';
import { crashRun, seeded } from './soak/crash.mjs';
import { typeCommand } from './soak/processes.mjs';
import { verify } from './soak/verify.mjs';

const KILLS_PER_RUN = 15;
const MS = 500;

if (process.platform !== 'linux') {
  console.error('soak: finds the processes of a run in /proc, which only Linux has');
  process.exit(2);
}
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
    fovs: { type: 'string', default: '8' },
  },
});
const [kills, seed, fovs] = [values.kills, values.seed, values.fovs].map(Number);
if (![kills, seed, fovs].every((n) => Number.isSafeInteger(n) && n >= 1)) {
  console.error('soak: --kills, --seed and --fovs take whole numbers from 1');
  process.exit(2);
}
console.log(`soak: ${kills} kills, --seed ${seed}`);

const random = seeded(seed);
const base = await mkdtemp(join(tmpdir(), 'fovea-soak-'));
const reference = join(base, 'undisturbed');
await makeCohort(reference, { fovs, ms: 0 });
const undisturbed = typeCommand(reference, ['--local']);
const { code } = await undisturbed.done;
if (code !== 0) throw new Error(`the undisturbed run failed: ${undisturbed.said()}`);

const started = Date.now();
const problems = [];
let done = 0;
for (let round = 1; done < kills && problems.length === 0; round++) {
  const folder = join(base, `round-${round}`);
  await makeCohort(folder, { fovs, ms: MS });
  const run = await crashRun(folder, { kills: Math.min(KILLS_PER_RUN, kills - done), random, withinMs: 600_000 });
  const checked = run.problems.length > 5 ? null : await verify(folder, reference, run.kills, fovs);
  problems.push(...run.problems, ...(checked?.problems ?? []));
  done += run.kills.length;
  const roles = run.kills.map(({ role }) => role).join(' ');
  console.log(
    `soak: run ${round}: ${run.kills.length} kills (${roles}), ${run.commands} commands, ` +
      `${checked?.executions ?? '?'} executions, ${checked?.repeated ?? '?'} of them repeats of killed ones`,
  );
  if (problems.length === 0) await rm(folder, { recursive: true, force: true });
}
if (problems.length > 0) {
  console.error(
    `soak: seed ${seed}, ${problems.length} problems; the folders are kept in ${base}\n  ${problems.join('\n  ')}`,
  );
  process.exitCode = 1;
} else {
  await rm(base, { recursive: true, force: true });
  console.log(
    `soak: ${done} kills in ${Math.round((Date.now() - started) / 1000)} s, every run ended like the undisturbed one`,
  );
}
