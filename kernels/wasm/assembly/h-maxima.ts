// h-maxima without a reconstruction, and with one where that would take too long; the method is told in kernels/h-maxima.ts.
//
// `rule` points to what all functions here share: h (f32), resolution (f32), floor (f32), radius (i32), number of neighbours (i32), and
// from byte 32 on one entry of 16 bytes per neighbour in raster order: dy, dx, dy·width + dx (i32), unused.

const NEIGHBOURS: usize = 32;
const REFUTED: u8 = 0;
const CONFIRMED: u8 = 1;
const CANDIDATE: u8 = 2;
const VISITED: u8 = 4;

/** Writes the smallest and the largest value to `to` (two f32); answers 1 if any value is NaN. */
export function planeExtremes(at: usize, pixels: i32, to: usize): i32 {
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  let odd = i32x4.splat(0);
  const whole = (<usize>(pixels & ~3)) << 2;
  for (let i: usize = 0; i < whole; i += 16) {
    const v = v128.load(at + i);
    low = f32x4.pmin(low, v);
    high = f32x4.pmax(high, v);
    odd = v128.or(odd, f32x4.ne(v, v));
  }
  let smallest = min(min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)), min(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3)));
  let largest = max(max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)), max(f32x4.extract_lane(high, 2), f32x4.extract_lane(high, 3)));
  let nan = v128.any_true(odd);
  for (let i = whole, end = (<usize>pixels) << 2; i < end; i += 4) {
    const v = load<f32>(at + i);
    if (v < smallest) smallest = v;
    if (v > largest) largest = v;
    if (v != v) nan = true;
  }
  store<f32>(to, smallest);
  store<f32>(to, largest, 4);
  return nan ? 1 : 0;
}

/** Sets `state` to 0 where a pixel within distance min(radius, 2) refutes, to 2 elsewhere. */
export function findCandidates(at: usize, state: usize, height: i32, width: i32, rule: usize): void {
  const wide = load<i32>(rule, 12) >= 2;
  const stride = (<usize>width) << 2;
  for (let y = 0; y < height; y++) {
    const row = at + (<usize>y) * stride;
    // A row outside the plane is replaced by the middle one, all of whose columns taken are within the disk as well.
    const above = y > 0 ? row - stride : row;
    const below = y + 1 < height ? row + stride : row;
    const above2 = y > 1 ? above - stride : row;
    const below2 = y + 2 < height ? below + stride : row;
    const to = state + (<usize>y) * (<usize>width);
    if (wide) candidatesByDisk2(above2, above, row, below, below2, to, width, rule);
    else candidatesByDisk1(above, row, below, to, width, rule);
  }
}

// @ts-ignore: decorator
@inline
function shifted(v: f32, rule: usize): f32 {
  return max<f32>(v - load<f32>(rule) - load<f32>(rule, 4) * abs<f32>(v), load<f32>(rule, 8));
}

/** Lanes where a neighbour of value `highest` does not refute, all ones. */
// @ts-ignore: decorator
@inline
function stays(centre: v128, highest: v128, h: v128, resolution: v128, floor: v128): v128 {
  const seed = f32x4.pmax(f32x4.sub(f32x4.sub(highest, h), f32x4.mul(resolution, f32x4.abs(highest))), floor);
  return f32x4.ge(f32x4.sub(centre, seed), h);
}

/** Four masks of four lanes as 16 bytes of 2 or 0. */
// @ts-ignore: decorator
@inline
function toBytes(a: v128, b: v128, c: v128, d: v128): v128 {
  const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
  return v128.and(bytes, i8x16.splat(CANDIDATE));
}

