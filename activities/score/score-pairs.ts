import { invalidInput, isFoveaError } from '../../core/errors.ts';
import { poolScores, scoreLabels, type LabelScore, type ScoreLabelsOptions } from '../../kernels/score-labels.ts';
import { pixelSizesDiffer, pixelSizeText, type UnsettledLabels } from '../images/index.ts';
import type { LabelPair } from './pair-labels.ts';

export interface ScoreReport {
  readonly images: readonly { readonly name: string; readonly score: LabelScore }[];
  readonly pooled: LabelScore;
}

export interface ScorePairsOptions extends ScoreLabelsOptions {
  readonly progress?: (done: number, total: number) => void;
}

/** Refuses labels of other sizes, and pixel sizes that both files state and that differ. */
function checkPair(pair: LabelPair, truth: UnsettledLabels, predicted: UnsettledLabels): void {
  const paths = { truth: pair.truth.path, predicted: pair.predicted.path };
  if (truth.height !== predicted.height || truth.width !== predicted.width) {
    throw invalidInput(
      `${paths.truth} is ${truth.height}×${truth.width} pixels, ${paths.predicted} ${predicted.height}×${predicted.width}; ` +
        'score labels of one grid: bring the prediction to the size of the truth',
      paths,
    );
  }
  const [wanted] = truth.pixelSizes;
  const found = predicted.pixelSizes.find((size) => wanted !== undefined && pixelSizesDiffer(size, wanted));
  if (wanted === undefined || found === undefined) return;
  throw invalidInput(
    `${paths.truth} states ${pixelSizeText(wanted)}, ${paths.predicted} ${pixelSizeText(found)}: they do not show the same field; ` +
      'give the labels of one image, or correct the pixel size of one file',
    paths,
  );
}

async function scorePair(pair: LabelPair, options: ScoreLabelsOptions): Promise<LabelScore> {
  const truth = await pair.truth.read();
  const predicted = await pair.predicted.read();
  checkPair(pair, truth, predicted);
  return scoreLabels(truth, predicted, options);
}

/**
 * Scores pairs of label images, one in memory at a time, and pools them over all objects of all images.
 * Throws INVALID_INPUT with the problems of all pairs together: files that hold no labels, other sizes, pixel sizes that
 * disagree; and where no true label image holds an object, since nothing can then be found or missed.
 */
export async function scorePairs(pairs: readonly LabelPair[], options: ScorePairsOptions = {}): Promise<ScoreReport> {
  const images: { name: string; score: LabelScore }[] = [];
  const problems: string[] = [];
  for (const [done, pair] of pairs.entries()) {
    try {
      images.push({ name: pair.name, score: await scorePair(pair, options) });
    } catch (err) {
      if (!isFoveaError(err, 'INVALID_INPUT')) throw err;
      problems.push(err.message);
    }
    options.progress?.(done + 1, pairs.length);
  }
  if (problems.length > 0) throw invalidInput(problems.join('\n'), { problems });
  const pooled = poolScores(images.map(({ score }) => score));
  if (pooled.truth === 0) {
    const where = pairs.length === 1 ? `${pairs[0]!.truth.path} is` : `all ${pairs.length} true label images are`;
    throw invalidInput(
      `the truth holds no object: ${where} 0 everywhere; name labels with at least one (the truth comes first, then the prediction)`,
    );
  }
  return { images, pooled };
}
