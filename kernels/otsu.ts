import type { Plane } from './image.ts';
import { twin } from './twin.ts';
import { floatCountsWasm, wordCountsWasm } from './wasm/otsu.ts';

/** Counts per bin, and the float64 centre of each. */
interface Histogram {
  readonly counts: Float64Array;
  readonly centers: Float64Array;
}

/** Widest integer range that is counted value by value: a 128 MiB histogram. */
const MAX_RANGE = 2 ** 24;

/**
 * Otsu's threshold: the bin centre t that maximises the variance between values ≤ t and values > t.
 *
 * Follows `skimage.filters.threshold_otsu` 0.26, its rounding included: integer planes are counted value by value
 * (`bins` is not used), float planes in `bins` equal bins between minimum and maximum, all in float32. Of equal maxima
 * the lowest wins. A constant plane gives its value. Where float32 cannot tell `bins` edges apart, which numpy refuses,
 * the number of bins is halved until it can.
 *
 * N. Otsu, IEEE Trans. SMC 9 (1979) 62–66.
 *
 * @returns the threshold in the values' unit; foreground is `value > threshold`.
 * @throws RangeError for an empty plane, a non-finite value, `bins` below 2, or integers that span over 2^24 values.
 */
export function otsu(values: Plane, bins = 256): number {
  if (values.length === 0)
    throw new RangeError('otsu: the plane has no values; check the crop or mask before this step');
  if (!Number.isInteger(bins) || bins < 2) throw new RangeError(`otsu: bins is ${bins}; pass a whole number ≥ 2`);
  const isFloat = values instanceof Float32Array;
  const histogram = isFloat ? countFloats(values, bins) : countIntegers(values);
  return typeof histogram === 'number' ? histogram : bestSplit(histogram, isFloat);
}

/**
 * Otsu's threshold of numbers that are no plane, such as a column of means: of the values rounded to float32 (7 digits), with `otsu`'s
 * histogram of `bins` equal bins. NaN must be left out before.
 *
 * @throws RangeError as `otsu`, also for a value beyond float32.
 */
export function otsuOfValues(values: ArrayLike<number>, bins = 256): number {
  return otsu(Float32Array.from(values), bins);
}

