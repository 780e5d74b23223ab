import { buildPointTree, visitNear } from './point-tree.ts';

/** Who is joined to whom, in compressed rows: row i's neighbours are `indices[indptr[i]] … indices[indptr[i + 1] − 1]`. */
export interface NeighbourGraph {
  /** n + 1 offsets, from 0. */
  readonly indptr: Int32Array;
  /** Point indices, ascending within a row, never the row itself. */
  readonly indices: Int32Array;
  /** Euclidean distances, in the coordinates' unit, one per entry of `indices`. */
  readonly data: Float64Array;
}

/**
 * The `k` nearest other points of every point, exactly. Of points at equal distance those with the smaller index are taken; with fewer
 * than k + 1 points all others are neighbours. Nearness is not mutual: row i may hold j where row j does not hold i.
 *
 * Neighbours and distances are those of `scipy.spatial.cKDTree.query` and `sklearn.neighbors.NearestNeighbors.kneighbors()` without the
 * point itself, which break ties as their trees happen to lie. Squares are added in float64, y first. In TypeScript only: 100,000 points
 * with k = 10 take about a second.
 *
 * @param y,x coordinates, one of each per point, any unit.
 * @throws RangeError if k is not a whole number above 0, lengths differ, or a coordinate is not finite (its index is named).
 */
export function nearestNeighbours(y: ArrayLike<number>, x: ArrayLike<number>, k: number): NeighbourGraph {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`nearestNeighbours: k is ${k}; pass a whole number above 0`);
  const tree = buildPointTree(y, x, 'nearestNeighbours');
  const n = tree.order.length;
  const size = Math.max(0, Math.min(k, n - 1));
  const indices = new Int32Array(n * size);
  const data = new Float64Array(n * size);
  const nearest = new Int32Array(size);
  const squares = new Float64Array(size);
  for (let i = 0; i < n && size > 0; i++) {
    let found = 0;
    visitNear(tree, tree.y[i]!, tree.x[i]!, Infinity, (index, squared) => {
      if (index === i) return found < size ? Infinity : squares[size - 1]!;
      const full = found === size;
      if (full && squared === squares[size - 1]! && index > nearest[size - 1]!) return squared;
      let at = full ? size - 1 : found++;
      while (at > 0 && (squares[at - 1]! > squared || (squares[at - 1] === squared && nearest[at - 1]! > index))) {
        squares[at] = squares[at - 1]!;
        nearest[at] = nearest[at - 1]!;
        at--;
      }
      squares[at] = squared;
      nearest[at] = index;
      return found < size ? Infinity : squares[size - 1]!;
    });
    sortRow(nearest, squares, indices, data, i * size);
  }
  return { indptr: Int32Array.from({ length: n + 1 }, (_, i) => i * size), indices, data };
}

/**
 * Every other point within `radius` of every point, exactly: squared distance ≤ radius². The graph is symmetric. Neighbours and
 * distances are those of `cKDTree.query_ball_point` and `NearestNeighbors.radius_neighbors()` without the point itself.
 *
 * @throws RangeError if the radius is not a finite number above 0, lengths differ, a coordinate is not finite (its index is named), or
 *   there are more than 2³¹ − 1 pairs.
 */
export function neighboursWithin(y: ArrayLike<number>, x: ArrayLike<number>, radius: number): NeighbourGraph {
  if (!(radius > 0) || !Number.isFinite(radius)) {
    throw new RangeError(`neighboursWithin: radius is ${radius}; pass a finite number above 0`);
  }
  const tree = buildPointTree(y, x, 'neighboursWithin');
  const n = tree.order.length;
  const reach = radius * radius;
  const indptr = new Int32Array(n + 1);
  // Counted first, so that nothing grows.
  let pairs = 0;
  for (let i = 0; i < n; i++) {
    visitNear(tree, tree.y[i]!, tree.x[i]!, reach, (index) => {
      if (index !== i) pairs++;
      return reach;
    });
    if (pairs > 0x7fffffff) {
      throw new RangeError(`neighboursWithin: over 2^31 pairs lie within ${radius}; pass a smaller radius`);
    }
    indptr[i + 1] = pairs;
  }
  const indices = new Int32Array(pairs);
  const data = new Float64Array(pairs);
  for (let i = 0; i < n; i++) {
    const row: number[] = [];
    const squares = new Map<number, number>();
    visitNear(tree, tree.y[i]!, tree.x[i]!, reach, (index, squared) => {
      if (index !== i) {
        row.push(index);
        squares.set(index, squared);
      }
      return reach;
    });
    row
      .sort((a, b) => a - b)
      .forEach((index, j) => {
        indices[indptr[i]! + j] = index;
        data[indptr[i]! + j] = Math.sqrt(squares.get(index)!);
      });
  }
  return { indptr, indices, data };
}

/** Copies a row of neighbours, ascending by index, and the roots of their squares to position `at`. */
function sortRow(
  nearest: Int32Array,
  squares: Float64Array,
  indices: Int32Array,
  data: Float64Array,
  at: number,
): void {
  for (let j = 0; j < nearest.length; j++) {
    let slot = at + j;
    while (slot > at && indices[slot - 1]! > nearest[j]!) {
      indices[slot] = indices[slot - 1]!;
      data[slot] = data[slot - 1]!;
      slot--;
    }
    indices[slot] = nearest[j]!;
    data[slot] = Math.sqrt(squares[j]!);
  }
}

/** The graph with every pair in both rows: i is joined to j if either was joined to the other. Distances are kept. */
export function symmetricGraph({ indptr, indices, data }: NeighbourGraph): NeighbourGraph {
  const n = indptr.length - 1;
  const rows = Array.from({ length: n }, () => new Map<number, number>());
  for (let i = 0; i < n; i++) {
    for (let p = indptr[i]!; p < indptr[i + 1]!; p++) {
      rows[i]!.set(indices[p]!, data[p]!);
      rows[indices[p]!]!.set(i, data[p]!);
    }
  }
  const starts = new Int32Array(n + 1);
  rows.forEach((row, i) => (starts[i + 1] = starts[i]! + row.size));
  const joined = new Int32Array(starts[n]!);
  const distances = new Float64Array(starts[n]!);
  rows.forEach((row, i) => {
    [...row.keys()]
      .sort((a, b) => a - b)
      .forEach((j, k) => {
        joined[starts[i]! + k] = j;
        distances[starts[i]! + k] = row.get(j)!;
      });
  });
  return { indptr: starts, indices: joined, data: distances };
}
