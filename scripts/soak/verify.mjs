// Whether a run that was killed again and again ended like one that was left alone, and computed nothing twice.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { KEPT } from './cohort.mjs';

const json = async (path) => JSON.parse(await readFile(path, 'utf8'));

/** The revisions of the cohort's pipeline, by name. */
async function revisions(folder) {
  const names = await readdir(join(folder, 'results/soak'));
  return {
    names: names.filter((name) => /^r\d+$/.test(name)),
    others: names.filter((name) => !/^(r\d+|latest)$/.test(name)),
  };
}

/** Digests of a revision's data files by path: what must not depend on runs, dates or crashes. */
async function dataFiles(revision) {
  const digests = {};
  for (const entry of await readdir(revision, { recursive: true, withFileTypes: true })) {
    const path = relative(revision, join(entry.parentPath, entry.name));
    if (!entry.isFile() || !/^fovs\/|\.(csv|parquet)$/.test(path)) continue;
    digests[path] = createHash('sha256')
      .update(await readFile(join(revision, path)))
      .digest('hex');
  }
  return digests;
}

/** Records of the store by `step fov`. */
async function records(folder) {
  const at = join(folder, 'home/store/results');
  const found = new Map();
  for (const entry of await readdir(at, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.json')) continue;
    const record = await json(join(entry.parentPath, entry.name));
    found.set(`${record.produced.stepId} ${record.produced.fov ?? 'cohort'}`, record);
  }
  return found;
}

/** Journal entries of all runs in order. */
async function journal(folder) {
  const entries = [];
  const runs = join(folder, 'home/store/runs');
  for (const run of (await readdir(runs)).sort()) {
    const text = await readFile(join(runs, run, 'journal.jsonl'), 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      try {
        if (line !== '') entries.push({ run, ...JSON.parse(line) });
      } catch {
        // A line torn by a kill.
      }
    }
  }
  return entries;
}

/** Start times of each unit's executions, by `step fov`. */
async function executions(folder) {
  const starts = new Map();
  for (const step of KEPT) {
    const text = await readFile(join(folder, 'log', step), 'utf8').catch(() => '');
    for (const line of text.split('\n').filter(Boolean)) {
      const [at, , fov] = line.split(' ');
      const unit = `${step} ${fov}`;
      starts.set(unit, [...(starts.get(unit) ?? []), Number(at)]);
    }
  }
  return starts;
}

/** A killed command's worker goes on for a while; whatever else is killed stops at once. */
const REACH_MS = { run: 20_000, worker: 2_000, child: 500, server: 0 };

/**
 * Compares the crashed run with the undisturbed one, sentence by sentence; empty when all is well.
 *
 * @param {string} folder
 * @param {string} reference a cohort of the same size whose run was left alone
 * @param {import('./crash.mjs').Kill[]} kills
 * @param {number} fovs
 * @returns {Promise<{ problems: string[], executions: number, repeated: number }>}
 */
export async function verify(folder, reference, kills, fovs) {
  const problems = [];
  const { names, others } = await revisions(folder);
  if (names.length !== 1) problems.push(`${names.length} revisions instead of one: ${names.join(', ')}`);
  if (others.length > 0) problems.push(`left in the results folder: ${others.join(', ')}`);
  const [mine, other] = [join(folder, 'results/soak/r0001'), join(reference, 'results/soak/r0001')];
  const [is, was] = [await json(join(mine, 'revision.json')), await json(join(other, 'revision.json'))];
  for (const part of ['content', 'fovs', 'tables', 'failed']) {
    if (JSON.stringify(is[part]) !== JSON.stringify(was[part]))
      problems.push(`${part} of revision.json differs from the undisturbed run`);
  }
  const [files, wanted] = [await dataFiles(mine), await dataFiles(other)];
  for (const path of new Set([...Object.keys(files), ...Object.keys(wanted)])) {
    if (files[path] !== wanted[path]) problems.push(`${path} differs from the undisturbed run`);
  }
  const cells = await parquetReadObjects({ file: await asyncBufferFromFile(join(mine, 'cells.parquet')) });
  const rows = cells.map(({ fov }) => fov).sort();
  if (rows.length !== fovs || new Set(rows).size !== fovs)
    problems.push(`cells.parquet has the rows ${rows.join(', ')}`);

  const stored = await records(folder);
  const entries = await journal(folder);
  const starts = await executions(folder);
  let repeated = 0;
  for (const [unit, times] of starts) {
    const record = stored.get(unit);
    if (record === undefined) {
      problems.push(`${unit} was executed, but has no record`);
      continue;
    }
    const finished = Date.parse(record.produced.finishedAt);
    const late = times.filter((at) => at > finished);
    if (late.length > 0) problems.push(`${unit} was executed again ${late[0] - finished} ms after it was recorded`);
    const computed = entries.filter(({ key, status }) => key === record.key && status === 'computed');
    if (computed.length > 1) problems.push(`${unit} was computed ${computed.length} times by its journal`);
    repeated += times.length - 1;
    for (const [index, at] of times.slice(0, -1).entries()) {
      const hit = kills.some(
        (kill) => kill.at >= at - REACH_MS[kill.role] && kill.at <= times[index + 1] && kill.role !== 'server',
      );
      if (!hit)
        problems.push(
          `${unit} was executed at ${at} and again at ${times[index + 1]} though nothing was killed in between`,
        );
    }
  }
  const units = KEPT.length * fovs - (fovs - 1);
  if (starts.size !== units) problems.push(`${starts.size} units were executed instead of ${units}`);
  return { problems, executions: [...starts.values()].flat().length, repeated };
}