// @ts-ignore: decorator
@inline
function highestOfDisk2(above2: usize, above: usize, row: usize, below: usize, below2: usize): v128 {
  const left = f32x4.pmax(v128.load(above - 4), v128.load(below - 4));
  const middle = f32x4.pmax(v128.load(above), v128.load(below));
  const right = f32x4.pmax(v128.load(above + 4), v128.load(below + 4));
  const far = f32x4.pmax(v128.load(above2), v128.load(below2));
  const near = f32x4.pmax(v128.load(row - 4), v128.load(row + 4));
  const sides = f32x4.pmax(v128.load(row - 8), v128.load(row + 8));
  return f32x4.pmax(f32x4.pmax(f32x4.pmax(left, right), f32x4.pmax(middle, far)), f32x4.pmax(near, sides));
}

// @ts-ignore: decorator
@noInline
function candidatesByDisk2(above2: usize, above: usize, row: usize, below: usize, below2: usize, to: usize, width: i32, rule: usize): void {
  const h = v128.load32_splat(rule);
  const resolution = v128.load32_splat(rule, 4);
  const floor = v128.load32_splat(rule, 8);
  let first = width;
  let last = width;
  if (width >= 20) {
    first = 2;
    last = width - 2;
    for (let x = 2; x < last; ) {
      // The last block overlaps the one before it.
      const from = min(x, last - 16);
      const o = (<usize>from) << 2;
      const a = stays(v128.load(row + o), highestOfDisk2(above2 + o, above + o, row + o, below + o, below2 + o), h, resolution, floor);
      const o1 = o + 16;
      const b = stays(v128.load(row + o1), highestOfDisk2(above2 + o1, above + o1, row + o1, below + o1, below2 + o1), h, resolution, floor);
      const o2 = o + 32;
      const c = stays(v128.load(row + o2), highestOfDisk2(above2 + o2, above + o2, row + o2, below + o2, below2 + o2), h, resolution, floor);
      const o3 = o + 48;
      const d = stays(v128.load(row + o3), highestOfDisk2(above2 + o3, above + o3, row + o3, below + o3, below2 + o3), h, resolution, floor);
      v128.store(to + <usize>from, toBytes(a, b, c, d));
      x = from + 16;
    }
  }
  for (let x = 0; x < width; x++) {
    if (x == first) x = last;
    if (x >= width) break;
    const o = (<usize>x) << 2;
    let highest = max<f32>(max<f32>(load<f32>(above2 + o), load<f32>(below2 + o)), max<f32>(load<f32>(above + o), load<f32>(below + o)));
    for (let side = max(x - 2, 0), end = min(x + 2, width - 1); side <= end; side++) {
      const s = (<usize>side) << 2;
      highest = max<f32>(highest, load<f32>(row + s));
      if (side >= x - 1 && side <= x + 1) highest = max<f32>(highest, max<f32>(load<f32>(above + s), load<f32>(below + s)));
    }
    const refuted = load<f32>(row + o) - shifted(highest, rule) < load<f32>(rule);
    store<u8>(to + <usize>x, refuted ? REFUTED : CANDIDATE);
  }
}

// @ts-ignore: decorator
@inline
function highestOfDisk1(above: usize, row: usize, below: usize): v128 {
  const column = f32x4.pmax(v128.load(above), v128.load(below));
  return f32x4.pmax(column, f32x4.pmax(v128.load(row - 4), v128.load(row + 4)));
}

