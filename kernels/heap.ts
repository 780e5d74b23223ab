/**
 * A binary min-heap of pixels ordered by value, then by age, held in flat arrays that grow as needed.
 *
 * Two entries of the same value and age leave in an order that depends on the heap's shape. Watershed labels depend on
 * it where markers tie, so this heap makes the same comparisons as the one in scikit-image (`heap_general.pxi`): a new
 * entry rises while it is strictly smaller than its parent; after a pop the last entry sinks from the root, to the left
 * child if that is strictly smaller, to the right one if that is strictly smaller still.
 */
export class PixelHeap {
  /** Number of entries. */
  size = 0;
  /** The value, age and label of the entry that left last. */
  poppedValue = 0;
  poppedAge = 0;
  poppedLabel = 0;
  private values: Float64Array<ArrayBuffer>;
  private ages: Float64Array<ArrayBuffer>;
  private pixels: Int32Array<ArrayBuffer>;
  private labels: Int32Array<ArrayBuffer>;

  /** @param capacity how many entries there is room for at first. */
  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
    this.ages = new Float64Array(capacity);
    this.pixels = new Int32Array(capacity);
    this.labels = new Int32Array(capacity);
  }

  /** Adds a pixel, with the label it would spread. */
  push(value: number, age: number, pixel: number, label: number): void {
    if (this.size === this.values.length) this.grow();
    const { values, ages, pixels, labels } = this;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentValue = values[parent]!;
      if (value > parentValue || (value === parentValue && age >= ages[parent]!)) break;
      this.move(parent, hole);
      hole = parent;
    }
    values[hole] = value;
    ages[hole] = age;
    pixels[hole] = pixel;
    labels[hole] = label;
  }

  /** Removes the smallest entry and returns its pixel; the rest of it is in `popped…`. The heap must not be empty. */
  pop(): number {
    const { values, ages, pixels, labels } = this;
    const result = pixels[0]!;
    this.poppedValue = values[0]!;
    this.poppedAge = ages[0]!;
    this.poppedLabel = labels[0]!;
    const size = --this.size;
    const value = values[size]!;
    const age = ages[size]!;
    let hole = 0;
    for (let left = 1; left < size; left = 2 * hole + 1) {
      let next = hole;
      let nextValue = value;
      let nextAge = age;
      const leftValue = values[left]!;
      if (leftValue < nextValue || (leftValue === nextValue && ages[left]! < nextAge)) {
        next = left;
        nextValue = leftValue;
        nextAge = ages[left]!;
      }
      const right = left + 1;
      if (right < size) {
        const rightValue = values[right]!;
        if (rightValue < nextValue || (rightValue === nextValue && ages[right]! < nextAge)) next = right;
      }
      if (next === hole) break;
      this.move(next, hole);
      hole = next;
    }
    this.move(size, hole);
    return result;
  }

  private move(from: number, to: number): void {
    this.values[to] = this.values[from]!;
    this.ages[to] = this.ages[from]!;
    this.pixels[to] = this.pixels[from]!;
    this.labels[to] = this.labels[from]!;
  }

  private grow(): void {
    const larger = <T extends Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const capacity = 2 * this.values.length + 64;
    this.values = larger(this.values, new Float64Array(capacity));
    this.ages = larger(this.ages, new Float64Array(capacity));
    this.pixels = larger(this.pixels, new Int32Array(capacity));
    this.labels = larger(this.labels, new Int32Array(capacity));
  }
}