function finiteExtremes(values: Plane): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value !== 0) {
      throw new RangeError(`otsu: the value at index ${i} is ${value}; replace non-finite pixels before this step`);
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** The histogram of integers, or the value of a constant plane. */
function countIntegers(values: Exclude<Plane, Float32Array>): Histogram | number {
  if (values.BYTES_PER_ELEMENT < 4 && twin() === 'wasm') {
    return countWords(values as Uint8Array | Int8Array | Uint16Array | Int16Array);
  }
  const [low, high] = finiteExtremes(values);
  if (low === high) return low;
  const size = high - low + 1;
  if (size > MAX_RANGE) {
    throw new RangeError(`otsu: the integers span ${low}..${high}, over ${MAX_RANGE} values; convert to float32 first`);
  }
  const counts = new Float64Array(size);
  for (let i = 0; i < values.length; i++) counts[values[i]! - low]!++;
  return { counts, centers: Float64Array.from(counts, (_, i) => low + i) };
}

function countWords(values: Uint8Array | Int8Array | Uint16Array | Int16Array): Histogram | number {
  const words = wordCountsWasm(values);
  // Signed values below 0 stand behind the others.
  const signed = values instanceof Int8Array || values instanceof Int16Array;
  const least = signed ? -words.length / 2 : 0;
  const at = (value: number): number => words[value < 0 ? value + words.length : value]!;
  let low = least;
  while (at(low) === 0) low++;
  let high = least + words.length - 1;
  while (at(high) === 0) high--;
  if (low === high) return low;
  const centers = Float64Array.from({ length: high - low + 1 }, (_, i) => low + i);
  return { counts: centers.map(at), centers };
}

/** The histogram of floats in `bins` bins, or fewer where float32 cannot tell so many edges apart, or the value of a constant plane. */
function countFloats(values: Float32Array, bins: number): Histogram | number {
  // The module counts bins in float32; it takes whatever is usual.
  const counted = twin() === 'wasm' && bins <= 65_536 ? floatCountsWasm(values, edgesOf(bins)) : null;
  const [low, high] = counted === null ? finiteExtremes(values) : [counted.low, counted.high];
  if (low === high) return low + 0;
  const edges = counted === null ? edgesOf(bins)(low, high) : counted.edges;
  // Neighbouring float32 numbers: any threshold from the lower up to just below the upper one separates them.
  if (edges === null) return { counts: Float64Array.of(1, 1), centers: Float64Array.of(low, high) };
  const centers = new Float64Array(edges.length - 1);
  for (let i = 0; i < centers.length; i++) centers[i] = Math.fround(Math.fround(edges[i]! + edges[i + 1]!) / 2);
  return { counts: counted?.counts ?? countIntoBins(values, low, high, edges), centers };
}

/** The edges of `bins` bins, or of half as many and so on until they differ; null when two bins are too many. */
function edgesOf(bins: number): (low: number, high: number) => Float32Array | null {
  return (low, high) => {
    for (let number = bins; number >= 2; number >>= 1) {
      const edges = binEdges(low, high, number);
      if (edges !== null || number <= 3) return edges;
    }
    return null;
  };
}

/** numpy's histogram of float32 values: the index computed in float32, then corrected against the float32 edges. */
function countIntoBins(values: Float32Array, low: number, high: number, edges: Float32Array): Float64Array {
  const bins = edges.length - 1;
  const range = Math.fround(high - low);
  const counts = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const share = Math.fround(Math.fround(value - low) / range);
    let bin = Math.min(bins - 1, Math.floor(Math.fround(share * bins)));
    if (value < edges[bin]!) bin--;
    if (value >= edges[bin + 1]! && bin !== bins - 1) bin++;
    counts[bin]!++;
  }
  return counts;
}

/** numpy's float32 linspace, or null when two neighbouring edges are the same number. */
function binEdges(low: number, high: number, bins: number): Float32Array | null {
  const edges = new Float32Array(bins + 1);
  const step = Math.fround(Math.fround(high - low) / bins);
  for (let i = 0; i < bins; i++) edges[i] = Math.fround(i * step) + low;
  edges[bins] = high;
  for (let i = 0; i < bins; i++) if (!(edges[i]! < edges[i + 1]!)) return null;
  return edges;
}

/**
 * The centre of the bin with the largest between-class variance. The library's class weights are float32 whatever the
 * plane; its means are float32 for float planes and float64 for integers, so the sums here are rounded likewise.
 */
function bestSplit({ counts, centers }: Histogram, isFloat: boolean): number {
  const round = isFloat ? Math.fround : (x: number): number => x;
  const n = counts.length;
  const weightAbove = new Float64Array(n + 1);
  const meanAbove = new Float64Array(n + 1);
  for (let i = n - 1, sum = 0; i > 0; i--) {
    const count = Math.fround(counts[i]!);
    weightAbove[i] = Math.fround(weightAbove[i + 1]! + count);
    sum = round(sum + round(count * centers[i]!));
    meanAbove[i] = round(sum / weightAbove[i]!);
  }
  let best = 0;
  let bestVariance = -Infinity;
  for (let i = 0, sum = 0, weight = 0; i < n - 1; i++) {
    const count = Math.fround(counts[i]!);
    weight = Math.fround(weight + count);
    sum = round(sum + round(count * centers[i]!));
    const apart = round(round(sum / weight) - meanAbove[i + 1]!);
    const variance = round(Math.fround(weight * weightAbove[i + 1]!) * round(apart * apart));
    if (variance > bestVariance) {
      bestVariance = variance;
      best = i;
    }
  }
  return centers[best]!;
}
