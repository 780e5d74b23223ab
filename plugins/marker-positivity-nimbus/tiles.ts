/** One tile along one axis: the pixels [start, start + length), of which [from, to) are kept. */
export interface Span {
  readonly start: number;
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** What four poolings by two ask of a side. */
export const GRID = 16;

/** The least multiple of 16 that is not below `n`. */
export const onGrid = (n: number): number => GRID * Math.ceil(n / GRID);

/**
 * Cuts an axis of `n` pixels into tiles of `tile`, each kept without `margin` at the edges that are not the axis' own. Tiles begin on multiples of 16,
 * as the poolings of a single pass do: where a network sees no further than `margin`, what is kept is what a single pass gives there.
 *
 * @param n, tile, margin multiples of 16; 2·margin < tile.
 */
export function spansOf(n: number, tile: number, margin: number): Span[] {
  if (n <= tile) return [{ start: 0, length: n, from: 0, to: n }];
  const spans: Span[] = [];
  const step = tile - 2 * margin;
  for (let from = 0; from < n;) {
    const start = Math.min(spans.length * step, n - tile);
    const to = start + tile === n ? n : start + tile - margin;
    spans.push({ start, length: tile, from, to });
    from = to;
  }
  return spans;
}
