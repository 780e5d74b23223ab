import { Command } from 'commander';
import { labelSources, pairLabels, scorePairs, type ScoreReport } from '../activities/score/index.ts';
import { FoveaError, isFoveaError } from '../core/errors.ts';
import { createOutput, examples } from './output.ts';
import { scoreText } from './score-text.ts';

interface ScoreCommandOptions {
  readonly iou?: string;
  readonly labels?: string;
  readonly small?: string;
  readonly perImage?: boolean;
  readonly json?: boolean;
}

/** Thresholds that get a line where none are asked for. */
const SHOWN: readonly number[] = [0.5, 0.7];

/** Images from which on progress is told. */
const MANY = 20;

function thresholds(text: string | undefined): readonly number[] {
  if (text === undefined) return SHOWN;
  const found = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (found.some((iou) => !(iou >= 0.5 && iou <= 1))) {
    throw new FoveaError(
      'USAGE',
      `--iou takes thresholds from 0.5 to 1 with commas between, found "${text}"; ` +
        'below 0.5 an object may have several partners, and which of them counts would be a choice',
      { fields: { option: 'iou', found: text } },
    );
  }
  return [...new Set(found)].sort((a, b) => a - b);
}

function area(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new FoveaError('USAGE', `--small takes an area in pixels above 0, found "${text}"`, {
    fields: { option: 'small', found: text },
  });
}

/** A file that cannot be scored is a slip in the command: nothing was computed that could have failed. */
function asUsage(err: unknown): never {
  if (!isFoveaError(err, 'INVALID_INPUT')) throw err;
  throw new FoveaError('USAGE', err.message, { fields: err.fields, cause: err });
}

async function score(truth: string, predicted: string, options: ScoreCommandOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const ious = thresholds(options.iou);
  const small = options.small === undefined ? {} : { smallBelow: area(options.small) };
  const find = async (): Promise<ScoreReport> => {
    const [wanted, found] = [await labelSources(truth, options.labels), await labelSources(predicted, options.labels)];
    if (options.labels !== undefined && !wanted.picked && !found.picked) {
      throw new FoveaError(
        'USAGE',
        `--labels ${options.labels} picks nothing: no zarr is named, and no file ends in _${options.labels}; leave it out`,
        { fields: { option: 'labels', found: options.labels } },
      );
    }
    return scorePairs(pairLabels(wanted, found), {
      ...small,
      thresholds: ious,
      progress: (done, total) => {
        if (total >= MANY && (done % MANY === 0 || done === total)) output.note(`scored ${done}/${total}`);
      },
    });
  };
  const report = await find().catch(asUsage);
  if (report.pooled.predicted === 0) output.note(`${predicted} holds no object: it is 0 everywhere`);
  for (const line of scoreText(report, { ...small, ious, perImage: options.perImage === true })) output.line(line);
  output.result({ pooled: report.pooled, images: report.images.map(({ name, score }) => ({ name, ...score })) });
}

/** `fovea score <truth> <predicted>`: labels against labels. */
export function scoreCommand(): Command {
  return new Command('score')
    .description('labels against true labels: objects found, precision, recall, F1, AP, Dice, splits, merges')
    .argument('<truth>', 'a label image (TIFF, 16-bit PNG, OME-Zarr), or a folder of them')
    .argument('<predicted>', 'the labels to score, of the same kind; in folders, files of one name are paired')
    .option('--iou <list>', 'IoU thresholds to print, 0.5 to 1, with commas between (default: 0.5,0.7)')
    .option('--labels <name>', 'labels of this name, in zarr stores and files that end in _<name>')
    .option('--small <px>', 'also count how many true objects of a smaller area were found')
    .option('--per-image', 'a line for every image as well')
    .option('--json', 'print one JSON value for machines instead of text')
    .addHelpText(
      'after',
      examples(
        ['fovea score truth.tif cells.tif', 'one image'],
        ['fovea score truth predicted --per-image', 'two folders, paired by name'],
        ['fovea score truth results/tissue/latest/fovs --labels cells', 'what a pipeline published'],
      ),
    )
    .action(score);
}
