import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { summariseLine, summariseRun, type RunLine, type RunSummary } from '../activities/inspect/run-summary.ts';
import { findRun, readRuns, type KnownRun } from '../activities/inspect/runs.ts';
import { writeTrace } from '../activities/inspect/trace.ts';
import type { Store } from '../activities/store/store.ts';
import { FoveaError } from '../core/errors.ts';
import { workflowAsker } from './ask-workflow.ts';
import {
  counted,
  createOutput,
  examples,
  formatBytes,
  formatMs,
  formatTime,
  textTable,
  wrapText,
  type Output,
} from './output.ts';
import { openExistingStore, projectOf, withProjectOptions, type ProjectOptions } from './project.ts';

interface StatusOptions extends ProjectOptions {
  readonly trace?: string | true;
  readonly limit: string;
}

const WIDTH = 100;
const FAILURES_SHOWN = 20;

function listText(lines: readonly RunLine[]): string[] {
  if (lines.length === 0) return ['no runs yet: fovea run <pipeline.yaml>'];
  const rows = lines.map(({ run, pipeline, startedAt, state, fovs, done, failed, revision }) => [
    ...[run, pipeline, formatTime(startedAt), state, `${done}/${fovs}`, failed, revision ?? ''],
  ]);
  return textTable(['run', 'pipeline', 'started (UTC)', 'state', 'fovs', 'failed', 'revision'], rows);
}

const HINT: Partial<Record<RunLine['state'], string>> = {
  interrupted: 'type the same fovea run again to finish it; finished steps are not computed again',
  unknown: 'no server answers: fovea server start, then fovea status again',
};

function summaryText(summary: RunSummary): string[] {
  const { run, pipeline, state, startedAt, finishedAt, fovs, done, failed, revision, user, host, command, workflow } =
    summary;
  const took = finishedAt === null ? '' : `, took ${formatMs(Date.parse(finishedAt) - Date.parse(startedAt))}`;
  const hint = HINT[state];
  const lines = [
    `${run}  ${pipeline}  ${state}${hint === undefined ? '' : `: ${hint}`}`,
    `started   ${formatTime(startedAt)} UTC by ${user} on ${host}${took}`,
    `command   fovea ${command.join(' ')}`,
    ...(workflow === null ? [] : [`workflow  ${workflow}`]),
    `fovs      ${done} of ${fovs} done${failed > 0 ? `, ${failed} failed` : ''}${revision === null ? '' : `, published as ${revision}`}`,
    '',
  ];
  const ms = (value: number | null): string => (value === null ? '' : formatMs(value));
  const rows = summary.steps.map(({ step, computed, cached, failed: broken, medianMs, maxMs, peakRssBytes }) => [
    ...[step, computed, cached, broken, ms(medianMs).padStart(9), ms(maxMs).padStart(9)],
    (peakRssBytes === null ? '' : formatBytes(peakRssBytes)).padStart(8),
  ]);
  lines.push(...textTable(['step', 'computed', 'cached', 'failed', '   median', '  longest', 'peak RSS'], rows));
  if (summary.failures.length > 0) lines.push('', ...failureText(summary));
  return lines;
}

function failureText({ failures }: RunSummary): string[] {
  const shown = failures.slice(0, FAILURES_SHOWN).flatMap(({ fov, step, code, message, attempts, scratch }) => {
    const tries = attempts > 1 ? `, ${attempts} attempts` : '';
    return [
      `  ${fov ?? 'cohort'}, ${step}: ${code}${tries}`,
      ...wrapText(message, WIDTH - 4).map((line) => `    ${line}`),
      ...(scratch === null ? [] : [`    left to look at: ${scratch}`]),
    ];
  });
  const more = failures.length - FAILURES_SHOWN;
  return [`${counted(failures.length, 'failure')}`, ...shown, ...(more > 0 ? [`  … and ${more} more (--json)`] : [])];
}

async function trace(store: Store, run: string, file: string | true, out: Output): Promise<void> {
  const csv = await writeTrace(store, run);
  if (file === true) {
    process.stdout.write(csv);
    return;
  }
  try {
    await writeFile(file, csv);
  } catch (err) {
    throw new FoveaError('USAGE', `the trace cannot be written to ${file}: ${(err as Error).message}`, { cause: err });
  }
  out.line(`${counted(csv.split('\n').length - 2, 'task')} of run ${run} written to ${file}`);
  out.result({ run, file });
}

export function statusCommand(): Command {
  const command = new Command('status')
    .description('the runs there are, or how one of them went')
    .argument('[run]', 'a run, the beginning of its id, or "latest"')
    .option('--trace [file]', "the run's tasks as CSV with Nextflow's field names; to standard output without a file")
    .option('--limit <n>', 'runs to list', '20')
    .addHelpText(
      'after',
      examples(
        ['fovea status', 'the newest runs'],
        ['fovea status latest', 'steps, timing and failures of the newest'],
        ['fovea status latest --trace trace.csv', 'one line per task, for other tools'],
      ),
    );
  return withProjectOptions(command).action(async (text: string | undefined, options: StatusOptions) => {
    const out = createOutput(options.json === true);
    const limit = Number(options.limit);
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new FoveaError('USAGE', `--limit ${options.limit} is not a number of runs; write a whole number from 1`);
    }
    if (text === undefined && options.trace !== undefined) {
      throw new FoveaError('USAGE', '--trace is about one run: fovea status latest --trace trace.csv');
    }
    const store = await openExistingStore(options);
    const { ask, close } = workflowAsker(projectOf(options));
    try {
      if (text === undefined) {
        const lines: RunLine[] = [];
        for (const run of await readRuns(store, limit)) lines.push(await summariseLine(store, run, ask));
        for (const line of listText(lines)) out.line(line);
        out.result(lines);
        return;
      }
      const { run } = await findRun(store, text);
      if (options.trace !== undefined) return await trace(store, run, options.trace, out);
      const known = (await readRuns(store)).find(({ header }) => header.run === run) as KnownRun;
      const summary = await summariseRun(store, known, ask);
      for (const line of summaryText(summary)) out.line(line);
      out.result(summary);
    } finally {
      await close();
    }
  });
}