// @ts-ignore: decorator
@noInline
function candidatesByDisk1(above: usize, row: usize, below: usize, to: usize, width: i32, rule: usize): void {
  const h = v128.load32_splat(rule);
  const resolution = v128.load32_splat(rule, 4);
  const floor = v128.load32_splat(rule, 8);
  let first = width;
  let last = width;
  if (width >= 18) {
    first = 1;
    last = width - 1;
    for (let x = 1; x < last; ) {
      const from = min(x, last - 16);
      const o = (<usize>from) << 2;
      const a = stays(v128.load(row + o), highestOfDisk1(above + o, row + o, below + o), h, resolution, floor);
      const o1 = o + 16;
      const b = stays(v128.load(row + o1), highestOfDisk1(above + o1, row + o1, below + o1), h, resolution, floor);
      const o2 = o + 32;
      const c = stays(v128.load(row + o2), highestOfDisk1(above + o2, row + o2, below + o2), h, resolution, floor);
      const o3 = o + 48;
      const d = stays(v128.load(row + o3), highestOfDisk1(above + o3, row + o3, below + o3), h, resolution, floor);
      v128.store(to + <usize>from, toBytes(a, b, c, d));
      x = from + 16;
    }
  }
  for (let x = 0; x < width; x++) {
    if (x == first) x = last;
    if (x >= width) break;
    const o = (<usize>x) << 2;
    let highest = max<f32>(load<f32>(above + o), load<f32>(below + o));
    for (let side = max(x - 1, 0), end = min(x + 1, width - 1); side <= end; side++) {
      highest = max<f32>(highest, load<f32>(row + ((<usize>side) << 2)));
    }
    const refuted = load<f32>(row + o) - shifted(highest, rule) < load<f32>(rule);
    store<u8>(to + <usize>x, refuted ? REFUTED : CANDIDATE);
  }
}

/**
 * Turns every candidate of `state` into 0 or 1.
 *
 * @param queue room for one i32 per pixel.
 * @param budget how many pixels all floods together may visit.
 * @returns 1, or 0 if the budget ran out; `state` is then of no use.
 */
export function settleCandidates(at: usize, state: usize, height: i32, width: i32, rule: usize, queue: usize, budget: f64): i32 {
  let left = budget;
  for (let y = 0; y < height; y++) {
    left = settleRow(at, state, height, width, y, rule, queue, left);
    if (left < 0) return 0;
  }
  return 1;
}

// @ts-ignore: decorator
@noInline
function settleRow(at: usize, state: usize, height: i32, width: i32, y: i32, rule: usize, queue: usize, budget: f64): f64 {
  const start = y * width;
  let x = 0;
  for (; x + 16 <= width; x += 16) {
    const i = start + x;
    const cell = state + <usize>i;
    if (!v128.any_true(v128.and(v128.load(cell), i8x16.splat(CANDIDATE)))) continue;
    if (y > 0) refuteFromAbove(at + ((<usize>i) << 2), (<usize>width) << 2, cell, <usize>width);
    let open = i8x16.bitmask(i8x16.eq(v128.load(cell), i8x16.splat(CANDIDATE)));
    while (open != 0) {
      const p = i + <i32>ctz(open);
      open &= open - 1;
      budget = settle(at, state, height, width, p, p > start, rule, queue, budget);
      if (budget < 0) return budget;
    }
  }
  for (; x < width; x++) {
    budget = settle(at, state, height, width, start + x, x > 0, rule, queue, budget);
    if (budget < 0) return budget;
  }
  return budget;
}

/** A refuted pixel above that is not lower refutes: 16 pixels at once, which is what large plateaus need. */
// @ts-ignore: decorator
@inline
function refuteFromAbove(pixel: usize, stride: usize, cell: usize, width: usize): void {
  const a = f32x4.ge(v128.load(pixel - stride), v128.load(pixel));
  const b = f32x4.ge(v128.load(pixel - stride, 16), v128.load(pixel, 16));
  const c = f32x4.ge(v128.load(pixel - stride, 32), v128.load(pixel, 32));
  const d = f32x4.ge(v128.load(pixel - stride, 48), v128.load(pixel, 48));
  const higher = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
  const refuted = i8x16.eq(v128.load(cell - width), i8x16.splat(REFUTED));
  const now = v128.load(cell);
  const open = i8x16.eq(now, i8x16.splat(CANDIDATE));
  v128.store(cell, v128.andnot(now, v128.and(open, v128.and(higher, refuted))));
}

// @ts-ignore: decorator
@inline
function settle(at: usize, state: usize, height: i32, width: i32, p: i32, hasLeft: bool, rule: usize, queue: usize, budget: f64): f64 {
  const cell = state + <usize>p;
  if (load<u8>(cell) != CANDIDATE) return budget;
  const pixel = at + ((<usize>p) << 2);
  if (hasLeft && load<u8>(cell - 1) == REFUTED && load<f32>(pixel - 4) >= load<f32>(pixel)) {
    store<u8>(cell, REFUTED);
    return budget;
  }
  return flood(at, state, height, width, p, rule, queue, budget);
}

