// The watershed outside its flood: keys in the order of values, components of the mask, and which of them several labels fight for.
// Runs are records of 12 bytes as joinRuns and numberRuns of ./label leave them: first pixel, pixel after the last, component.
import { fill } from './label';

/** More than one label in a component; labels are > 0. */
const CONTESTED = -1;
/** Bytes of a component's record (i32): label, runs, pixels, place among the contested runs. */
const COMPONENT = 16;

/**
 * Replaces float32 values by int32 keys of the same order, equal where the values are (-0 is 0).
 *
 * @param sign -0 (the sign bit) orders by the negated values, 0 by the values.
 * @returns the index of a NaN, or -1 if there is none.
 */
export function orderKeys(at: usize, count: i32, sign: f32): i32 {
  const flip = i32x4.splat(reinterpret<i32>(sign));
  const positive = i32x4.splat(0x7fffffff);
  const zero = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const p = at + ((<usize>i) << 2);
    const v = v128.load(p);
    if (v128.any_true(f32x4.ne(v, v))) break;
    const bits = f32x4.add(v128.xor(v, flip), zero);
    v128.store(p, v128.xor(bits, v128.and(i32x4.shr_s(bits, 31), positive)));
  }
  for (; i < count; i++) {
    const p = at + ((<usize>i) << 2);
    const value = load<f32>(p);
    if (value != value) return i;
    const bits = reinterpret<i32>(reinterpret<f32>(load<i32>(p) ^ reinterpret<i32>(sign)) + <f32>0);
    store<i32>(p, bits < 0 ? bits ^ 0x7fffffff : bits);
  }
  return -1;
}

/** Sums up the markers of every component into `components`, which the caller has zeroed. */
export function mergeMarkers(runs: usize, count: i32, markers: usize, components: usize): void {
  for (let run = runs, end = runs + <usize>count * 12; run < end; run += 12) {
    const component = components + <usize>load<i32>(run, 8) * COMPONENT;
    const first = load<i32>(run);
    const last = load<i32>(run, 4);
    store<i32>(component, load<i32>(component, 4) + 1, 4);
    store<i32>(component, load<i32>(component, 8) + last - first, 8);
    const label = load<i32>(component);
    if (label != CONTESTED) {
      store<i32>(component, mergeRun(markers + ((<usize>first) << 2), markers + ((<usize>last) << 2), label));
    }
  }
}

// @ts-ignore: decorator
@noInline
function mergeRun(at: usize, end: usize, label: i32): i32 {
  for (; at < end; at += 4) {
    while (at + 16 <= end && !v128.any_true(v128.load(at))) at += 16;
    if (at >= end) break;
    const marker = load<i32>(at);
    if (marker == 0 || marker == label) continue;
    if (label != 0) return CONTESTED;
    label = marker;
  }
  return label;
}

/**
 * Lists the runs of the contested components, component after component.
 *
 * @param order i32, indices of those runs.
 * @param firsts i32 pairs, for every contested component: its first place in `order`, its pixels; and the places in all at the end.
 * @returns the number of contested components.
 */
export function listContested(runs: usize, count: i32, components: usize, last: i32, order: usize, firsts: usize): i32 {
  let place = 0;
  let contested = 0;
  for (let c = 1; c <= last; c++) {
    const component = components + <usize>c * COMPONENT;
    if (load<i32>(component) != CONTESTED) continue;
    store<i32>(component, place, 12);
    store<i32>(firsts + ((<usize>contested) << 3), place);
    store<i32>(firsts + ((<usize>contested) << 3), load<i32>(component, 8), 4);
    place += load<i32>(component, 4);
    contested++;
  }
  store<i32>(firsts + ((<usize>contested) << 3), place);
  for (let r = 0; r < count; r++) {
    const component = components + <usize>load<i32>(runs + <usize>r * 12, 8) * COMPONENT;
    if (load<i32>(component) != CONTESTED) continue;
    const to = load<i32>(component, 12);
    store<i32>(order + ((<usize>to) << 2), r);
    store<i32>(component, to + 1, 12);
  }
  return contested;
}

/** Fills the components that have one label; contested ones get their markers, all other pixels 0. */
export function paintUncontested(
  runs: usize, count: i32, components: usize, markers: usize, labels: usize, pixels: i32,
): void {
  let done = labels;
  for (let run = runs, end = runs + <usize>count * 12; run < end; run += 12) {
    const from = (<usize>load<i32>(run)) << 2;
    const to = (<usize>load<i32>(run, 4)) << 2;
    const label = load<i32>(components + <usize>load<i32>(run, 8) * COMPONENT);
    fill(done, labels + from, 0);
    if (label == CONTESTED) memory.copy(labels + from, markers + from, to - from);
    else fill(labels + from, labels + to, label);
    done = labels + to;
  }
  fill(done, labels + ((<usize>pixels) << 2), 0);
}

/** @returns 1 if a label of a component, whose runs are order[from..to), is -1. */
export function hasUnknown(runs: usize, order: usize, from: i32, to: i32, labels: usize): i32 {
  const unknown = i32x4.splat(-1);
  for (let k = from; k < to; k++) {
    const run = runs + <usize>load<i32>(order + ((<usize>k) << 2)) * 12;
    let at = labels + ((<usize>load<i32>(run)) << 2);
    const end = labels + ((<usize>load<i32>(run, 4)) << 2);
    for (; at + 16 <= end; at += 16) if (v128.any_true(i32x4.eq(v128.load(at), unknown))) return 1;
    for (; at < end; at += 4) if (load<i32>(at) == -1) return 1;
  }
  return 0;
}
