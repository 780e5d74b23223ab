/** Points per leaf: below this a scan is faster than another level. */
const LEAF = 8;

/** A k-d tree over points of the plane, kept as an order of their indices: the middle of a range is the point that splits it. */
export interface PointTree {
  readonly y: Float64Array;
  readonly x: Float64Array;
  /** Point indices; each range [from, to) has its splitting point in the middle, smaller coordinates before it, larger ones behind. */
  readonly order: Int32Array;
  /** Per position in `order` the axis its range is split along: 0 for y, 1 for x. */
  readonly axis: Uint8Array;
}

/**
 * Builds the tree: each range is split at the median of the axis along which it is longer.
 *
 * @throws RangeError if `y` and `x` differ in length or a coordinate is not finite (its index is named).
 */
export function buildPointTree(y: ArrayLike<number>, x: ArrayLike<number>, caller: string): PointTree {
  const n = y.length;
  if (x.length !== n) throw new RangeError(`${caller}: ${n} y for ${x.length} x; pass one of each per point`);
  for (let i = 0; i < n; i++) {
    if (Number.isFinite(y[i]!) && Number.isFinite(x[i]!)) continue;
    throw new RangeError(`${caller}: point ${i} is at y ${y[i]!}, x ${x[i]!}; pass finite coordinates`);
  }
  const tree = {
    y: Float64Array.from(y),
    x: Float64Array.from(x),
    order: Int32Array.from({ length: n }, (_, i) => i),
    axis: new Uint8Array(n),
  };
  splitRange(tree, 0, n);
  return tree;
}

function splitRange(tree: PointTree, from: number, to: number): void {
  if (to - from <= LEAF) return;
  const [yLength, xLength] = [extent(tree.y, tree.order, from, to), extent(tree.x, tree.order, from, to)];
  const along = xLength > yLength ? 1 : 0;
  const middle = (from + to) >> 1;
  select(along === 1 ? tree.x : tree.y, tree.order, from, to - 1, middle);
  tree.axis[middle] = along;
  splitRange(tree, from, middle);
  splitRange(tree, middle + 1, to);
}

function extent(values: Float64Array, order: Int32Array, from: number, to: number): number {
  let low = Infinity;
  let high = -Infinity;
  for (let i = from; i < to; i++) {
    const value = values[order[i]!]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}

/** Reorders [low, high] so that position `k` holds what sorting would put there, nothing larger before it, nothing smaller behind. */
function select(values: Float64Array, order: Int32Array, low: number, high: number, k: number): void {
  while (low < high) {
    const pivot = values[order[(low + high) >> 1]!]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[order[i]!]! < pivot) i++;
      while (values[order[j]!]! > pivot) j--;
      if (i > j) break;
      const swapped = order[i]!;
      order[i++] = order[j]!;
      order[j--] = swapped;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}

/**
 * Calls `visit(index, squaredDistance)` for the points that may lie within the reach of (y, x), nearest ranges first. `visit` returns the
 * squared reach from then on; ranges beyond it are left out, points at exactly the reach are not.
 */
export function visitNear(
  tree: PointTree,
  y: number,
  x: number,
  reach: number,
  visit: (index: number, squared: number) => number,
): void {
  const { order, axis } = tree;
  let limit = reach;
  const look = (position: number): void => {
    const index = order[position]!;
    const dy = tree.y[index]! - y;
    const dx = tree.x[index]! - x;
    const squared = dy * dy + dx * dx;
    if (squared <= limit) limit = visit(index, squared);
  };
  const walk = (from: number, to: number): void => {
    if (to - from <= LEAF) {
      for (let i = from; i < to; i++) look(i);
      return;
    }
    const middle = (from + to) >> 1;
    const index = order[middle]!;
    const beyond = axis[middle] === 1 ? x - tree.x[index]! : y - tree.y[index]!;
    if (beyond < 0) walk(from, middle);
    else walk(middle + 1, to);
    // Rounding is monotone: no point beyond the line is nearer than the line, so nothing within the reach is missed.
    if (beyond * beyond > limit) return;
    look(middle);
    if (beyond < 0) walk(middle + 1, to);
    else walk(from, middle);
  };
  walk(0, order.length);
}