/** Floods from a candidate until it is refuted or confirmed, and passes the verdict on to visited pixels that share it. */
// @ts-ignore: decorator
@noInline
function flood(at: usize, state: usize, height: i32, width: i32, p: i32, rule: usize, queue: usize, budget: f64): f64 {
  const h = load<f32>(rule);
  const radius = load<i32>(rule, 12);
  const from = rule + NEIGHBOURS;
  const to = from + ((<usize>load<i32>(rule, 16)) << 4);
  const peak = load<f32>(at + ((<usize>p) << 2));
  let end = queue + 4;
  store<i32>(queue, p);
  store<u8>(state + <usize>p, CANDIDATE | VISITED);
  let verdict: i32 = peak - shifted(peak, rule) < h ? REFUTED : -1;
  for (let next = queue; next < end && verdict < 0; next += 4) {
    if ((budget -= 1) < 0) return budget;
    const centre = load<i32>(next);
    const y = <i32>(<u32>centre / <u32>width);
    const x = centre - y * width;
    const inside = y >= radius && y < height - radius && x >= radius && x < width - radius;
    for (let entry = from; entry < to; entry += 16) {
      if (!inside) {
        const ny = y + load<i32>(entry);
        const nx = x + load<i32>(entry, 4);
        if (ny < 0 || ny >= height || nx < 0 || nx >= width) continue;
      }
      const i = centre + load<i32>(entry, 8);
      const cell = state + <usize>i;
      const known = load<u8>(cell);
      if (known & VISITED) continue;
      const value = load<f32>(at + ((<usize>i) << 2));
      if (!(peak - value < h)) continue;
      if (peak - shifted(value, rule) < h || (known == REFUTED && value >= peak)) {
        verdict = REFUTED;
        break;
      }
      if (known == CONFIRMED && value <= peak) {
        verdict = CONFIRMED;
        break;
      }
      store<u8>(cell, known | VISITED);
      store<i32>(end, i);
      end += 4;
    }
  }
  const refuted = verdict == REFUTED;
  for (let next = queue; next < end; next += 4) {
    const i = load<i32>(next);
    const value = load<f32>(at + ((<usize>i) << 2));
    const cell = state + <usize>i;
    const shares = refuted ? value <= peak : value >= peak;
    store<u8>(cell, shares ? (refuted ? REFUTED : CONFIRMED) : load<u8>(cell) & ~VISITED);
  }
  return budget;
}

/**
 * The exact way out: grey reconstruction of the shifted plane under the plane (raster, anti-raster, queue), then the test of the residue.
 *
 * @param to u8, the result.
 * @param grown f32 scratch of one plane, the reconstruction.
 * @param queue i32, a ring with room for every pixel.
 */
export function reconstructMaxima(at: usize, to: usize, height: i32, width: i32, rule: usize, grown: usize, queue: usize): void {
  const pixels = height * width;
  const h = load<f32>(rule);
  for (let i = 0; i < pixels; i++) {
    const o = (<usize>i) << 2;
    store<f32>(grown + o, shifted(load<f32>(at + o), rule));
    store<u8>(to + <usize>i, 0);
  }
  for (let y = 0; y < height; y++) growRow(at, grown, height, width, y, rule);
  let waiting = 0;
  for (let y = height - 1; y >= 0; y--) waiting = growRowBack(at, grown, height, width, y, rule, to, queue, waiting);
  let head = 0;
  while (waiting > 0) {
    const i = load<i32>(queue + ((<usize>head) << 2));
    if (++head == pixels) head = 0;
    waiting = spread(at, grown, height, width, i, rule, to, queue, head, waiting - 1);
  }
  for (let i = 0; i < pixels; i++) {
    const o = (<usize>i) << 2;
    store<u8>(to + <usize>i, load<f32>(at + o) - load<f32>(grown + o) >= h ? CONFIRMED : REFUTED);
  }
}

