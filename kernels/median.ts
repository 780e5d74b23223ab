/**
 * The median of `values[from..to)`, by numpy's rule: the middle value, or the mean of the two middle ones, in float64.
 * The stretch is reordered (Hoare's selection), nothing outside it is touched. Expects no NaN.
 *
 * @throws RangeError if the stretch is empty.
 */
export function medianInPlace(values: Float64Array, from: number, to: number): number {
  const n = to - from;
  if (n < 1) throw new RangeError(`medianInPlace: stretch ${from}..${to} is empty; a median needs a value`);
  const middle = from + (n >> 1);
  const upper = select(values, from, to - 1, middle);
  if (n % 2 === 1) return upper;
  // Everything before `middle` is no greater than it now: the lower middle value is the largest of those.
  let lower = values[from]!;
  for (let i = from + 1; i < middle; i++) if (values[i]! > lower) lower = values[i]!;
  return (lower + upper) / 2;
}

/**
 * The values at `rank` and `rank + 1` (counted from 0) of `values[from..to)` in ascending order, the last one twice at the end. The
 * stretch is reordered. Expects no NaN and `0 ≤ rank < to - from`.
 */
export function orderPair(values: Float64Array, from: number, to: number, rank: number): [number, number] {
  const at = from + rank;
  const lower = select(values, from, to - 1, at);
  if (at + 1 >= to) return [lower, lower];
  // Everything behind `at` is now no smaller than it.
  let upper = values[at + 1]!;
  for (let i = at + 2; i < to; i++) if (values[i]! < upper) upper = values[i]!;
  return [lower, upper];
}

function select(values: Float64Array, from: number, to: number, k: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const pivot = middleOfThree(values[low]!, values[(low + high) >> 1]!, values[high]!);
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const swap = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swap;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return values[k]!;
  }
  return values[k]!;
}

function middleOfThree(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : a < c ? c : a;
  return a < c ? a : b < c ? c : b;
}
