/** One tree: nodes by index, the root first. A node without children is a leaf, whose value stands in `threshold`. */
export interface XgboostTree {
  /** The class, or 0 where there is a single margin, that the leaves count for. */
  readonly group: number;
  /** Children, −1 for a leaf. A row goes left where its feature is below `threshold`. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  /** 1 where a row without a value goes left. */
  readonly missingLeft: Uint8Array;
}

/** A boosted ensemble of decision trees that tells classes apart. */
export interface XgboostTrees {
  /** `softmax` over one margin per class, or `logistic` of a single margin, the second class's. */
  readonly link: 'softmax' | 'logistic';
  readonly classes: number;
  readonly features: number;
  /** In column order; empty where the file has none. */
  readonly featureNames: readonly string[];
  /** What margins start with: one per class, or one. */
  readonly base: Float32Array;
  readonly trees: readonly XgboostTree[];
  /** The round that training with early stopping took for the best, counted from 0; null where it says nothing. */
  readonly bestIteration: number | null;
}

/**
 * Class probabilities of rows, by all trees of the ensemble.
 *
 * Follows `xgboost.Booster.predict` 3.1 for `multi:softprob` and `binary:logistic`: thresholds and values are float32, a row goes left where value <
 * threshold, and where the value is NaN the way the node was trained to take; leaves are summed in float32 in the order of the trees. The
 * exponential is rounded from float64, so probabilities differ by some 1e-7.
 *
 * @param rows count × `features` float32 values, row-major; NaN for a feature that is not known.
 * @returns count × `classes` probabilities; for `logistic` those of the first class are 1 − p.
 * @throws RangeError where `rows` has another length.
 */
export function predictXgboost(model: XgboostTrees, rows: Float32Array, count: number): Float32Array {
  const { features, classes, base } = model;
  if (rows.length !== count * features) {
    throw new RangeError(
      `predictXgboost: ${rows.length} values for ${count} rows, wanted ${features} features each; align the columns with the model's`,
    );
  }
  const out = new Float32Array(count * classes);
  const margins = new Float32Array(base.length);
  for (let row = 0; row < count; row++) {
    margins.set(base);
    for (const tree of model.trees) margins[tree.group]! += leafOf(tree, rows, row * features);
    if (model.link === 'logistic') {
      const p = Math.fround(1 / (1 + Math.exp(-margins[0]!)));
      out[2 * row] = 1 - p;
      out[2 * row + 1] = p;
    } else softmax(margins, out, row * classes);
  }
  return out;
}

function leafOf({ left, right, feature, threshold, missingLeft }: XgboostTree, rows: Float32Array, at: number): number {
  let node = 0;
  while (left[node] !== -1) {
    const value = rows[at + feature[node]!]!;
    // No comparison with NaN holds.
    const goLeft = value < threshold[node]! || (value !== value && missingLeft[node] === 1);
    node = goLeft ? left[node]! : right[node]!;
  }
  return threshold[node]!;
}

function softmax(margins: Float32Array, out: Float32Array, at: number): void {
  const highest = margins.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let k = 0; k < margins.length; k++) {
    const power = Math.fround(Math.exp(Math.fround(margins[k]! - highest)));
    out[at + k] = power;
    sum += power;
  }
  for (let k = 0; k < margins.length; k++) out[at + k]! /= sum;
}
