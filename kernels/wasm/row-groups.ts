/** Rows of a plane that are copied in at a time; a group of cells whose windows need more than this is a single one's. */
export const BAND_BYTES = 2 ** 21;

/** Cells whose windows need rows first..end-1 between them. */
export interface RowGroup {
  readonly cells: readonly number[];
  readonly first: number;
  readonly end: number;
}

/** Sorts the cells by their first row and joins neighbours as long as their rows fit a band. */
export function groupByRows(sources: Int32Array, size: number, rowBytes: number): RowGroup[] {
  const step = 2 * size + 1;
  const count = sources.length / step;
  const first = new Int32Array(count);
  const end = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    let [low, high] = [0x7fffffff, -1];
    for (let i = n * step + 1; i < n * step + 1 + size; i++) {
      if (sources[i]! < 0) continue;
      low = Math.min(low, sources[i]!);
      high = Math.max(high, sources[i]!);
    }
    // A window beyond the image needs no rows.
    first[n] = high < 0 ? 0 : low;
    end[n] = high + 1;
  }
  const order = Array.from(first.keys()).sort((a, b) => first[a]! - first[b]! || a - b);
  const groups: { cells: number[]; first: number; end: number }[] = [];
  for (const n of order) {
    const last = groups.at(-1);
    const joined = Math.max(last?.end ?? 0, end[n]!);
    if (last !== undefined && (joined - last.first) * rowBytes <= BAND_BYTES) {
      last.cells.push(n);
      last.end = joined;
    } else groups.push({ cells: [n], first: first[n]!, end: end[n]! });
  }
  return groups;
}
