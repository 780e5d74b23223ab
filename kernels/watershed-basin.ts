import { LARGEST_LABEL, type Scene } from './watershed-scene.ts';
import type { Components } from './watershed-components.ts';

/** A pixel that is queued but has no label yet (line only) holds −(label + QUEUED) in `state`. */
export const QUEUED = LARGEST_LABEL + 1;
/** A pixel whose value is not its own: the rest of its state is the first slot of its tie group. */
const TIE = 2 ** 30;
/** Marks a marker that was gathered early; no state is as low. */
const TAKEN = -(2 ** 31);
const DIGIT = 11;

/**
 * The working arrays of the flood, and the queue of one component at a time.
 *
 * Every pixel of the component has a slot, its place in the order of values; equal values share a stretch of slots that
 * is filled from its start as they come, markers first. As each pixel enters once, the order of slots is the order of
 * (value, age).
 */
export class Basin {
  /** With a border: 0 blocked, > 0 free (slot + 1), < 0 reached (−label, or −(label + QUEUED)). */
  readonly state: Int32Array;
  /** With a border: the class of pops in which a pixel was reached, 0 for markers. See `Flood.turn`. */
  readonly stamps: Int32Array;
  /** Per slot: the pixel that lies in it, −1 if none does. */
  readonly queue: Int32Array;
  /** Per first slot of a tie group: the slot that is filled next; per other slot of it: ~first; else 0. */
  readonly tails: Int32Array;
  /** Pixels in the component. */
  size = 0;
  private readonly scene: Scene;
  private readonly components: Components;
  private keys: Int32Array;
  private pixels: Int32Array;
  private otherKeys: Int32Array;
  private otherPixels: Int32Array;
  private readonly counts = new Int32Array(2 ** DIGIT + 1);

  constructor(scene: Scene, components: Components) {
    const { contested, first, start, end } = components;
    let largest = 0;
    for (let c = 0; c + 1 < first.length; c++) {
      let size = 0;
      for (let i = first[c]!; i < first[c + 1]!; i++) size += end[contested[i]!]! - start[contested[i]!]!;
      largest = Math.max(largest, size);
    }
    const padded = largest === 0 ? 0 : (scene.height + 2) * (scene.width + 2);
    this.scene = scene;
    this.components = components;
    this.state = new Int32Array(padded);
    this.stamps = new Int32Array(padded);
    this.queue = new Int32Array(largest);
    this.tails = new Int32Array(largest);
    this.keys = new Int32Array(largest);
    this.pixels = new Int32Array(largest);
    this.otherKeys = new Int32Array(largest);
    this.otherPixels = new Int32Array(largest);
  }

  /**
   * Sets the component up for its flood.
   *
   * @param early markers in the order in which the heap would give them out; those of equal value enter in this order,
   *   all others in raster order.
   * @returns whether markers tie whose order may matter: those of different labels, or of any with a line and rule `own`.
   */
  fill(component: number, early: readonly number[] = []): boolean {
    this.gather(component, early);
    this.sort();
    return this.assignSlots();
  }

  /** The markers of the groups in which markers tie whose order may matter, after {@link fill}. */
  tiedMarkers(): number[] {
    const found: number[] = [];
    for (let from = 0, to = 0; from < this.size; from = to) {
      const tail = this.tails[from]!;
      to = this.groupEnd(from);
      for (let i = from + 1; i < tail; i++) {
        if (!this.differ(this.queue[from]!, this.queue[i]!)) continue;
        for (let j = from; j < tail; j++) found.push(this.queue[j]!);
        break;
      }
    }
    return found;
  }

  private gather(component: number, early: readonly number[]): void {
    const { start, end, row, contested, first } = this.components;
    const { keys: source, markers, width } = this.scene;
    const { keys, pixels, state } = this;
    let n = 0;
    const stride = width + 2;
    for (const p of early) {
      const i = p - stride - 1 - 2 * (Math.floor(p / stride) - 1);
      keys[n] = source[i]!;
      pixels[n++] = p;
      // Taken out of the raster order below.
      state[p] = TAKEN;
    }
    for (let k = first[component]!; k < first[component + 1]!; k++) {
      const r = contested[k]!;
      const shift = width + 3 + 2 * row[r]!;
      for (let i = start[r]!; i < end[r]!; i++) {
        const p = i + shift;
        const taken = state[p] === TAKEN;
        state[p] = -markers[i]!;
        if (taken) continue;
        keys[n] = source[i]!;
        pixels[n++] = p;
      }
    }
    this.size = n;
  }

  /** A stable radix sort by key over as many bits as the keys' range has. */
  private sort(): void {
    const { size, counts } = this;
    let least = 2 ** 31 - 1;
    let most = -(2 ** 31);
    for (let i = 0; i < size; i++) {
      least = Math.min(least, this.keys[i]!);
      most = Math.max(most, this.keys[i]!);
    }
    const bits = 32 - Math.clz32((most - least) >>> 0);
    for (let shift = 0; shift < bits; shift += DIGIT) {
      const { keys, pixels, otherKeys, otherPixels } = this;
      counts.fill(0);
      for (let i = 0; i < size; i++) counts[((((keys[i]! - least) | 0) >>> shift) & (2 ** DIGIT - 1)) + 1]!++;
      for (let d = 0; d < 2 ** DIGIT; d++) counts[d + 1]! += counts[d]!;
      for (let i = 0; i < size; i++) {
        const to = counts[(((keys[i]! - least) | 0) >>> shift) & (2 ** DIGIT - 1)]!++;
        otherKeys[to] = keys[i]!;
        otherPixels[to] = pixels[i]!;
      }
      this.keys = otherKeys;
      this.pixels = otherPixels;
      this.otherKeys = keys;
      this.otherPixels = pixels;
    }
  }

  private assignSlots(): boolean {
    const { size, state, queue, tails, pixels } = this;
    queue.fill(-1, 0, size);
    tails.fill(0, 0, size);
    let tied = false;
    for (let from = 0, to = 0; from < size; from = to) {
      to = this.groupEnd(from);
      let tail = from;
      for (let i = from; i < to; i++) {
        const p = pixels[i]!;
        if (state[p]! < 0) queue[tail++] = p;
        else state[p] = to - from > 1 ? (from + 1) | TIE : from + 1;
      }
      if (to - from === 1) continue;
      tails.fill(~from, from + 1, to);
      for (let i = from + 1; i < tail; i++) tied ||= this.differ(queue[from]!, queue[i]!);
      tails[from] = tail;
    }
    return tied;
  }

  /** Whether the order of two tied markers may matter. */
  private differ(a: number, b: number): boolean {
    return (this.scene.line && !this.scene.raised) || this.state[a] !== this.state[b];
  }

  private groupEnd(from: number): number {
    const { keys, size } = this;
    let to = from + 1;
    while (to < size && keys[to] === keys[from]) to++;
    return to;
  }

  /** The first slot of the level that a slot is in. */
  levelOf(slot: number): number {
    return this.tails[slot]! < 0 ? ~this.tails[slot]! : slot;
  }

  /** Puts a pixel that was free with that state into its slot, and returns the slot. */
  place(pixel: number, free: number): number {
    let slot = firstSlot(free);
    if (free >= TIE) slot = this.tails[slot]!++;
    this.queue[slot] = pixel;
    return slot;
  }
}

/** The first slot of a free pixel's level. */
export function firstSlot(free: number): number {
  return (free & (TIE - 1)) - 1;
}
