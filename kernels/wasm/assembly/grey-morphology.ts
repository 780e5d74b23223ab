// Grey dilation of planes of u8, u16, u32, f32 and f64 as a running maximum. Erosion and signed integers come down to it by `flip`, a pattern
// that is xored to every value on its way in ("lifted") and out: it complements integers, moves the sign bit, negates floats. 0 is added to
// floats first, so that -0 and 0 are one value and equal values are equal bits. Places outside the plane hold the lowest value of all.

/** Bytes of a strip of columns times rows of the window that the pass along columns keeps at hand. */
const KEPT_BYTES = 131072;

// @ts-ignore: decorator
@inline
function higher<T>(a: v128, b: v128): v128 {
  if (isFloat<T>()) return v128.pmax<T>(a, b);
  return v128.max<T>(a, b);
}

// @ts-ignore: decorator
@inline
function lift<T>(v: v128, flip: v128): v128 {
  if (isFloat<T>()) return v128.xor(v128.add<T>(v, v128.splat<T>(<T>0)), flip);
  return v128.xor(v, flip);
}

// @ts-ignore: decorator
@inline
function flipOne<T>(v: T, flip: u32): T {
  if (isFloat<T>()) {
    if (sizeof<T>() == 4) return <T>reinterpret<f32>(reinterpret<u32>(<f32>v) ^ flip);
    return v;
  }
  return <T>(<u32>v ^ flip);
}

// @ts-ignore: decorator
@inline
function lowest<T>(): v128 {
  if (isFloat<T>()) return v128.splat<T>(<T>(-Infinity));
  return v128.splat<T>(<T>0);
}

// @ts-ignore: decorator
@inline
function fillVectors(at: usize, end: usize, value: v128): void {
  for (; at < end; at += 16) v128.store(at, value);
}

/** `to` becomes the higher of lifted `row` and `more`. Less than a vector goes value by value; else the last vector overlaps. */
// @ts-ignore: decorator
@noInline
function raiseRow<T>(row: usize, more: usize, to: usize, bytes: usize, flip: u32): void {
  if (bytes < 16) {
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) {
      const value = flipOne<T>(load<T>(row + i) + <T>0, flip);
      const other = load<T>(more + i);
      store<T>(to + i, value > other ? value : other);
    }
    return;
  }
  const flips = i32x4.splat(flip);
  for (let i: usize = 0; i < bytes; i += 16) {
    const o = min(i, bytes - 16);
    v128.store(to + o, higher<T>(lift<T>(v128.load(row + o), flips), v128.load(more + o)));
  }
}

/** `running` becomes the higher of lifted `row` and itself, and `to` the higher of that and `more`. */
// @ts-ignore: decorator
@noInline
function raiseAndJoin<T>(row: usize, running: usize, more: usize, to: usize, bytes: usize, flip: u32): void {
  if (bytes < 16) {
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) {
      const value = flipOne<T>(load<T>(row + i) + <T>0, flip);
      const before = load<T>(running + i);
      const now = value > before ? value : before;
      const other = load<T>(more + i);
      store<T>(running + i, now);
      store<T>(to + i, now > other ? now : other);
    }
    return;
  }
  const flips = i32x4.splat(flip);
  for (let i: usize = 0; i < bytes; i += 16) {
    const o = min(i, bytes - 16);
    const now = higher<T>(lift<T>(v128.load(row + o), flips), v128.load(running + o));
    v128.store(running + o, now);
    v128.store(to + o, higher<T>(now, v128.load(more + o)));
  }
}

/**
 * The maximum over 2·radius + 1 rows, by M. van Herk (Pattern Recognit. Lett. 13 (1992) 517–521): windows of as many output rows as a window
 * is high share the row in the middle of them; from it maxima run up and down, and two of them make a window.
 *
 * @param outside a row of what is lowest once it is lifted. @param scratch 4·KEPT_BYTES and 3 rows of 512 bytes more per window row.
 */
function squareColumns<T>(from: usize, to: usize, height: i32, width: i32, radius: i32, flip: u32, outside: usize, scratch: usize): void {
  const stride = <usize>width * sizeof<T>();
  const span = 2 * radius + 1;
  const strip: usize = max<usize>(256, (<usize>KEPT_BYTES / <usize>span) & ~15);
  const room: usize = strip << 1;
  const running = scratch + <usize>span * room;
  for (let start: usize = 0; start < stride; ) {
    const end = stride - start < room ? stride : start + strip;
    for (let y = 0; y < height; y += span) {
      columnsBlock<T>(from + start, to + start, stride, end - start, height, y, radius, flip, outside, scratch, room, running);
    }
    start = end;
  }
}

// @ts-ignore: decorator
@inline
function rowOr(from: usize, stride: usize, y: i32, height: i32, outside: usize): usize {
  return <u32>y < <u32>height ? from + <usize>y * stride : outside;
}

