/** Figures of a confusion matrix; arrays have a value per class, NaN where it has no meaning. */
export interface ConfusionScores {
  /** Cells given as that class. */
  readonly support: number[];
  readonly recall: Float64Array;
  readonly precision: Float64Array;
  readonly f1: Float64Array;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly kappa: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * Scores of a square matrix of counts, given × predicted. Recall is NaN for a class that is never given, precision for one that is never predicted,
 * F1 = 2 TP / (given + predicted). `macroF1` is the mean F1 over the classes that are given (a class that is only predicted costs the others'
 * recall); `kappa` is Cohen's, unweighted, NaN where all cells are of one class on both sides. As scikit-learn's recall_score, precision_score,
 * f1_score (labels = those given, zero_division 0), accuracy_score and cohen_kappa_score.
 */
export function scoreConfusion(matrix: readonly (readonly number[])[]): ConfusionScores {
  const support = matrix.map((row) => sum(row));
  const predicted = matrix.map((_, p) => sum(matrix.map((row) => row[p]!)));
  const right = matrix.map((row, i) => row[i]!);
  const all = sum(support);
  const each = (f: (i: number) => number): Float64Array => Float64Array.from(matrix, (_, i) => f(i));
  const f1 = each((i) => (2 * right[i]!) / (support[i]! + predicted[i]!));
  const given = [...f1].filter((_, i) => support[i]! > 0);
  const observed = sum(right) / all;
  const expected = sum(support.map((count, i) => (count / all) * (predicted[i]! / all)));
  return {
    support,
    recall: each((i) => right[i]! / support[i]!),
    precision: each((i) => right[i]! / predicted[i]!),
    f1,
    accuracy: observed,
    macroF1: sum(given) / given.length,
    kappa: (observed - expected) / (1 - expected),
  };
}
