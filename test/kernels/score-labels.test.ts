import fc from 'fast-check';
import type { LabelPlane } from '../../kernels/match-labels.ts';
import { labelOverlaps } from '../../kernels/match-labels.ts';
import { dice, foregroundOverlap } from '../../kernels/foreground-overlap.ts';
import { AP_THRESHOLDS, poolScores, scoreLabels } from '../../kernels/score-labels.ts';
import { smallObjects } from '../../kernels/small-objects.ts';
import { splitsAndMerges } from '../../kernels/splits-and-merges.ts';

function labels(...rows: readonly string[]): LabelPlane {
  const data = Int32Array.from(rows.join(''), (digit) => (digit === '.' ? 0 : Number(digit)));
  return { height: rows.length, width: rows[0]?.length ?? 0, data };
}

const NONE = labels('......', '......');

/** 1 is found with IoU 6/8, 2 not, 3 exactly; 6 and 8 are false. Shared pixels: 6 + 1 + 1 + 4 of 14 true and 14 predicted. */
const TRUTH = labels('1111..', '1111.2', '33...2', '33....');
const PREDICTED = labels('.555.6', '.555.6', '77..88', '77....');

describe('scoreLabels', () => {
  test('scores a hand-counted case', () => {
    const score = scoreLabels(TRUTH, PREDICTED, { thresholds: [0.76] });
    expect(score).toMatchObject({ images: 1, truth: 3, predicted: 4, splits: 0, merges: 0, small: null });
    expect(score.thresholds.map(({ iou, tp, fp, fn }) => [iou, tp, fp, fn])).toEqual([
      ...[0.5, 0.55, 0.6, 0.65, 0.7, 0.75].map((iou) => [iou, 2, 2, 1]),
      ...[0.76, 0.8, 0.85, 0.9, 0.95].map((iou) => [iou, 1, 3, 2]),
    ]);
    expect(score.thresholds[0]).toMatchObject({ precision: 0.5, recall: 2 / 3, f1: 4 / 7, meanIou: 0.875, ap: 0.4 });
    // 0.76 was asked for and takes no part in the mean: 6 × 2/5 and 4 × 1/6.
    expect(score.meanAp).toBeCloseTo((6 * 0.4 + 4 / 6) / 10, 12);
    expect(score.foreground).toEqual({ truth: 14, predicted: 14, shared: 12 });
    expect(score.dice).toBeCloseTo(24 / 28, 12);
  });

  test('the ten thresholds are the nearest floats to their decimals', () => {
    expect(AP_THRESHOLDS).toEqual([0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]);
    expect(scoreLabels(labels('11111'), labels('222..')).thresholds.map(({ tp }) => tp)).toEqual([
      ...[1, 1, 1],
      ...Array<number>(7).fill(0),
    ]);
  });

  test('images without objects', () => {
    expect(scoreLabels(NONE, NONE)).toMatchObject({ truth: 0, predicted: 0, meanAp: 1, dice: 1 });
    expect(scoreLabels(TRUTH, labels(...Array<string>(4).fill('......')))).toMatchObject({ meanAp: 0, dice: 0 });
  });

  test('refuses other sizes, thresholds below 0.5 and areas of nothing', () => {
    expect(() => scoreLabels(TRUTH, NONE)).toThrow('true labels are 4x6, predicted 2x6');
    expect(() => scoreLabels(NONE, NONE, { thresholds: [0.3] })).toThrow('below 0.5 partners are not unique');
    for (const smallBelow of [0, -1, NaN]) {
      expect(() => scoreLabels(NONE, NONE, { smallBelow })).toThrow(`smallObjects: area is ${smallBelow}`);
    }
  });
});

describe('splitsAndMerges', () => {
  const count = (truth: LabelPlane, predicted: LabelPlane) => splitsAndMerges(labelOverlaps(truth, predicted));

  test('a true object in two pieces is one split, in three pieces still one', () => {
    expect(count(labels('111111'), labels('223344'))).toEqual({ splits: 1, merges: 0 });
    expect(count(labels('11112222'), labels('33445566'))).toEqual({ splits: 2, merges: 0 });
  });

  test('two true objects in one predicted are one merge', () => {
    expect(count(labels('11.222'), labels('777777'))).toEqual({ splits: 0, merges: 1 });
  });

  test('more than half of a piece must lie in the object', () => {
    // 4 has 2 of its 4 pixels in 1, the other two on background; 5 has 2 of 3.
    expect(count(labels('11111..', '.......'), labels('55544..', '...44..'))).toEqual({ splits: 0, merges: 0 });
    expect(count(labels('11111..', '.......'), labels('55544..', '...4...'))).toEqual({ splits: 1, merges: 0 });
  });

  test('a neighbour that leans over is no split; an exchange is neither', () => {
    expect(count(labels('111222'), labels('334444'))).toEqual({ splits: 0, merges: 0 });
    expect(count(TRUTH, PREDICTED)).toEqual({ splits: 0, merges: 0 });
  });
});

test('foregroundOverlap counts pixels whichever object they belong to', () => {
  const pixels = foregroundOverlap(labelOverlaps(labels('1122..', '....33'), labels('.1111.', '......')));
  expect(pixels).toEqual({ truth: 6, predicted: 4, shared: 3 });
  expect(dice(pixels)).toBe(0.6);
});