// @ts-ignore: decorator
@noInline
function growRow(at: usize, grown: usize, height: i32, width: i32, y: i32, rule: usize): void {
  const from = rule + NEIGHBOURS;
  const to = from + ((<usize>(load<i32>(rule, 16) >> 1)) << 4);
  for (let x = 0; x < width; x++) {
    const i = y * width + x;
    const o = (<usize>i) << 2;
    let highest = load<f32>(grown + o);
    for (let entry = from; entry < to; entry += 16) {
      if (!within(entry, y, x, height, width)) continue;
      highest = max<f32>(highest, load<f32>(grown + ((<usize>(i + load<i32>(entry, 8))) << 2)));
    }
    store<f32>(grown + o, min<f32>(highest, load<f32>(at + o)));
  }
}

// @ts-ignore: decorator
@noInline
function growRowBack(at: usize, grown: usize, height: i32, width: i32, y: i32, rule: usize, flags: usize, queue: usize, waiting: i32): i32 {
  const half = (<usize>(load<i32>(rule, 16) >> 1)) << 4;
  const from = rule + NEIGHBOURS + half;
  const to = from + half;
  for (let x = width - 1; x >= 0; x--) {
    const i = y * width + x;
    const o = (<usize>i) << 2;
    let highest = load<f32>(grown + o);
    for (let entry = from; entry < to; entry += 16) {
      if (!within(entry, y, x, height, width)) continue;
      highest = max<f32>(highest, load<f32>(grown + ((<usize>(i + load<i32>(entry, 8))) << 2)));
    }
    highest = min<f32>(highest, load<f32>(at + o));
    store<f32>(grown + o, highest);
    for (let entry = from; entry < to; entry += 16) {
      if (!within(entry, y, x, height, width)) continue;
      const n = (<usize>(i + load<i32>(entry, 8))) << 2;
      const value = load<f32>(grown + n);
      if (value < highest && value < load<f32>(at + n)) {
        store<i32>(queue + ((<usize>waiting) << 2), i);
        waiting++;
        store<u8>(flags + <usize>i, 1);
        break;
      }
    }
  }
  return waiting;
}

/** Passes a pixel's level on to its neighbours; answers how many pixels wait then, each at most once. */
// @ts-ignore: decorator
@noInline
function spread(
  at: usize, grown: usize, height: i32, width: i32, i: i32, rule: usize, flags: usize, queue: usize, head: i32, waiting: i32,
): i32 {
  const pixels = height * width;
  const from = rule + NEIGHBOURS;
  const to = from + ((<usize>load<i32>(rule, 16)) << 4);
  const y = <i32>(<u32>i / <u32>width);
  const x = i - y * width;
  const level = load<f32>(grown + ((<usize>i) << 2));
  store<u8>(flags + <usize>i, 0);
  for (let entry = from; entry < to; entry += 16) {
    if (!within(entry, y, x, height, width)) continue;
    const next = i + load<i32>(entry, 8);
    const n = (<usize>next) << 2;
    const value = load<f32>(grown + n);
    const ceiling = load<f32>(at + n);
    if (value >= level || value >= ceiling) continue;
    store<f32>(grown + n, min<f32>(level, ceiling));
    if (load<u8>(flags + <usize>next)) continue;
    store<u8>(flags + <usize>next, 1);
    let tail = head + waiting++;
    if (tail >= pixels) tail -= pixels;
    store<i32>(queue + ((<usize>tail) << 2), next);
  }
  return waiting;
}

// @ts-ignore: decorator
@inline
function within(entry: usize, y: i32, x: i32, height: i32, width: i32): bool {
  return <u32>(y + load<i32>(entry)) < <u32>height && <u32>(x + load<i32>(entry, 4)) < <u32>width;
}