// @ts-ignore: decorator
@noInline
function columnsBlock<T>(
  from: usize, to: usize, stride: usize, bytes: usize, height: i32, first: i32, radius: i32, flip: u32, outside: usize,
  upper: usize, room: usize, running: usize,
): void {
  const last = 2 * radius;
  fillVectors(running, running + bytes, lowest<T>());
  let more = running;
  for (let k = last; k >= 0; k--) {
    const at = upper + <usize>k * room;
    raiseRow<T>(rowOr(from, stride, first - radius + k, height, outside), more, at, bytes, flip);
    more = at;
  }
  memory.copy(to + <usize>first * stride, upper, bytes);
  for (let k = 1; k <= last && first + k < height; k++) {
    const row = rowOr(from, stride, first + radius + k, height, outside);
    raiseAndJoin<T>(row, running, upper + <usize>k * room, to + <usize>(first + k) * stride, bytes, flip);
  }
}

/** Doubles the windows that begin at each place from `line` on until they are the largest power of two within `span` bytes; answers its bytes. */
// @ts-ignore: decorator
@inline
function doubleWindows<T>(line: usize, bytes: usize, span: usize): usize {
  let s: usize = sizeof<T>();
  for (; (s << 1) <= span; s <<= 1) {
    for (let i = line, end = line + bytes - s; i < end; i += 16) v128.store(i, higher<T>(v128.load(i), v128.load(i + s)));
  }
  return s;
}

/** The running maximum along a lifted row, in its place; the result is flipped back. `line`: room for the row, the reach twice, 64 bytes. */
// @ts-ignore: decorator
@noInline
function squareRow<T>(row: usize, bytes: usize, radius: i32, line: usize, flip: u32): void {
  const reach = <usize>radius * sizeof<T>();
  fillVectors(line, line + reach, lowest<T>());
  memory.copy(line + reach, row, bytes);
  fillVectors(line + reach + bytes, line + (reach << 1) + bytes + 32, lowest<T>());
  const span: usize = (reach << 1) + sizeof<T>();
  const s = doubleWindows<T>(line, bytes + (reach << 1), span);
  const other = line + span - s;
  if (bytes < 16) {
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) {
      const a = load<T>(line + i);
      const b = load<T>(other + i);
      store<T>(row + i, flipOne<T>(a > b ? a : b, flip));
    }
    return;
  }
  const flips = i32x4.splat(flip);
  for (let i: usize = 0; i < bytes; i += 16) {
    const o = min(i, bytes - 16);
    v128.store(row + o, v128.xor(higher<T>(v128.load(line + o), v128.load(other + o)), flips));
  }
}

function square<T>(
  from: usize, to: usize, height: i32, width: i32, radiusY: i32, radiusX: i32, flip: u32, outside: usize, scratch: usize,
): void {
  squareColumns<T>(from, to, height, width, radiusY, flip, outside, scratch);
  const bytes = <usize>width * sizeof<T>();
  for (let y = 0; y < height; y++) squareRow<T>(to + <usize>y * bytes, bytes, radiusX, scratch, flip);
}

/** A lifted line becomes the higher of itself and of two more rows. */
// @ts-ignore: decorator
@noInline
function raiseLine<T>(line: usize, above: usize, below: usize, bytes: usize, flip: u32): void {
  const flips = i32x4.splat(flip);
  for (let i: usize = 0; i < bytes; i += 16) {
    const rows = higher<T>(lift<T>(v128.load(above + i), flips), lift<T>(v128.load(below + i), flips));
    v128.store(line + i, higher<T>(v128.load(line + i), rows));
  }
  v128.store(line + bytes, lowest<T>());
}

/** `to` becomes the running maximum of a lifted line within `reach` bytes, and of two more rows as they are. The line is used up. */
// @ts-ignore: decorator
@noInline
function slideLine<T>(line: usize, to: usize, above: usize, below: usize, bytes: usize, reach: usize, flip: u32): void {
  const flips = i32x4.splat(flip);
  if (reach == sizeof<T>()) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const rows = higher<T>(lift<T>(v128.load(above + i), flips), lift<T>(v128.load(below + i), flips));
      const sides = higher<T>(v128.load(line + i - sizeof<T>()), v128.load(line + i + sizeof<T>()));
      v128.store(to + i, higher<T>(higher<T>(v128.load(line + i), sides), rows));
    }
  } else {
    const first = line - reach;
    const span: usize = (reach << 1) + sizeof<T>();
    const other = first + span - doubleWindows<T>(first, bytes + (reach << 1), span);
    for (let i: usize = 0; i < bytes; i += 16) {
      const rows = higher<T>(lift<T>(v128.load(above + i), flips), lift<T>(v128.load(below + i), flips));
      v128.store(to + i, higher<T>(higher<T>(v128.load(first + i), v128.load(other + i)), rows));
    }
    fillVectors(first, line, lowest<T>());
    fillVectors(line + bytes, line + bytes + reach + 32, lowest<T>());
  }
  v128.store(to + bytes, lowest<T>());
}

// @ts-ignore: decorator
@noInline
function putLine<T>(line: usize, to: usize, bytes: usize, flip: u32): void {
  if (bytes < 16) {
    for (let i: usize = 0; i < bytes; i += sizeof<T>()) store<T>(to + i, flipOne<T>(load<T>(line + i), flip));
    return;
  }
  const flips = i32x4.splat(flip);
  for (let i: usize = 0; i < bytes; i += 16) {
    const o = min(i, bytes - 16);
    v128.store(to + o, v128.xor(v128.load(line + o), flips));
  }
}

