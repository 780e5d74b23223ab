// Connected components by union-find over horizontal runs. A run is a record of 12 bytes: first pixel, pixel after its last, parent.
// Parents are addresses' numbers (indices of earlier runs) until `numberRuns` replaces them by component numbers.

/**
 * Encodes the runs of a mask (u8, 0 is background) and joins those that touch.
 *
 * @param reach 1 joins corners, 0 sides only.
 * @param runs room for a record for every second pixel of each row, rounded up.
 * @returns the number of runs.
 */
export function joinRuns(mask: usize, height: i32, width: i32, reach: i32, runs: usize): i32 {
  let end = runs;
  let above = runs;
  for (let y = 0; y < height; y++) {
    const first = end;
    end = encodeMaskRow(mask + <usize>y * <usize>width, width, y * width, end, runs);
    if (y > 0) joinRows(runs, above, first, end, width, reach);
    above = first;
  }
  return <i32>((end - runs) / 12);
}

/** Sixteen pixels at a time are compared with their left neighbours; only where they differ does anything happen. */
// @ts-ignore: decorator
@noInline
function encodeMaskRow(row: usize, width: i32, first: i32, to: usize, runs: usize): usize {
  if (width == 0) return to;
  let inside = load<u8>(row) != 0;
  if (inside) store<i32>(to, first);
  let x = 1;
  const zero = i8x16.splat(0);
  for (; x + 16 <= width; x += 16) {
    const at = row + <usize>x;
    const here = i8x16.eq(v128.load(at), zero);
    const before = i8x16.eq(v128.load(at - 1), zero);
    let changes = i8x16.bitmask(v128.xor(here, before));
    while (changes != 0) {
      const next = first + x + ctz(changes);
      changes &= changes - 1;
      if (inside) to = closeRun(to, next, runs);
      else store<i32>(to, next);
      inside = !inside;
    }
  }
  for (; x < width; x++) {
    if ((load<u8>(row + <usize>x) != 0) == inside) continue;
    if (inside) to = closeRun(to, first + x, runs);
    else store<i32>(to, first + x);
    inside = !inside;
  }
  return inside ? closeRun(to, first + width, runs) : to;
}

// @ts-ignore: decorator
@inline
function closeRun(to: usize, end: i32, runs: usize): usize {
  store<i32>(to, end, 4);
  store<i32>(to, <i32>((to - runs) / 12), 8);
  return to + 12;
}

/** Joins the runs first..end of a row to those above..first of the row before. */
// @ts-ignore: decorator
@noInline
function joinRows(runs: usize, above: usize, first: usize, end: usize, width: i32, reach: i32): void {
  for (let run = first; run < end; run += 12) {
    const from = load<i32>(run) - width - reach;
    const to = load<i32>(run, 4) - width + reach;
    while (above < first && load<i32>(above, 4) <= from) above += 12;
    for (let other = above; other < first && load<i32>(other) < to; other += 12) unite(runs, other, run);
  }
}

// @ts-ignore: decorator
@inline
function unite(runs: usize, a: usize, b: usize): void {
  const rootA = rootOf(runs, <i32>((a - runs) / 12));
  const rootB = rootOf(runs, <i32>((b - runs) / 12));
  if (rootA < rootB) store<i32>(runs + <usize>rootB * 12, rootA, 8);
  else store<i32>(runs + <usize>rootA * 12, rootB, 8);
}

// @ts-ignore: decorator
@inline
function rootOf(runs: usize, run: i32): i32 {
  let at = runs + <usize>run * 12;
  let parent = load<i32>(at, 8);
  while (parent != run) {
    const grandparent = load<i32>(runs + <usize>parent * 12, 8);
    store<i32>(at, grandparent, 8);
    run = grandparent;
    at = runs + <usize>run * 12;
    parent = load<i32>(at, 8);
  }
  return run;
}

/** Replaces parents by component numbers 1.. in the order of first pixels. @returns the number of components. */
export function numberRuns(runs: usize, count: i32): i32 {
  let number = 0;
  for (let r = 0; r < count; r++) {
    const at = runs + <usize>r * 12;
    const parent = load<i32>(at, 8);
    // Roots come before their members, whose parents therefore hold numbers already.
    store<i32>(at, parent == r ? ++number : load<i32>(runs + <usize>parent * 12, 8), 8);
  }
  return number;
}

/** Writes every run's number over its pixels; background is not touched. */
export function paintRuns(runs: usize, count: i32, labels: usize): void {
  for (let r: usize = 0; r < <usize>count; r++) {
    const at = runs + r * 12;
    fill(labels + ((<usize>load<i32>(at)) << 2), labels + ((<usize>load<i32>(at, 4)) << 2), load<i32>(at, 8));
  }
}

/** Fills int32 from one address to another. */
// @ts-ignore: decorator
@inline
export function fill(at: usize, end: usize, value: i32): void {
  const vector = i32x4.splat(value);
  for (; at + 16 <= end; at += 16) v128.store(at, vector);
  for (; at < end; at += 4) store<i32>(at, value);
}
