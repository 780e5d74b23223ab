import { Command } from 'commander';
import { reportPlan, type PlanReport, type StepReport } from '../activities/inspect/plan-report.ts';
import { EXIT } from './exit-codes.ts';
import { loadPipeline, withPipelineOptions, type PipelineOptions } from './load-pipeline.ts';
import { counted, createOutput, examples, textTable, wrapText } from './output.ts';
import { openProjectStore, withProjectOptions, type ProjectOptions } from './project.ts';

interface PlanOptions extends ProjectOptions, PipelineOptions {
  readonly all?: boolean;
  readonly check?: boolean;
}

const WIDTH = 100;
const REASONS_SHOWN = 8;

function reasonLines({ id, reasons }: StepReport, width: number): string[] {
  const shown = reasons.slice(0, REASONS_SHOWN);
  const lines = shown.flatMap(({ reason, units }, index) => {
    const head = `  ${(index === 0 ? id : '').padEnd(width)}  ${`${units}×`.padStart(6)}  `;
    return wrapText(reason, Math.max(40, WIDTH - head.length)).map(
      (line, at) => `${at === 0 ? head : ' '.repeat(head.length)}${line}`,
    );
  });
  const more = reasons.length - shown.length;
  return more > 0 ? [...lines, `  ${' '.repeat(width)}          … and ${more} other reasons (--all)`] : lines;
}

const VERDICT = { cached: 'cached', run: 'to run', waits: 'waits' } as const;

function unitLines({ units }: PlanReport): string[] {
  const rows = units.map(({ fov, id, verdict, reasons }) => [
    fov ?? '(cohort)',
    id,
    VERDICT[verdict],
    reasons.join('; '),
  ]);
  return textTable(['fov', 'step', '', 'why'], rows);
}

/** The report as text: a table of counts per step, then the reasons, then with `all` every unit. */
export function planReportText(report: PlanReport, file: string, all: boolean): string[] {
  const { pipeline, fovs, comparedWith, steps, counts } = report;
  const against = comparedWith === null ? 'no earlier run' : `compared with run ${comparedWith}`;
  const rows = steps.map(({ id, step, counts: own }) => [id, step, own.cached, own.run, own.waits]);
  const lines = [
    `${pipeline}: ${counted(fovs, 'field of view', 'fields of view')}, ${against}`,
    '',
    ...textTable(['id', 'step', 'cached', 'to run', 'waits'], rows),
  ];
  const explained = steps.filter(({ reasons }) => reasons.length > 0);
  const width = Math.max(0, ...explained.map(({ id }) => id.length));
  if (explained.length > 0) lines.push('', 'why', ...explained.flatMap((step) => reasonLines(step, width)));
  if (all) lines.push('', ...unitLines(report));
  const { cached, run, waits } = counts;
  const open = `${run} to run${waits > 0 ? `, ${waits} waiting for them` : ''}`;
  lines.push(
    '',
    run + waits === 0
      ? `all ${cached} results are there; nothing to run`
      : `${cached} cached, ${open}: fovea run ${file}`,
  );
  return lines;
}

export function planCommand(): Command {
  const command = new Command('plan')
    .description('what a run would compute and what it would reuse, and why')
    .argument('<pipeline.yaml>', 'the pipeline file')
    .option('--all', 'list every step of every field of view')
    .option('--check', 'exit with 6 when anything would run')
    .addHelpText(
      'after',
      examples(
        ['fovea plan pipeline.yaml', 'counts per step and the reasons'],
        ['fovea plan pipeline.yaml --all --fov A', 'every step of one field of view'],
        ['fovea plan pipeline.yaml --check', 'for scripts: is everything there?'],
      ),
    );
  return withProjectOptions(withPipelineOptions(command)).action(async (file: string, options: PlanOptions) => {
    const out = createOutput(options.json === true);
    const { plan, rows } = await loadPipeline(file, options);
    const report = await reportPlan(await openProjectStore(options), plan, rows);
    for (const line of planReportText(report, file, options.all === true)) out.line(line);
    out.result(report);
    if (options.check === true && report.counts.run + report.counts.waits > 0) process.exitCode = EXIT.differs;
  });
}
