/**
 * The pixels inside the convex hull of an object given by its leftmost and rightmost pixel per row.
 *
 * Follows `regionprops(...).area_convex` of scikit-image 0.26: a pixel stands for the four midpoints of its edges, and every pixel
 * whose centre lies inside or on the hull of those points counts. Coordinates are doubled here, so the arithmetic is exact.
 *
 * @param left per row of the object's box, the smallest column; greater than `right` marks a row without pixels (the first and
 *   last row of a box have some).
 * @param right per row, the largest column, inclusive.
 * @returns the number of pixels, at least the object's area.
 */
export function convexArea(left: Int32Array, right: Int32Array): number {
  const leftChain = new Chain(-1);
  const rightChain = new Chain(1);
  for (let half = -1; half <= 2 * left.length - 1; half++) {
    const [low, high] = half % 2 === 0 ? tips(left, right, half / 2) : sides(left, right, (half - 1) / 2);
    if (low > high) continue;
    leftChain.push(half, low);
    rightChain.push(half, high);
  }
  let area = 0;
  for (let y = 0; y < left.length; y++) {
    area += Math.floor(rightChain.half(2 * y)) - Math.ceil(leftChain.half(2 * y)) + 1;
  }
  return area;
}

/** On a row of pixel centres the outermost points are half a pixel beyond the first and last pixel. */
function tips(left: Int32Array, right: Int32Array, y: number): [number, number] {
  return left[y]! > right[y]! ? [1, 0] : [2 * left[y]! - 1, 2 * right[y]! + 1];
}

/** Between rows y and y+1 the points are the lower midpoints of the one and the upper midpoints of the other. */
function sides(left: Int32Array, right: Int32Array, y: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const row of [y, y + 1]) {
    if (row < 0 || row >= left.length || left[row]! > right[row]!) continue;
    low = Math.min(low, 2 * left[row]!);
    high = Math.max(high, 2 * right[row]!);
  }
  return [low, high];
}

/** One side of a hull: points of ascending y, convex towards `direction` (-1 left, 1 right). Andrew's monotone chain. */
class Chain {
  readonly #direction: -1 | 1;
  readonly #y: number[] = [];
  readonly #x: number[] = [];
  #edge = 0;

  constructor(direction: -1 | 1) {
    this.#direction = direction;
  }

  push(y: number, x: number): void {
    const [ys, xs] = [this.#y, this.#x];
    for (let n = ys.length; n >= 2; n = ys.length) {
      const [ya, xa, yb, xb] = [ys[n - 2]!, xs[n - 2]!, ys[n - 1]!, xs[n - 1]!];
      const bulge = this.#direction * ((xb - xa) * (y - ya) - (x - xa) * (yb - ya));
      if (bulge > 0) break;
      ys.pop();
      xs.pop();
    }
    ys.push(y);
    xs.push(x);
  }

  /** Half the chain's x at `y`; asked with ascending y. A quotient of integers, so floor and ceil of it are exact. */
  half(y: number): number {
    while (this.#y[this.#edge + 1]! < y) this.#edge++;
    const [ya, yb] = [this.#y[this.#edge]!, this.#y[this.#edge + 1]!];
    const [xa, xb] = [this.#x[this.#edge]!, this.#x[this.#edge + 1]!];
    return (xa * (yb - ya) + (xb - xa) * (y - ya)) / (2 * (yb - ya));
  }
}