test('smallObjects: areas below the limit alone, matched among all objects', () => {
  const overlaps = labelOverlaps(labels('1.22.333', '........'), labels('1.2..444', '...5..4.'));
  expect(smallObjects(overlaps, 1, 0.5)).toEqual({ objects: 0, found: 0 });
  expect(smallObjects(overlaps, 2, 0.5)).toEqual({ objects: 1, found: 1 });
  expect(smallObjects(overlaps, 3, 0.5)).toEqual({ objects: 2, found: 2 });
  expect(smallObjects(overlaps, 3, 0.6)).toEqual({ objects: 2, found: 1 });
  expect(smallObjects(overlaps, 4, 0.5)).toEqual({ objects: 3, found: 3 });
});

describe('poolScores', () => {
  const good = scoreLabels(labels('1122..'), labels('1122..'), { smallBelow: 2 });
  const bad = scoreLabels(labels('1.2.3.4.'), labels('.1......'), { smallBelow: 2 });

  test('sums objects and pixels before ratios; one figure is a mean over images', () => {
    const pooled = poolScores([good, bad]);
    expect(pooled).toMatchObject({
      images: 2,
      truth: 6,
      predicted: 3,
      foreground: { truth: 8, predicted: 5, shared: 4 },
    });
    expect(pooled.thresholds[0]).toMatchObject({ tp: 2, fp: 1, fn: 4, ap: 2 / 7, f1: 4 / 9, meanImageF1: 0.5 });
    expect(pooled.meanAp).toBeCloseTo(2 / 7, 12);
    expect(pooled.dice).toBeCloseTo(8 / 13, 12);
    expect(pooled.small).toEqual({ objects: 4, found: 0 });
  });

  test('refuses nothing, and scores of different options', () => {
    expect(() => poolScores([])).toThrow('the list is empty');
    expect(() => poolScores([good, scoreLabels(NONE, NONE)])).toThrow('scored with different options');
    const other = scoreLabels(NONE, NONE, { thresholds: [0.52], smallBelow: 2 });
    expect(() => poolScores([good, other])).toThrow('scored with different options');
  });
});

describe('properties', () => {
  const plane = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 24, maxLength: 24 }).map((values) => ({
    height: 4,
    width: 6,
    data: Int32Array.from(values),
  }));
  const score = (truth: LabelPlane, predicted: LabelPlane) => scoreLabels(truth, predicted, { smallBelow: 4 });

  test('an image scores 1 against itself', () => {
    fc.assert(
      fc.property(plane, (one) => {
        const { thresholds, small, ...rest } = score(one, one);
        for (const { precision, recall, f1, ap } of thresholds)
          expect([precision, recall, f1, ap]).toEqual([1, 1, 1, 1]);
        expect(rest).toMatchObject({ meanAp: 1, dice: 1, splits: 0, merges: 0 });
        expect(small!.found).toBe(small!.objects);
      }),
    );
  });

  test('ids carry no meaning', () => {
    fc.assert(
      fc.property(plane, plane, (a, b) => {
        const renamed = { ...b, data: b.data.map((id) => (id === 0 ? 0 : 2_000_000_000 - 17 * id)) };
        const { thresholds, ...rest } = score(a, renamed);
        const { thresholds: before, ...others } = score(a, b);
        expect(rest).toEqual(others);
        // The mean IoU adds the same numbers in another order.
        thresholds.forEach(({ meanIou, ...counts }, t) => {
          const { meanIou: other, ...wanted } = before[t]!;
          expect(counts).toEqual(wanted);
          expect(meanIou).toBeCloseTo(other, 12);
        });
      }),
    );
  });

  test('exchanging the images exchanges false and missed, splits and merges, and nothing else', () => {
    fc.assert(
      fc.property(plane, plane, (a, b) => {
        const [one, two] = [score(a, b), score(b, a)];
        const counts = one.thresholds.map(({ tp, fp, fn, ap }) => [tp, fp, fn, ap]);
        expect(counts).toEqual(two.thresholds.map(({ tp, fp, fn, ap }) => [tp, fn, fp, ap]));
        expect([one.splits, one.merges, one.dice, one.meanAp]).toEqual([two.merges, two.splits, two.dice, two.meanAp]);
      }),
    );
  });

  test('pooling images is scoring them side by side', () => {
    fc.assert(
      fc.property(plane, plane, plane, plane, (a, b, c, d) => {
        const beside = (left: LabelPlane, right: LabelPlane): LabelPlane => ({
          height: 8,
          width: 6,
          data: Int32Array.from([...left.data, ...right.data.map((id) => (id === 0 ? 0 : id + 10))]),
        });
        const pooled = poolScores([score(a, b), score(c, d)]);
        const whole = score(beside(a, c), beside(b, d));
        const figures = ({ thresholds, meanAp, dice, splits, merges, small }: typeof whole) => [
          ...thresholds.flatMap(({ tp, fp, fn }) => [tp, fp, fn]),
          ...[meanAp, dice, splits, merges, small],
        ];
        expect(figures(pooled)).toEqual(figures(whole));
      }),
    );
  });

  test('AP never rises with the threshold', () => {
    fc.assert(
      fc.property(plane, plane, (a, b) => {
        const aps = score(a, b).thresholds.map(({ ap }) => ap);
        expect(aps).toEqual([...aps].sort((x, y) => y - x));
      }),
    );
  });
});
