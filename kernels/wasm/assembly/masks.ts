// What is kept of a mask's connected components. Runs are records as joinRuns and numberRuns leave them: first pixel, pixel after its last,
// component.

/** Makes a mask's values 0 and 1, or 1 and 0 where `flip` is 1, in place. */
export function maskToBits(mask: usize, pixels: i32, flip: i32): void {
  const one = i8x16.splat(1);
  const flips = i8x16.splat(<i8>flip);
  const whole = <usize>(pixels & ~15);
  for (let i: usize = 0; i < whole; i += 16) v128.store(mask + i, v128.xor(i8x16.min_u(v128.load(mask + i), one), flips));
  for (let i = whole; i < <usize>pixels; i++) store<u8>(mask + i, (load<u8>(mask + i) != 0 ? 1 : 0) ^ flip);
}

/** Adds every run's pixels to its component's entry of `areas` (i32, zeroed by the caller). */
export function sumComponents(runs: usize, count: i32, areas: usize): void {
  for (let run = runs, end = runs + <usize>count * 12; run < end; run += 12) {
    const area = areas + ((<usize>load<i32>(run, 8)) << 2);
    store<i32>(area, load<i32>(area) + load<i32>(run, 4) - load<i32>(run));
  }
}

/** Sets the entry (i32) of every component that touches the plane's border to 1. */
export function markOpen(runs: usize, count: i32, height: i32, width: i32, open: usize): void {
  const lastRow = (height - 1) * width;
  for (let run = runs, end = runs + <usize>count * 12; run < end; run += 12) {
    const from = load<i32>(run);
    const to = load<i32>(run, 4);
    if (from >= width && to <= lastRow && <u32>from % <u32>width != 0 && <u32>to % <u32>width != 0) continue;
    store<i32>(open + ((<usize>load<i32>(run, 8)) << 2), 1);
  }
}

/** Writes 1 over the runs whose component's entry is at least `least`, on a ground of 0. */
export function paintKept(runs: usize, count: i32, table: usize, least: f64, mask: usize, pixels: i32): void {
  memory.fill(mask, 0, <usize>pixels);
  for (let run = runs, end = runs + <usize>count * 12; run < end; run += 12) {
    if (<f64>load<i32>(table + ((<usize>load<i32>(run, 8)) << 2)) < least) continue;
    const from = load<i32>(run);
    memory.fill(mask + <usize>from, 1, <usize>(load<i32>(run, 4) - from));
  }
}
