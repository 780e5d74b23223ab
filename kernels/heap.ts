/**
 * A binary min-heap of pixels ordered by value, then by age, held in flat arrays.
 *
 * Two entries of the same value and age leave in an order that depends on the heap's shape. Watershed labels depend on
 * it where markers tie, so this heap makes the same comparisons as the one in scikit-image (`heap_general.pxi`): a new
 * entry rises while it is strictly smaller than its parent; after a pop the last entry sinks from the root, to the left
 * child if that is strictly smaller, to the right one if that is strictly smaller still.
 */
export class PixelHeap {
  /** Number of entries. */
  size = 0;
  /** The value of the entry that left last. */
  poppedValue = 0;
  private readonly values: Float64Array;
  private readonly ages: Int32Array;
  private readonly pixels: Int32Array;

  /** @param capacity the largest number of entries held at once; a push beyond it is not checked. */
  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
    this.ages = new Int32Array(capacity);
    this.pixels = new Int32Array(capacity);
  }

  /** Adds a pixel. */
  push(value: number, age: number, pixel: number): void {
    const { values, ages, pixels } = this;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentValue = values[parent]!;
      if (value > parentValue || (value === parentValue && age >= ages[parent]!)) break;
      values[hole] = parentValue;
      ages[hole] = ages[parent]!;
      pixels[hole] = pixels[parent]!;
      hole = parent;
    }
    values[hole] = value;
    ages[hole] = age;
    pixels[hole] = pixel;
  }

  /** Removes the smallest entry and returns its pixel; its value is in `poppedValue`. The heap must not be empty. */
  pop(): number {
    const { values, ages, pixels } = this;
    const result = pixels[0]!;
    this.poppedValue = values[0]!;
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
        if (rightValue < nextValue || (rightValue === nextValue && ages[right]! < nextAge)) {
          next = right;
          nextValue = rightValue;
          nextAge = ages[right]!;
        }
      }
      if (next === hole) break;
      values[hole] = nextValue;
      ages[hole] = nextAge;
      pixels[hole] = pixels[next]!;
      hole = next;
    }
    values[hole] = value;
    ages[hole] = age;
    pixels[hole] = pixels[size]!;
    return result;
  }
}
