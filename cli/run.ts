import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { writeTrace } from '../activities/inspect/trace.ts';
import { readRunReport } from '../activities/engine/run-files.ts';
import { requireModels } from '../activities/models/require-models.ts';
import { FoveaError } from '../core/errors.ts';
import { EXIT } from './exit-codes.ts';
import { execute, type Executed } from './execute.ts';
import { loadPipeline, withPipelineOptions, type PipelineOptions } from './load-pipeline.ts';
import { createOutput } from './output.ts';
import { openProjectStore, projectOf, withProjectOptions, type ProjectOptions } from './project.ts';
import { printRun, summarise } from './run-summary.ts';
import { parseSlots } from './worker.ts';

export interface RunOptions extends ProjectOptions, PipelineOptions {
  readonly local?: boolean;
  readonly slots?: string;
  readonly window?: string;
  readonly trace?: string;
  readonly publish: boolean;
  readonly keepServer?: boolean;
  readonly quiet?: boolean;
}

/** Adds the options that `run` and `demo` share. */
export function withRunOptions(command: Command): Command {
  return command
    .option('--local', 'run in this process, without a server: a quick look, not durable')
    .option('--slots <n>', 'compute processes (default: one per core)')
    .option('--window <n>', 'fields of view in flight at once (default: 2 per compute process)')
    .option('--trace <csv>', "write a trace with Nextflow's field names")
    .option('--keep-server', 'leave the embedded server running afterwards')
    .option('--quiet', 'no progress');
}

function parseWindow(text: string | undefined): number | null {
  if (text === undefined) return null;
  const window = Number(text);
  if (Number.isInteger(window) && window >= 1 && window <= 1000) return window;
  throw new FoveaError('USAGE', `--window takes a whole number from 1 to 1000, found ${text}`);
}

/** Loads, runs, prints and sets the exit code. Returns what was executed, for `demo`. */
export async function runPipelineFile(file: string, options: RunOptions): Promise<Executed> {
  const output = createOutput(options.json ?? false);
  const project = projectOf(options);
  const slots = parseSlots(options.slots);
  const window = parseWindow(options.window);
  const loaded = await loadPipeline(file, options);
  const store = await openProjectStore(options);
  await requireModels(loaded.plan, loaded.models, store);
  const executed = await execute(store, project, loaded, {
    local: options.local ?? false,
    ...{ slots, window },
    queuesFile: options.queues ?? null,
    publish: options.publish,
    keepServer: options.keepServer ?? false,
    quiet: (options.quiet ?? false) || output.json,
    note: (text) => output.note(text),
  });
  if (options.trace !== undefined) await writeFile(options.trace, await writeTrace(store, executed.run));
  const summary = await summarise(store, executed, loaded);
  printRun(output, summary);
  output.result({ ...summary, report: await readRunReport(store, executed.run) });
  if (executed.result.failed > 0) process.exitCode = EXIT.someFailed;
  return executed;
}

/** `fovea run <pipeline.yaml>` */
export function runCommand(): Command {
  const command = new Command('run')
    .description('run a pipeline over its cohort; the same command again goes on where it stopped')
    .argument('<pipeline>', 'pipeline file (YAML)')
    .option('--no-publish', 'compute, but publish no revision')
    .addHelpText(
      'after',
      `
Examples:
  fovea run pipeline.yaml
  fovea run pipeline.yaml --samplesheet fovs.csv --fov A1 A2
  fovea run pipeline.yaml --local --slots 4
  fovea run pipeline.yaml --trace trace.csv --json > run.json

Exit codes: 0 all done, 2 something in the files or the command is wrong, 3 some fields of view failed,
4 the run failed, 5 no server, 130 interrupted (type the same command to go on).`,
    );
  return withProjectOptions(withRunOptions(withPipelineOptions(command))).action(
    async (file: string, options: RunOptions) => {
      await runPipelineFile(file, options);
    },
  );
}
