import type { LabelScore, ThresholdScore } from '../kernels/score-labels.ts';
import type { ScoreReport } from '../activities/score/index.ts';
import { counted, textTable } from './output.ts';

const share = (value: number): string => value.toFixed(3);

/** IoU thresholds as people write them: 0.5, 0.75. */
const at = (iou: number): string => String(iou);

const thresholdOf = ({ thresholds }: LabelScore, iou: number): ThresholdScore =>
  thresholds.find((threshold) => threshold.iou === iou)!;

/** Figures right-aligned under their heads, the first column left. */
function figures(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)));
  return textTable(
    header.map((head, column) => (column === 0 ? head : head.padStart(widths[column]!))),
    rows.map((row) => row.map((text, column) => (column === 0 ? text : text.padStart(widths[column]!)))),
  );
}

function pooledLines(pooled: LabelScore, ious: readonly number[], smallBelow: number | undefined): string[] {
  const { images, truth, predicted, meanAp, dice, splits, merges, small } = pooled;
  const rows = ious.map((iou) => {
    const { tp, fp, fn, precision, recall, f1, meanImageF1, ap, meanIou } = thresholdOf(pooled, iou);
    return [at(iou), ...[tp, fp, fn].map(String), ...[precision, recall, f1, meanImageF1, ap, meanIou].map(share)];
  });
  const smallRow =
    small === null
      ? []
      : [
          [
            'small objects',
            `${small.found} of ${small.objects}`,
            `true objects under ${smallBelow} px, found at IoU 0.5`,
          ],
        ];
  return [
    `${counted(images, 'image')}: ${counted(truth, 'true object')}, ${predicted} predicted; pooled over all objects`,
    '',
    ...figures(
      ['IoU ≥', 'found', 'false', 'missed', 'precision', 'recall', 'F1', 'F1 by image', 'AP', 'mean IoU'],
      rows,
    ),
    '',
    ...textTable(
      ['figure', 'value', 'meaning'],
      [
        ['mean AP', share(meanAp), 'mean of AP = found / (found + false + missed) at IoU 0.5, 0.55 … 0.95'],
        ['Dice', share(dice), 'of the foreground, objects not told apart'],
        ['splits', String(splits), 'true objects in which two or more predicted objects mostly lie'],
        ['merges', String(merges), 'predicted objects in which two or more true objects mostly lie'],
        ...smallRow,
      ],
    ),
  ];
}

function imageLines({ images }: ScoreReport, ious: readonly number[]): string[] {
  const rows = images.map(({ name, score }) => [
    name,
    ...[score.truth, score.predicted].map(String),
    ...ious.map((iou) => share(thresholdOf(score, iou).f1)),
    ...[score.meanAp, score.dice].map(share),
    ...[score.splits, score.merges].map(String),
    ...(score.small === null ? [] : [`${score.small.found} of ${score.small.objects}`]),
  ]);
  const small = images[0]!.score.small === null ? [] : ['small found'];
  const f1 = ious.map((iou) => `F1 at ${at(iou)}`);
  return figures(['image', 'true', 'predicted', ...f1, 'mean AP', 'Dice', 'splits', 'merges', ...small], rows);
}

export interface ScoreTextOptions {
  /** Thresholds that get a line. */
  readonly ious: readonly number[];
  readonly perImage: boolean;
  readonly smallBelow?: number;
}

/** What `fovea score` prints: pooled figures, then, where asked for, a line for every image. */
export function scoreText(report: ScoreReport, { ious, perImage, smallBelow }: ScoreTextOptions): string[] {
  return [...pooledLines(report.pooled, ious, smallBelow), ...(perImage ? ['', ...imageLines(report, ious)] : [])];
}
