import type { CellTable, Column, Json, Matrix } from '../kernels/image.ts';
import { linearQuantile } from '../kernels/linear-quantile.ts';
import { UNKNOWN_TYPE } from './vocabulary/cell-types.ts';
import { coloursOfTypes } from './vocabulary/type-colours.ts';

/** What a method says of the types of cells. */
export interface TypePredictions {
  /** Ascending. */
  readonly ids: Int32Array;
  readonly types: readonly string[];
  /** ids × types, row-major; rows sum to 1, or to 0 for cells that the method could not look at. */
  readonly probabilities: Float32Array;
}

export interface TypeTableOptions {
  /** Likeliest types that get columns: `cell_type`, `cell_type_2`, and so on. */
  readonly topK: number;
  /** Rows that become Unknown although a type is likeliest; none when absent. */
  readonly abstained?: Uint8Array | undefined;
  readonly matrices?: readonly Matrix[];
  readonly reports?: Readonly<Record<string, Json>>;
}

/**
 * The table every method with probabilities gives: `cell_id`, `cell_type` (the likeliest, the first of equals; `Unknown` where abstained or not
 * looked at), `cell_type_probability`, `cell_type_entropy` in nats, `cell_type_2`, `cell_type_2_probability` and so on, the matrix
 * `cell_type_probabilities`, colours. Numbers of a cell that was not looked at are NaN, its row of the matrix 0.
 */
export function typeTable(predictions: TypePredictions, options: TypeTableOptions): CellTable {
  const { ids, types, probabilities } = predictions;
  const rows = ids.length;
  const depth = Math.min(options.topK, types.length);
  const names = Array.from({ length: depth }, () => Array<string>(rows).fill(UNKNOWN_TYPE));
  const values = Array.from({ length: depth }, () => new Float64Array(rows).fill(NaN));
  const entropy = new Float64Array(rows).fill(NaN);
  const left = new Float32Array(types.length);
  for (let row = 0; row < rows; row++) {
    const shares = probabilities.subarray(row * types.length, (row + 1) * types.length);
    const order = rank(shares, depth, left);
    if (!(shares[order[0]!]! > 0)) continue;
    for (const [k, type] of order.entries()) {
      values[k]![row] = shares[type]!;
      names[k]![row] = types[type]!;
    }
    if (options.abstained?.[row] === 1) names[0]![row] = UNKNOWN_TYPE;
    entropy[row] = entropyOf(shares);
  }
  const column = (name: string, of: Column['values']): Column => ({ name, values: of, unit: null, measure: null });
  const ranked = names.flatMap((list, k) => {
    const name = k === 0 ? 'cell_type' : `cell_type_${k + 1}`;
    const pair = [column(name, list), column(`${name}_probability`, values[k]!)];
    return k === 0 ? [...pair, column('cell_type_entropy', entropy)] : pair;
  });
  const matrix = { name: 'cell_type_probabilities', columns: types, values: probabilities };
  return {
    rows,
    columns: [column('cell_id', ids), ...ranked],
    matrices: [matrix, ...(options.matrices ?? [])],
    ...(options.reports === undefined ? {} : { reports: options.reports }),
    colours: { cell_type: coloursOfTypes(names[0]!) },
  };
}

/** Indices of the largest values, the largest first, the earlier of equals first. @param left room for as many values. */
function rank(shares: Float32Array, depth: number, left: Float32Array): number[] {
  const order: number[] = [];
  left.set(shares);
  for (let k = 0; k < depth; k++) {
    let best = 0;
    for (let i = 1; i < left.length; i++) if (left[i]! > left[best]!) best = i;
    order.push(best);
    left[best] = -Infinity;
  }
  return order;
}

function entropyOf(shares: Float32Array): number {
  let sum = 0;
  for (const share of shares) if (share > 0) sum -= share * Math.log(share);
  return sum;
}

/**
 * Softmax of each row over the allowed columns; the others take no part as if their score were −10,000, which is how DeepCell Types restricts
 * its types. Computed in float64 and rounded once.
 *
 * @param scores rows × columns. @param allowed one flag a column.
 */
export function restrictedSoftmax(scores: Float32Array, columns: number, allowed: readonly boolean[]): Float32Array {
  const out = new Float32Array(scores.length);
  const powers = new Float64Array(columns);
  for (let from = 0; from < scores.length; from += columns) {
    let most = -Infinity;
    for (let k = 0; k < columns; k++) {
      const score = allowed[k] === true ? scores[from + k]! : -1e4;
      powers[k] = score;
      if (score > most) most = score;
    }
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += powers[k] = Math.exp(powers[k]! - most);
    for (let k = 0; k < columns; k++) out[from + k] = powers[k]! / sum;
  }
  return out;
}

/** Where to abstain. */
export interface AbstentionOptions {
  /** k of the fence of the field of view, see {@link abstentionFence}; null for none. */
  readonly k: number | null;
  /** Probability below which no type is told; null or absent for none. */
  readonly minProbability?: number | null;
}

/** Flags of rows whose best probability lies below the fence of the field of view or below a given limit. Rows of 0 have none and get none. */
export function abstain(
  { probabilities, types }: Pick<TypePredictions, 'probabilities' | 'types'>,
  { k, minProbability = null }: AbstentionOptions,
): { readonly fence: number | null; readonly abstained: Uint8Array } {
  const width = types.length;
  const best = new Float64Array(probabilities.length / width);
  for (let row = 0, i = 0; row < best.length; row++) {
    let most = 0;
    for (const end = i + width; i < end; i++) most = Math.max(most, probabilities[i]!);
    best[row] = most === 0 ? NaN : most;
  }
  const fence = k === null ? null : abstentionFence(best, k);
  const limit = Math.max(fence ?? -Infinity, minProbability ?? -Infinity);
  return { fence, abstained: Uint8Array.from(best, (value) => Number(value < limit)) };
}

/**
 * The fence below which a model abstains: Q1 − k·(Q3 − Q1) of the best probabilities of a field of view, by numpy's linear quantiles, over the finite ones.
 * Null with fewer than four, as in DeepCell Types.
 */
export function abstentionFence(best: Float64Array, k: number): number | null {
  const sorted = best.filter((value) => Number.isFinite(value)).sort();
  if (sorted.length < 4) return null;
  const [lower, upper] = [linearQuantile(sorted, 0.25), linearQuantile(sorted, 0.75)];
  return lower - k * (upper - lower);
}
