// The measurements of scripts/bench-engine.mjs. Each returns figures; all drive Fovea by its command.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCohort } from './cohort.mjs';
import { median, quantile } from './figures.mjs';
import { fovea, readRun } from './fovea.mjs';
import { findPeers, runPeer } from './peers.mjs';

/** @typedef {import('./figures.mjs').Figure} Figure */
/** @typedef {{ file: string, home: string }} Project */

const CHAIN = 200;
/** Steps until the compute processes are up and the code is warm. */
const WARM = 20;

const homeOf = (folder) => join(folder, '.fovea');
const stepEntries = (entries) => entries.filter(({ step }) => step !== 'ingest');

/** Runs the pipeline from nothing: the project's state is removed first. Throws when a step failed or was not computed. */
async function freshRun({ file, home }, steps) {
  await rm(home, { recursive: true, force: true });
  const { json, seconds, processes } = await fovea(home, ['run', file]);
  const run = await readRun(home, json.run);
  const computed = stepEntries(run.entries).filter(({ status }) => status === 'computed').length;
  if (computed !== steps) throw new Error(`${computed} of ${steps} steps were computed`);
  return { ...run, commandSeconds: seconds, processes };
}

/** Time between the ends of successive steps of one field of view. */
export async function measureChain(folder, repeats) {
  const project = { file: await makeCohort(folder, { fovs: 1, steps: CHAIN }), home: homeOf(folder) };
  const medians = [];
  const all = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const { entries } = await freshRun(project, CHAIN);
    const ends = stepEntries(entries).map(({ at }) => Date.parse(at));
    const gaps = ends
      .slice(1)
      .map((end, index) => end - ends[index])
      .slice(WARM);
    medians.push(median(gaps));
    all.push(...gaps);
  }
  const note = `${CHAIN} steps of one field of view; 5–95 %: ${quantile(all, 0.05)}–${quantile(all, 0.95)} ms`;
  return [{ name: 'sequential step', unit: 'ms', values: medians, goal: { atMost: 20 }, note }];
}

/** CPU time per step of the parts that take any. */
function spentFigures(runs, count) {
  const parts = [...new Set(runs.flatMap(({ processes }) => Object.keys(processes)))].filter(
    (part) => part !== 'other',
  );
  return parts.map((part) => ({
    name: `  CPU of the ${part}`,
    unit: 'ms/step',
    values: runs.map(({ processes }) => (processes[part]?.cpuMs ?? 0) / count),
    goal: null,
  }));
}

/** Steps per second with many fields of view, from the first to the last event of the run's workflow. */
export async function measureRuns(folder, shape, repeats) {
  const project = { file: await makeCohort(folder, shape), home: homeOf(folder) };
  const count = shape.fovs * shape.steps;
  const runs = [];
  for (let repeat = 0; repeat < repeats; repeat++) runs.push(await freshRun(project, count));
  const note = `${shape.fovs} fields of view × ${shape.steps} steps, and their ingest`;
  const values = runs.map(({ seconds }) => count / seconds);
  return [{ name: 'throughput', unit: 'steps/s', values, goal: { atLeast: 150 }, note }, ...spentFigures(runs, count)];
}

/**
 * One run of the shape by Fovea and by each peer, whole commands from start to exit, and the ratios.
 *
 * @returns {Promise<{ figures: Figure[], project: Project }>} the project holds the finished run
 */
export async function measurePeers(folder, shape, { peers, limitSeconds, note }) {
  const count = shape.fovs * shape.steps;
  const project = { file: await makeCohort(join(folder, 'fovea'), shape), home: homeOf(join(folder, 'fovea')) };
  const { commandSeconds } = await freshRun(project, count);
  const own = {
    name: `${count} steps, Fovea`,
    unit: 's',
    values: [commandSeconds],
    goal: null,
    note: rate(count, commandSeconds),
  };
  const figures = [own];
  for (const peer of peers ? await findPeers(note) : []) {
    const place = join(folder, peer.name.replaceAll(' ', '-'));
    try {
      const { name, seconds, tasks, finished } = await runPeer(peer, place, shape, limitSeconds);
      const ending = finished ? '' : `, stopped after ${tasks} tasks`;
      figures.push({
        name: `${count} steps, ${name}`,
        unit: 's',
        values: [seconds],
        goal: null,
        note: rate(tasks, seconds) + ending,
      });
      const ratio = finished ? seconds / commandSeconds : count / commandSeconds / (tasks / seconds);
      const than = finished ? '' : 'by the rate until it was stopped';
      figures.push({ name: `  Fovea is faster by`, unit: '×', values: [ratio], goal: { atLeast: 2 }, note: than });
    } catch (err) {
      note(`${peer.name}: ${err.message}`);
    }
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
  return { figures, project };
}

const rate = (count, seconds) => `${(count / seconds).toFixed(0)}/s, the whole command`;

/** What a step costs that is found in the store: the finished run, asked for again. */
export async function measureCached({ file, home }, { fovs, steps }, repeats) {
  const count = fovs * steps;
  const runs = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const { json, seconds } = await fovea(home, ['run', file]);
    if (json.steps.computed !== 0)
      throw new Error(`${json.steps.computed} steps were computed that should have been found`);
    runs.push({ seconds: (await readRun(home, json.run)).seconds, commandSeconds: seconds });
  }
  const values = runs.map(({ seconds }) => (seconds * 1000) / count);
  const whole = runs.map(({ commandSeconds }) => commandSeconds);
  const note = `${fovs} fields of view × ${steps} steps again; the whole command ${median(whole).toFixed(1)} s`;
  return [{ name: 'cached step', unit: 'ms', values, goal: { atMost: 5 }, note }];
}

/** `fovea plan` over a cohort that is all cached, and over the same one of which nothing is known. */
export async function measurePlan({ file, home }, fovs, repeats) {
  const sheet = join(home, '..', 'some.csv');
  const lines = (await readFile(join(home, '..', 'fovs.csv'), 'utf8')).split('\n');
  await writeFile(sheet, `${lines.slice(0, fovs + 1).join('\n')}\n`);
  const args = ['plan', file, '--samplesheet', sheet];
  const timed = async (where) => {
    const seconds = [];
    for (let repeat = 0; repeat < repeats; repeat++) seconds.push((await fovea(where, args)).seconds);
    return seconds;
  };
  const figure = { unit: 's', goal: { atMost: 2 } };
  return [
    {
      ...figure,
      name: `plan of ${fovs} fields of view`,
      values: await timed(home),
      note: 'all results known; the whole command',
    },
    {
      ...figure,
      name: `plan of ${fovs} fields of view`,
      values: await timed(join(home, '..', '.empty')),
      note: 'nothing known',
    },
  ];
}
