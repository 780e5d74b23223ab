import fc from 'fast-check';
import type { Labels } from '../../kernels/image.ts';
import { labelOverlaps, matchLabels, matchOverlaps, poolMatches } from '../../kernels/match-labels.ts';

function labels(rows: readonly string[]): Labels {
  const data = Int32Array.from(rows.join(''), (digit) => (digit === '.' ? 0 : Number(digit)));
  return { height: rows.length, width: rows[0]?.length ?? 0, mpp: 0.5, data };
}

const NONE = labels(['....', '....']);

describe('matchLabels', () => {
  test('scores a hand-counted case', () => {
    const truth = labels(['1111..', '1111.2', '33...2', '33....']);
    const predicted = labels(['.555.6', '.555.6', '77..88', '77....']);
    // 1 and 5: 6 shared of 8 → 0.75. 2 (2 px) and 6 (2 px): 1 of 3. 2 and 8: 1 of 3. 3 and 7: 4 of 4.
    expect(labelOverlaps(truth, predicted).pairs).toEqual([
      { truth: 1, predicted: 5, shared: 6, iou: 0.75 },
      { truth: 2, predicted: 6, shared: 1, iou: 1 / 3 },
      { truth: 2, predicted: 8, shared: 1, iou: 1 / 3 },
      { truth: 3, predicted: 7, shared: 4, iou: 1 },
    ]);
    expect([...labelOverlaps(truth, predicted).truthAreas]).toEqual([8, 2, 4]);
    expect([...labelOverlaps(truth, predicted).predictedAreas]).toEqual([6, 2, 4, 2]);
    const at = { tp: 2, fp: 2, fn: 1, precision: 0.5, recall: 2 / 3, f1: 4 / 7, meanIou: 0.875 };
    expect(matchLabels(truth, predicted, 0.5)).toEqual(at);
    expect(matchLabels(truth, predicted, 0.75)).toEqual(at);
    expect(matchLabels(truth, predicted, 0.76)).toMatchObject({ tp: 1, fp: 3, fn: 2, meanIou: 1 });
  });

  test('at exactly 0.5 a union of two halves matches the half with the lower id', () => {
    const halves = labels(['1122']);
    const whole = labels(['9999']);
    expect(matchLabels(halves, whole, 0.5)).toMatchObject({ tp: 1, fp: 0, fn: 1, meanIou: 0.5 });
    expect(matchLabels(whole, halves, 0.5)).toMatchObject({ tp: 1, fp: 1, fn: 0, meanIou: 0.5 });
    expect(matchLabels(halves, whole, 0.51)).toMatchObject({ tp: 0, fp: 1, fn: 2, f1: 0, meanIou: 0 });
  });

  test('a threshold that is not a binary fraction includes pairs exactly on it', () => {
    expect(matchLabels(labels(['11111']), labels(['222..']), 0.6).tp).toBe(1);
  });

  test('images without objects', () => {
    const some = labels(['11..', '....']);
    expect(matchLabels(NONE, NONE, 0.5)).toEqual({ tp: 0, fp: 0, fn: 0, precision: 1, recall: 1, f1: 1, meanIou: 0 });
    expect(matchLabels(some, NONE, 0.5)).toMatchObject({ fn: 1, precision: 0, recall: 0, f1: 0 });
    expect(matchLabels(NONE, some, 0.5)).toMatchObject({ fp: 1, precision: 0, recall: 0, f1: 0 });
  });

  test('refuses other sizes, negative labels and ambiguous thresholds', () => {
    expect(() => labelOverlaps(NONE, labels(['..']))).toThrow(
      "true labels are 2x4, predicted 1x2; bring the prediction to the truth's grid first",
    );
    const negative = { ...NONE, data: Int32Array.from([0, 0, -3, 0, 0, 0, 0, 0]) };
    expect(() => labelOverlaps(NONE, negative)).toThrow(
      'label -3 at pixel 2 is negative; labels are 0 or object ids > 0',
    );
    for (const threshold of [0.49, 1.01, NaN]) {
      expect(() => matchLabels(NONE, NONE, threshold)).toThrow(`IoU threshold ${threshold} is not from 0.5 to 1`);
    }
  });
});

describe('properties', () => {
  const plane = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 24, maxLength: 24 });
  const toLabels = (values: readonly number[]): Labels => ({
    height: 4,
    width: 6,
    mpp: 1,
    data: Int32Array.from(values),
  });

  test('an image matches itself perfectly', () => {
    fc.assert(
      fc.property(plane, fc.double({ min: 0.5, max: 1, noNaN: true }), (values, threshold) => {
        const { f1, precision, recall, fp, fn } = matchLabels(toLabels(values), toLabels(values), threshold);
        expect([f1, precision, recall, fp, fn]).toEqual([1, 1, 1, 0, 0]);
      }),
    );
  });

  test('ids carry no meaning, even huge ones', () => {
    fc.assert(
      fc.property(plane, plane, (a, b) => {
        const renamed = b.map((id) => (id === 0 ? 0 : 2_000_000_000 - 17 * id));
        expect(matchLabels(toLabels(a), toLabels(renamed), 0.5)).toEqual(matchLabels(toLabels(a), toLabels(b), 0.5));
      }),
    );
  });

  test('exchanging the two images exchanges precision and recall', () => {
    fc.assert(
      fc.property(plane, plane, (a, b) => {
        const one = matchLabels(toLabels(a), toLabels(b), 0.5);
        const two = matchLabels(toLabels(b), toLabels(a), 0.5);
        expect([one.tp, one.fp, one.fn, one.f1]).toEqual([two.tp, two.fn, two.fp, two.f1]);
      }),
    );
  });

  test('no assignment matches more pairs than the greedy one', () => {
    fc.assert(
      fc.property(plane, plane, (a, b) => {
        const overlaps = labelOverlaps(toLabels(a), toLabels(b));
        const pairs = overlaps.pairs.filter(({ iou }) => iou >= 0.5);
        const most = (from: number, truths: ReadonlySet<number>, predictions: ReadonlySet<number>): number => {
          const pair = pairs[from];
          if (pair === undefined) return truths.size;
          const without = most(from + 1, truths, predictions);
          if (truths.has(pair.truth) || predictions.has(pair.predicted)) return without;
          return Math.max(
            without,
            most(from + 1, new Set([...truths, pair.truth]), new Set([...predictions, pair.predicted])),
          );
        };
        expect(matchOverlaps(overlaps, 0.5).tp).toBe(most(0, new Set(), new Set()));
      }),
    );
  });
});

test('poolMatches sums counts before ratios', () => {
  const good = matchLabels(labels(['1122']), labels(['1122']), 0.5);
  const bad = matchLabels(labels(['1.2.3.4.']), labels(['.1......']), 0.5);
  expect(poolMatches([good, bad])).toEqual({
    tp: 2,
    fp: 1,
    fn: 4,
    precision: 2 / 3,
    recall: 1 / 3,
    f1: 4 / 9,
    meanIou: 1,
  });
  expect(poolMatches([])).toEqual(matchLabels(NONE, NONE, 0.5));
});
