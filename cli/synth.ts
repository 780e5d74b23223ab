import { Command } from 'commander';
import { writeSyntheticCohort } from '../activities/synth/index.ts';
import { FoveaError } from '../core/errors.ts';
import { createOutput } from './output.ts';

interface SynthCommandOptions {
  readonly seed: string;
  readonly fovs: string;
  readonly size: string;
  readonly mpp: string;
  readonly json?: boolean;
}

function number(name: string, text: string, integer: boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || (integer && !Number.isInteger(value))) {
    throw new FoveaError('USAGE', `--${name} takes ${integer ? 'a whole number' : 'a number'}, found "${text}"`);
  }
  return value;
}

/** `fovea synth <folder>`: a cohort of synthetic tissue with its ground truth. */
export function synthCommand(): Command {
  return new Command('synth')
    .description('make a cohort of synthetic tissue with its ground truth, the same for the same seed')
    .argument('<folder>', 'where images, samplesheet, panel and truth go')
    .option('--seed <n>', 'seed', '1')
    .option('--fovs <n>', 'fields of view', '6')
    .option('--size <px>', 'height and width', '1024')
    .option('--mpp <um>', 'µm per pixel', '0.377')
    .option('--json', 'print one JSON value for machines instead of text')
    .addHelpText(
      'after',
      `
Examples:
  fovea synth cohort
  fovea synth cohort --seed 7 --fovs 20 --size 2048`,
    )
    .action(async (folder: string, options: SynthCommandOptions) => {
      const output = createOutput(options.json ?? false);
      const cohort = await writeSyntheticCohort(folder, {
        seed: number('seed', options.seed, true),
        fovs: number('fovs', options.fovs, true),
        size: number('size', options.size, true),
        mpp: number('mpp', options.mpp, false),
        progress: (done, total) => output.note(`synthesised ${done}/${total}`),
      });
      output.line(
        `${cohort.fovs.length} fields of view, ${cohort.cells} cells${cohort.reused ? ' (they were there already)' : ''}`,
      );
      output.line(`samplesheet  ${cohort.samplesheet}`);
      output.line(`truth        ${cohort.truth}`);
      output.result(cohort);
    });
}
