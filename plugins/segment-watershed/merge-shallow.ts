/**
 * Joins neighbouring parts of a watershed whose saddle is less than a share `depth` below the lower of their two peaks: noise splits a
 * nucleus by a shallow saddle, a real neighbour is behind a deep one. Saddles are taken from the highest down, and a joined part has
 * the higher peak, as in a hierarchical
 * watershed by dynamics (Najman and Schmitt, IEEE TPAMI 18 (1996) 1163–1173), there with an absolute depth.
 *
 * @param parts labels of a (Y, X) plane; ids of the higher peaks are kept.
 * @param score the landscape, positive, high in the middle of parts.
 */
export function mergeShallow(
  parts: Int32Array,
  score: Float32Array,
  height: number,
  width: number,
  depth: number,
): Int32Array {
  let count = 0;
  for (let i = 0; i < parts.length; i++) if (parts[i]! > count) count = parts[i]!;
  const peak = new Float32Array(count + 1).fill(-Infinity);
  for (let i = 0; i < parts.length; i++) if (score[i]! > peak[parts[i]!]!) peak[parts[i]!] = score[i]!;
  const parent = Int32Array.from(peak, (_, id) => id);
  for (const { a, b, saddle } of findSaddles(parts, score, height, width, count)) {
    const [first, second] = [find(parent, a), find(parent, b)];
    if (first === second) continue;
    const [high, low] = peak[first]! >= peak[second]! ? [first, second] : [second, first];
    if (peak[low]! - saddle < depth * peak[low]!) parent[low] = high;
  }
  return parts.map((id) => find(parent, id));
}

interface Saddle {
  readonly a: number;
  readonly b: number;
  readonly saddle: number;
}

/** For each pair of parts that share a side, the highest pass between them; highest first, then by ids. */
function findSaddles(
  parts: Int32Array,
  score: Float32Array,
  height: number,
  width: number,
  count: number,
): readonly Saddle[] {
  const passes = new Map<number, number>();
  const meet = (i: number, j: number): void => {
    const [p, q] = [parts[i]!, parts[j]!];
    if (p === q || p === 0 || q === 0) return;
    const pair = Math.min(p, q) * (count + 1) + Math.max(p, q);
    const pass = Math.min(score[i]!, score[j]!);
    if (pass > (passes.get(pair) ?? -Infinity)) passes.set(pair, pass);
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (x + 1 < width) meet(i, i + 1);
      if (y + 1 < height) meet(i, i + width);
    }
  }
  return [...passes]
    .sort(([pairA, a], [pairB, b]) => b - a || pairA - pairB)
    .map(([pair, saddle]) => ({ a: Math.floor(pair / (count + 1)), b: pair % (count + 1), saddle }));
}

function find(parent: Int32Array, id: number): number {
  while (parent[id] !== id) id = parent[id] = parent[parent[id]!]!;
  return id;
}
