import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../activities/package-root.ts';
import { scoreAgainstTruth, writeSyntheticCohort, type PredictedFov } from '../activities/synth/index.ts';
import { readRevision } from '../activities/engine/revisions.ts';
import { isFoveaError } from '../core/errors.ts';
import { createOutput, textTable } from './output.ts';
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
  const pipeline = join(packageRoot, 'configs/pipelines/tissue.yaml');
  const executed = await runPipelineFile(pipeline, runOptions).catch((err: unknown) => {
    if (!isFoveaError(err, 'NO_SERVER')) throw err;
    output.note(
      `${err.message}\n\nNo Temporal server can be had here, so the demo runs the same pipeline without one.`,
    );
    return runPipelineFile(pipeline, { ...runOptions, local: true });
  });
  const { published } = executed.result;
  if (published === null) return;

  const store = await openProjectStore(runOptions);
  const { fovs } = await readRevision(published.path);
  async function* predictions(): AsyncGenerator<PredictedFov> {
    for (const [fov, { refs }] of Object.entries(fovs)) {
      const { cells, nuclei } = refs;
      if (cells === undefined) continue;
      yield {
        fov,
        cells: await store.readArtifact({ kind: 'Labels', digest: cells.digest }),
        nuclei: nuclei === undefined ? null : await store.readArtifact({ kind: 'Labels', digest: nuclei.digest }),
      };
    }
  }
  const scores = await scoreAgainstTruth(cohort.truth, predictions());
  output.line();
  output.line(
    `score against the truth of the synthetic tissue, pooled over ${Object.keys(fovs).length} fields of view:`,
  );
  const rows = scores.map((score) => [
    score.objects,
    score.threshold,
    score.f1.toFixed(3),
    score.precision.toFixed(3),
    score.recall.toFixed(3),
  ]);
  for (const line of textTable(['objects', 'IoU', 'F1', 'precision', 'recall'], rows)) output.line(line);
  output.result({ scores });
}

/** `fovea demo`: makes a synthetic cohort, runs the tissue pipeline over it and scores the result. */
export function demoCommand(): Command {
  const command = new Command('demo')
    .description('make a synthetic cohort, run the tissue pipeline over it, score the result')
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
