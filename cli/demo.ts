import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../activities/package-root.ts';
import { writeSyntheticCohort } from '../activities/synth/index.ts';
import { isFoveaError } from '../core/errors.ts';
import { demoScores } from './demo-scores.ts';
import { createOutput } from './output.ts';
import { openProjectStore } from './project.ts';
import { runPipelineFile, withRunOptions, type RunOptions } from './run.ts';

const SEED = 1;
const FOVS = 6;

interface DemoOptions extends Omit<RunOptions, 'home' | 'publish'> {
  readonly folder: string;
}

async function demo(options: DemoOptions): Promise<void> {
  const output = createOutput(options.json ?? false);
  const folder = resolve(options.folder);
  output.note(`making the demo cohort in ${join(folder, 'cohort')}`);
  const cohort = await writeSyntheticCohort(join(folder, 'cohort'), {
    seed: SEED,
    fovs: FOVS,
    progress: (done, total) => output.note(`synthesised ${done}/${total}`),
  });
  const runOptions: RunOptions = {
    ...options,
    home: join(folder, '.fovea'),
    results: options.results ?? join(folder, 'results'),
    samplesheet: cohort.samplesheet,
    publish: true,
  };
  const pipeline = join(packageRoot, 'configs/pipelines/phenotypes.yaml');
  const executed = await runPipelineFile(pipeline, runOptions).catch((err: unknown) => {
    if (!isFoveaError(err, 'NO_SERVER')) throw err;
    output.note(
      `${err.message}\n\nNo Temporal server can be had here, so the demo runs the same pipeline without one.`,
    );
    return runPipelineFile(pipeline, { ...runOptions, local: true });
  });
  const { published } = executed.result;
  if (published === null) return;

  const scores = await demoScores(await openProjectStore(runOptions), published.path, cohort.truth);
  for (const line of scores.lines) output.line(line);
  output.result({ scores: scores.objects, types: scores.types });
}

/** `fovea demo`: makes a synthetic cohort, segments and types its cells and scores the result. */
export function demoCommand(): Command {
  const command = new Command('demo')
    .description('make a synthetic cohort, segment and type its cells, score the result')
    .option('--folder <folder>', 'where cohort, state and results go', 'demo')
    .option('--json', 'print JSON for machines instead of text')
    .addHelpText(
      'after',
      `
Examples:
  fovea demo
  fovea demo --local --folder /tmp/fovea-demo`,
    );
  return withRunOptions(command).action(demo);
}
