import { label } from '../../kernels/label.ts';

/**
 * Numbers the 8-connected regions of equal value 1..n, in raster order of their first pixels: a label in two pieces becomes two.
 * As `skimage.measure.label(labels)`, for labels (Y, X) of which no two share a side.
 */
export function splitLabels(labels: Int32Array, height: number, width: number): Int32Array {
  const { labels: pieces, count } = label(labels, height, width, 4);
  const root = Int32Array.from({ length: count + 1 }, (_, piece) => piece);
  const find = (piece: number): number => {
    while (root[piece] !== piece) piece = root[piece]!;
    return piece;
  };
  // Pieces of one label that touch at a corner are one; the earlier piece stays the root.
  const join = (a: number, b: number): void => {
    const [p, q] = [find(a), find(b)];
    root[Math.max(p, q)] = Math.min(p, q);
  };
  for (let y = 0, i = 0; y < height - 1; y++, i++) {
    for (let x = 0; x < width - 1; x++, i++) {
      const across = i + width;
      if (pieces[i] !== pieces[across + 1] && labels[i] !== 0 && labels[i] === labels[across + 1]) {
        join(pieces[i]!, pieces[across + 1]!);
      }
      if (pieces[i + 1] !== pieces[across] && labels[across] !== 0 && labels[across] === labels[i + 1]) {
        join(pieces[i + 1]!, pieces[across]!);
      }
    }
  }
  const number = new Int32Array(count + 1);
  for (let piece = 1, next = 1; piece <= count; piece++) {
    number[piece] = root[piece] === piece ? next++ : number[find(piece)]!;
  }
  for (let i = 0; i < pieces.length; i++) pieces[i] = number[pieces[i]!]!;
  return pieces;
}
