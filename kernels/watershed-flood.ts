import { SlotQueue } from './slot-queue.ts';
import { Basin, firstSlot, QUEUED } from './watershed-basin.ts';
import { findComponents, type Components } from './watershed-components.ts';
import { floodByHeap } from './watershed-heap.ts';
import type { Scene } from './watershed-scene.ts';

/**
 * The watershed without a heap over the image: component by component, with a queue that follows from one sort by value.
 *
 * Components do not touch, and ages are compared among equal values of one component only, so each can be flooded alone;
 * but for one thing. Markers of equal value also have equal age, and then the shape of the library's heap decides, to
 * which all components contribute. The flood takes them in raster order and watches whether their order made a
 * difference (see {@link Flood.turn}). Where it may have, the heap is run until it has given out the markers in question,
 * and those components are flooded again with the markers in that order.
 */
export function flood(scene: Scene): Int32Array {
  const components = findComponents(scene);
  const out = fillUncontested(scene, components);
  const basin = new Basin(scene, components);
  const water = new Flood(scene, basin);
  const raced: number[] = [];
  for (let c = 0; c + 1 < components.first.length; c++) {
    const tied = basin.fill(c);
    if (water.run(tied)) writeBack(scene, components, basin, c, out);
    else raced.push(c);
  }
  if (raced.length === 0) return out;
  const flags = basin.stamps.fill(0);
  let count = 0;
  raced.forEach((c, i) => {
    basin.fill(c);
    for (const p of basin.tiedMarkers()) {
      flags[p] = i + 1;
      count++;
    }
  });
  const early: number[][] = raced.map(() => []);
  for (const p of floodByHeap(scene, { flags, count }).order) early[flags[p]! - 1]!.push(p);
  raced.forEach((c, i) => {
    basin.fill(c, early[i]);
    water.run(false);
    writeBack(scene, components, basin, c, out);
  });
  return out;
}

function fillUncontested({ markers, height, width }: Scene, { start, end, label }: Components): Int32Array {
  const out = new Int32Array(height * width);
  for (let r = 0; r < start.length; r++) {
    if (label[r]! > 0) out.fill(label[r]!, start[r], end[r]);
    else if (label[r]! < 0) out.set(markers.subarray(start[r], end[r]), start[r]);
  }
  return out;
}

/** Reached pixels get their label; the rest keeps its marker, as the library does with markers that a line runs through. */
function writeBack({ width }: Scene, components: Components, basin: Basin, component: number, out: Int32Array): void {
  const { start, end, row, contested, first } = components;
  for (let k = first[component]!; k < first[component + 1]!; k++) {
    const r = contested[k]!;
    const shift = width + 3 + 2 * row[r]!;
    for (let i = start[r]!; i < end[r]!; i++) if (basin.state[i + shift]! < 0) out[i] = -basin.state[i + shift]!;
  }
}

class Flood {
  private readonly basin: Basin;
  private readonly raised: boolean;
  private readonly line: boolean;
  private readonly neighbours: readonly number[];
  private readonly slots: SlotQueue;
  /** `raised`: pixels at or below the water's level, in the order in which they were reached. */
  private readonly waiting: Int32Array;
  private waitingCount = 0;
  private watched = false;
  private level = 0;
  private classLevel = 0;
  private classTag = 0;
  private ordinal = 0;

  constructor({ width, raised, line }: Scene, basin: Basin) {
    const stride = width + 2;
    this.basin = basin;
    this.raised = raised;
    this.line = line;
    this.neighbours = [-stride, -1, 1, stride];
    this.slots = new SlotQueue(raised ? 0 : basin.queue.length);
    this.waiting = new Int32Array(raised ? basin.queue.length : 0);
  }

  /**
   * Floods the component that the basin holds.
   *
   * @param watched whether to stop once the order of tied markers may have made a difference.
   * @returns whether the flood came to its end.
   */
  run(watched: boolean): boolean {
    // Here a pixel's label depends on which neighbours left before it, so every order counts and there is nothing to watch for.
    if (watched && this.line && !this.raised) return false;
    this.watched = watched;
    this.classLevel = -1;
    this.ordinal = 0;
    return this.raised ? this.runRaised() : this.runOwn();
  }

  /** The level never falls, so the cursor over the slots only moves up. */
  private runRaised(): boolean {
    const { queue, tails, size } = this.basin;
    for (let slot = 0, end = 0; slot < size; slot = end) {
      end = slot + 1;
      if (queue[slot] === -1) continue;
      end = Math.max(end, tails[slot]!);
      this.level = slot;
      this.waitingCount = 0;
      for (let i = slot; i < end; i++) if (!this.turn(queue[i]!)) return false;
      for (let i = 0; i < this.waitingCount; i++) if (!this.turn(this.waiting[i]!)) return false;
    }
    return true;
  }

  private runOwn(): boolean {
    const { queue, size } = this.basin;
    this.slots.clear();
    for (let slot = 0; slot < size; slot++) if (queue[slot] !== -1) this.slots.add(slot);
    for (let slot = this.slots.take(); slot !== -1; slot = this.slots.take()) {
      this.level = this.basin.levelOf(slot);
      if (!this.turn(queue[slot]!)) return false;
    }
    return true;
  }

  /**
   * Lets one pixel spread to its free neighbours.
   *
   * Pops fall into classes: the pops within one may come in another order if tied markers do, while the order of classes
   * is certain. The markers of one value are a class; so are the pixels of one value that were reached by the pops of one
   * class; and what lies lower than a pixel (rule `own`) belongs to the class of the pixel, after which it comes at once.
   * As long as no pop sees a pixel that was reached in its own class under another label, every order of the class
   * reaches the same pixels with the same labels, and makes the same classes of them.
   *
   * @returns false if such a pixel is seen.
   */
  private turn(p: number): boolean {
    const { state, stamps } = this.basin;
    if (this.level > this.classLevel || (this.level === this.classLevel && stamps[p] !== this.classTag)) {
      this.classLevel = this.level;
      this.classTag = stamps[p]!;
      this.ordinal++;
    }
    let own = state[p]!;
    let spreads = true;
    if (this.line) {
      const marker = own > -QUEUED;
      if (!marker) own += QUEUED;
      const meets = this.meets(p, own, marker);
      if (meets && marker && this.watched) return false;
      state[p] = meets ? 0 : own;
      if (!marker) stamps[p] = this.ordinal;
      spreads = !meets || this.raised;
    }
    for (let n = 0; n < 4; n++) {
      const next = p + this.neighbours[n]!;
      const found = state[next]!;
      if (found < 0) {
        if (!this.watched || stamps[next] !== this.ordinal) continue;
        if ((found > -QUEUED ? found : found + QUEUED) !== own) return false;
      } else if (found > 0 && spreads) {
        state[next] = this.line ? own - QUEUED : own;
        stamps[next] = this.ordinal;
        this.push(next, found);
      }
    }
    return true;
  }

  private push(p: number, free: number): void {
    if (!this.raised) this.slots.add(this.basin.place(p, free));
    else if (firstSlot(free) > this.level) this.basin.place(p, free);
    else this.waiting[this.waitingCount++] = p;
  }

  /** Whether a pixel becomes line. scikit-image 0.24 (`own`) does not compare a marker's own label, 0.26 does. */
  private meets(p: number, own: number, marker: boolean): boolean {
    let first = marker && !this.raised ? 0 : own;
    for (let n = 0; n < 4; n++) {
      const found = this.basin.state[p + this.neighbours[n]!]!;
      if (found >= 0 || found <= -QUEUED) continue;
      if (first === 0) first = found;
      else if (found !== first) return true;
    }
    return false;
  }
}
