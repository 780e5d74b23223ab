/**
 * A set of slots that gives out its lowest: one bit per slot, and two levels of bits over the words that are not empty.
 * Below `word` nothing is set, so a flood that goes on near its last slot looks at one word.
 */
export class SlotQueue {
  private readonly slots: Int32Array;
  private readonly words: Int32Array;
  private readonly groups: Int32Array;
  private word = 0;
  private count = 0;

  /** @param capacity slots 0 to capacity - 1 may be used. */
  constructor(capacity: number) {
    this.slots = new Int32Array((capacity >> 5) + 1);
    this.words = new Int32Array((capacity >> 10) + 1);
    this.groups = new Int32Array((capacity >> 15) + 1);
  }

  /** Adds a slot that is not in the set. */
  add(slot: number): void {
    const word = slot >> 5;
    this.slots[word]! |= 1 << (slot & 31);
    this.words[word >> 5]! |= 1 << (word & 31);
    this.groups[word >> 10]! |= 1 << ((word >> 5) & 31);
    if (word < this.word || this.count === 0) this.word = word;
    this.count++;
  }

  /** Takes out the lowest slot; −1 when there is none. */
  take(): number {
    if (this.count === 0) return -1;
    let word = this.word;
    if (this.slots[word] === 0) {
      let row = word >> 5;
      if (this.words[row] === 0) {
        let group = row >> 5;
        while (this.groups[group] === 0) group++;
        row = 32 * group + lowest(this.groups[group]!);
      }
      word = 32 * row + lowest(this.words[row]!);
      this.word = word;
    }
    const bits = this.slots[word]!;
    this.slots[word] = bits & (bits - 1);
    if (this.slots[word] === 0) {
      this.words[word >> 5]! &= ~(1 << (word & 31));
      if (this.words[word >> 5] === 0) this.groups[word >> 10]! &= ~(1 << ((word >> 5) & 31));
    }
    this.count--;
    return 32 * word + 31 - Math.clz32(bits & -bits);
  }

  clear(): void {
    while (this.take() !== -1);
  }
}

function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