/**
 * The maximum over a shape whose rows are chords that get shorter away from the centre: the line in the middle is widened by what its chord
 * is longer than the next, the two next rows join, and so on outward, so that each widening serves all rows within.
 *
 * @param chords i32 half-widths of the rows at distance 0..reach.
 */
function chords<T>(
  from: usize, to: usize, height: i32, width: i32, reach: i32, chords: usize, flip: u32, outside: usize, scratch: usize,
): void {
  const bytes = <usize>width * sizeof<T>();
  const pad = (((<usize>load<i32>(chords)) * sizeof<T>() + 15) & ~15) + 16;
  const room: usize = (pad << 1) + bytes + 64;
  fillVectors(scratch, scratch + 2 * room, lowest<T>());
  for (let y = 0; y < height; y++) {
    let line = scratch + pad;
    let next = line + room;
    const row = from + <usize>y * bytes;
    liftLine<T>(row, line, bytes, flip);
    let pending = 0;
    for (let dy = 1; dy <= reach; dy++) {
      const chord = chords + ((<usize>dy) << 2);
      pending += load<i32>(chord - 4) - load<i32>(chord);
      if (y < dy && y + dy >= height) continue;
      const above = rowOr(from, bytes, y - dy, height, outside);
      const below = rowOr(from, bytes, y + dy, height, outside);
      if (pending == 0) {
        raiseLine<T>(line, above, below, bytes, flip);
        continue;
      }
      slideLine<T>(line, next, above, below, bytes, <usize>pending * sizeof<T>(), flip);
      const used = line;
      line = next;
      next = used;
      pending = 0;
    }
    pending += load<i32>(chords + ((<usize>reach) << 2));
    if (pending > 0) {
      slideLine<T>(line, next, outside, outside, bytes, <usize>pending * sizeof<T>(), flip);
      line = next;
    }
    putLine<T>(line, to + <usize>y * bytes, bytes, flip);
  }
}

// @ts-ignore: decorator
@noInline
function liftLine<T>(row: usize, line: usize, bytes: usize, flip: u32): void {
  const flips = i32x4.splat(flip);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(line + i, lift<T>(v128.load(row + i), flips));
  v128.store(line + bytes, lowest<T>());
}

/**
 * Dilates by a rectangle of (2·radiusY + 1) × (2·radiusX + 1).
 *
 * @param kind 0 u8, 1 u16, 2 u32, 3 f32, 4 f64. @param flip see above. @param outside a row of what is lowest once lifted, and 16 bytes.
 */
export function dilateBySquare(
  kind: i32, from: usize, to: usize, height: i32, width: i32, radiusY: i32, radiusX: i32, flip: u32, outside: usize, scratch: usize,
): void {
  if (kind == 0) square<u8>(from, to, height, width, radiusY, radiusX, flip, outside, scratch);
  else if (kind == 1) square<u16>(from, to, height, width, radiusY, radiusX, flip, outside, scratch);
  else if (kind == 2) square<u32>(from, to, height, width, radiusY, radiusX, flip, outside, scratch);
  else if (kind == 3) square<f32>(from, to, height, width, radiusY, radiusX, flip, outside, scratch);
  else square<f64>(from, to, height, width, radiusY, radiusX, flip, outside, scratch);
}

/** Dilates by rows of chords; parameters as above and as told at `chords`. The rows at `from` may be read up to 15 bytes past their end. */
export function dilateByChords(
  kind: i32, from: usize, to: usize, height: i32, width: i32, reach: i32, halves: usize, flip: u32, outside: usize, scratch: usize,
): void {
  if (kind == 0) chords<u8>(from, to, height, width, reach, halves, flip, outside, scratch);
  else if (kind == 1) chords<u16>(from, to, height, width, reach, halves, flip, outside, scratch);
  else if (kind == 2) chords<u32>(from, to, height, width, reach, halves, flip, outside, scratch);
  else chords<f32>(from, to, height, width, reach, halves, flip, outside, scratch);
}

/** `to` becomes `at` less itself. */
export function subtractFrom(kind: i32, at: usize, to: usize, pixels: i32): void {
  if (kind == 0) subtract<u8>(at, to, <usize>pixels);
  else if (kind == 1) subtract<u16>(at, to, (<usize>pixels) << 1);
  else if (kind == 2) subtract<u32>(at, to, (<usize>pixels) << 2);
  else subtract<f32>(at, to, (<usize>pixels) << 2);
}

function subtract<T>(at: usize, to: usize, bytes: usize): void {
  let i: usize = 0;
  for (const whole = bytes & ~15; i < whole; i += 16) v128.store(to + i, v128.sub<T>(v128.load(at + i), v128.load(to + i)));
  for (; i < bytes; i += sizeof<T>()) store<T>(to + i, load<T>(at + i) - load<T>(to + i));
}
