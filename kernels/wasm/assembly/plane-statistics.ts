// Statistics of a plane's values per object, along runs. A strip holds the plane from flat index `first` on; runs from..to-1 lie in it.
// Plane types are numbered as in plane-kind.ts.

/** Runs that one call of an optimised function takes. */
const STRETCH = 1024;

/**
 * Adds the values of runs to their objects' sums, and with `lows` not 0 keeps each object's smallest and largest value.
 *
 * @param narrow 1 if no run is longer than 65,536, so that 8- and 16-bit values can be summed in 32 bits.
 * @param ones 64 bytes of 255, then 64 of 0. Up to 64 bytes behind the strip are read and ignored.
 * @param sums, lows, highs f64 per object.
 * @param spoilt u8 per object, set to 1 for a NaN.
 */
export function sumPlane(
  strip: usize, first: i32, start: usize, length: usize, object: usize, from: i32, to: i32,
  kind: i32, narrow: i32, ones: usize, sums: usize, lows: usize, highs: usize, spoilt: usize,
): void {
  const bytes: usize = kind < 2 ? 1 : kind < 4 ? 2 : 4;
  const base = strip - <usize>first * bytes;
  for (let r = from; r < to; r += STRETCH) {
    const s = start + ((<usize>r) << 2);
    const l = length + ((<usize>r) << 2);
    const o = object + ((<usize>r) << 2);
    const count = min(STRETCH, to - r);
    if (narrow && kind == 2) {
      if (lows == 0) sumWords(base, s, l, o, count, ones, sums);
      else sumWordsAndExtremes(base, s, l, o, count, ones, sums, lows, highs);
    } else if (narrow && kind == 0) {
      if (lows == 0) sumBytes(base, s, l, o, count, ones, sums);
      else sumBytesAndExtremes(base, s, l, o, count, ones, sums, lows, highs);
    } else if (kind == 0) sumOneByOne<u8>(base, s, l, o, count, sums, lows, highs, spoilt);
    else if (kind == 1) sumOneByOne<i8>(base, s, l, o, count, sums, lows, highs, spoilt);
    else if (kind == 2) sumOneByOne<u16>(base, s, l, o, count, sums, lows, highs, spoilt);
    else if (kind == 3) sumOneByOne<i16>(base, s, l, o, count, sums, lows, highs, spoilt);
    else if (kind == 4) sumOneByOne<u32>(base, s, l, o, count, sums, lows, highs, spoilt);
    else if (kind == 5) sumOneByOne<i32>(base, s, l, o, count, sums, lows, highs, spoilt);
    else sumOneByOne<f32>(base, s, l, o, count, sums, lows, highs, spoilt);
  }
}

// @ts-ignore: decorator
@noInline
function sumWords(base: usize, start: usize, length: usize, object: usize, count: i32, ones: usize, sums: usize): void {
  sumNarrow<u16>(base, start, length, object, count, ones, sums, 0, 0);
}

// @ts-ignore: decorator
@noInline
function sumWordsAndExtremes(
  base: usize, start: usize, length: usize, object: usize, count: i32, ones: usize, sums: usize, lows: usize, highs: usize,
): void {
  sumNarrow<u16>(base, start, length, object, count, ones, sums, lows, highs);
}

// @ts-ignore: decorator
@noInline
function sumBytes(base: usize, start: usize, length: usize, object: usize, count: i32, ones: usize, sums: usize): void {
  sumNarrow<u8>(base, start, length, object, count, ones, sums, 0, 0);
}

// @ts-ignore: decorator
@noInline
function sumBytesAndExtremes(
  base: usize, start: usize, length: usize, object: usize, count: i32, ones: usize, sums: usize, lows: usize, highs: usize,
): void {
  sumNarrow<u8>(base, start, length, object, count, ones, sums, lows, highs);
}

/** Whole blocks of 64 bytes, then one behind which the mask hides what is not the run's: most runs of cells take that one only. */
// @ts-ignore: decorator
@inline
function sumNarrow<T>(
  base: usize, start: usize, length: usize, object: usize, count: i32, ones: usize, sums: usize, lows: usize, highs: usize,
): void {
  for (const end = start + ((<usize>count) << 2); start < end; start += 4, length += 4, object += 4) {
    let at = base + <usize>load<u32>(start) * sizeof<T>();
    let bytes = <usize>load<u32>(length) * sizeof<T>();
    let sum = i32x4.splat(0);
    let low = i32x4.splat(-1);
    let high = i32x4.splat(0);
    for (; bytes > 64; bytes -= 64, at += 64) {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at, 32);
      const d = v128.load(at, 48);
      sum = i32x4.add(sum, i32x4.add(i32x4.add(fours<T>(a), fours<T>(b)), i32x4.add(fours<T>(c), fours<T>(d))));
      if (lows != 0) {
        low = least<T>(low, least<T>(least<T>(a, b), least<T>(c, d)));
        high = most<T>(high, most<T>(most<T>(a, b), most<T>(c, d)));
      }
    }
    const mask = ones + 64 - bytes;
    const m = v128.load(mask);
    const n = v128.load(mask, 16);
    const o = v128.load(mask, 32);
    const p = v128.load(mask, 48);
    const a = v128.and(v128.load(at), m);
    const b = v128.and(v128.load(at, 16), n);
    const c = v128.and(v128.load(at, 32), o);
    const d = v128.and(v128.load(at, 48), p);
    sum = i32x4.add(sum, i32x4.add(i32x4.add(fours<T>(a), fours<T>(b)), i32x4.add(fours<T>(c), fours<T>(d))));
    sum = i32x4.add(sum, v128.shuffle<i32>(sum, sum, 2, 3, 0, 1));
    const place = (<usize>load<u32>(object)) << 3;
    const total = <u32>i32x4.extract_lane(sum, 0) + <u32>i32x4.extract_lane(sum, 1);
    store<f64>(sums + place, load<f64>(sums + place) + <f64>total);
    if (lows != 0) {
      const abcd = most<T>(most<T>(a, b), most<T>(c, d));
      high = most<T>(high, abcd);
      const ab = least<T>(v128.or(a, v128.not(m)), v128.or(b, v128.not(n)));
      const cd = least<T>(v128.or(c, v128.not(o)), v128.or(d, v128.not(p)));
      low = least<T>(low, least<T>(ab, cd));
      store<f64>(lows + place, min(load<f64>(lows + place), <f64>leastLane<T>(low)));
      store<f64>(highs + place, max(load<f64>(highs + place), <f64>mostLane<T>(high)));
    }
  }
}

/** A vector's values summed to four 32-bit lanes. */
// @ts-ignore: decorator
@inline
function fours<T>(v: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(sizeof<T>() == 1 ? i16x8.extadd_pairwise_i8x16_u(v) : v);
}

// @ts-ignore: decorator
@inline
function least<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 1 ? i8x16.min_u(a, b) : i16x8.min_u(a, b);
}

// @ts-ignore: decorator
@inline
function most<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 1 ? i8x16.max_u(a, b) : i16x8.max_u(a, b);
}

// @ts-ignore: decorator
@inline
function leastLane<T>(v: v128): u32 {
  let w = least<T>(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  w = least<T>(w, v128.shuffle<i32>(w, w, 1, 0, 3, 2));
  const four = <u32>i32x4.extract_lane(w, 0);
  if (sizeof<T>() == 2) return min(four & 0xffff, four >> 16);
  return min(min(four & 0xff, (four >> 8) & 0xff), min((four >> 16) & 0xff, four >> 24));
}

// @ts-ignore: decorator
@inline
function mostLane<T>(v: v128): u32 {
  let w = most<T>(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  w = most<T>(w, v128.shuffle<i32>(w, w, 1, 0, 3, 2));
  const four = <u32>i32x4.extract_lane(w, 0);
  if (sizeof<T>() == 2) return max(four & 0xffff, four >> 16);
  return max(max(four & 0xff, (four >> 8) & 0xff), max((four >> 16) & 0xff, four >> 24));
}

/** Float64 sums in raster order. */
// @ts-ignore: decorator
@noInline
function sumOneByOne<T>(
  base: usize, start: usize, length: usize, object: usize, count: i32, sums: usize, lows: usize, highs: usize, spoilt: usize,
): void {
  for (let r: usize = 0, end = (<usize>count) << 2; r < end; r += 4) {
    let at = base + <usize>load<u32>(start + r) * sizeof<T>();
    const stop = at + <usize>load<u32>(length + r) * sizeof<T>();
    const k = <usize>load<u32>(object + r);
    let sum = load<f64>(sums + (k << 3));
    if (lows == 0) {
      let odd = 0;
      for (; at < stop; at += sizeof<T>()) {
        const value = <f64>load<T>(at);
        sum += value;
        if (isFloat<T>()) odd |= i32(value != value);
      }
      if (isFloat<T>() && odd) store<u8>(spoilt + k, 1);
    } else {
      let low = load<f64>(lows + (k << 3));
      let high = load<f64>(highs + (k << 3));
      let odd = 0;
      for (; at < stop; at += sizeof<T>()) {
        const value = <f64>load<T>(at);
        sum += value;
        low = select(value, low, value < low);
        high = select(value, high, value > high);
        if (isFloat<T>()) odd |= i32(value != value);
      }
      store<f64>(lows + (k << 3), low);
      store<f64>(highs + (k << 3), high);
      if (isFloat<T>() && odd) store<u8>(spoilt + k, 1);
    }
    store<f64>(sums + (k << 3), sum);
  }
}

/** Adds the squares of the values' deviations from their objects' `means` (f64), in raster order. */
export function addDeviations(
  strip: usize, first: i32, start: usize, length: usize, object: usize, from: i32, to: i32, kind: i32, means: usize, sums: usize,
): void {
  const bytes: usize = kind < 2 ? 1 : kind < 4 ? 2 : 4;
  const base = strip - <usize>first * bytes;
  for (let r = from; r < to; r += STRETCH) {
    const s = start + ((<usize>r) << 2);
    const l = length + ((<usize>r) << 2);
    const o = object + ((<usize>r) << 2);
    const count = min(STRETCH, to - r);
    if (kind == 0) deviate<u8>(base, s, l, o, count, means, sums);
    else if (kind == 1) deviate<i8>(base, s, l, o, count, means, sums);
    else if (kind == 2) deviate<u16>(base, s, l, o, count, means, sums);
    else if (kind == 3) deviate<i16>(base, s, l, o, count, means, sums);
    else if (kind == 4) deviate<u32>(base, s, l, o, count, means, sums);
    else if (kind == 5) deviate<i32>(base, s, l, o, count, means, sums);
    else deviate<f32>(base, s, l, o, count, means, sums);
  }
}

// @ts-ignore: decorator
@noInline
function deviate<T>(base: usize, start: usize, length: usize, object: usize, count: i32, means: usize, sums: usize): void {
  for (let r: usize = 0, end = (<usize>count) << 2; r < end; r += 4) {
    let at = base + <usize>load<u32>(start + r) * sizeof<T>();
    const stop = at + <usize>load<u32>(length + r) * sizeof<T>();
    const place = (<usize>load<u32>(object + r)) << 3;
    const mean = load<f64>(means + place);
    let sum = load<f64>(sums + place);
    for (; at < stop; at += sizeof<T>()) {
      const deviation = <f64>load<T>(at) - mean;
      sum += deviation * deviation;
    }
    store<f64>(sums + place, sum);
  }
}

/** Copies each run's values behind those its object has already. @param next u32 per object: where its next value goes. */
export function gatherRuns(
  strip: usize, first: i32, start: usize, length: usize, object: usize, from: i32, to: i32, kind: i32, next: usize,
): void {
  const bytes: usize = kind < 2 ? 1 : kind < 4 ? 2 : 4;
  const base = strip - <usize>first * bytes;
  for (let r = from; r < to; r += STRETCH) {
    const at = (<usize>r) << 2;
    gatherSome(base, start + at, length + at, object + at, min(STRETCH, to - r), bytes, next);
  }
}

// @ts-ignore: decorator
@noInline
function gatherSome(base: usize, start: usize, length: usize, object: usize, count: i32, bytes: usize, next: usize): void {
  for (let r: usize = 0, end = (<usize>count) << 2; r < end; r += 4) {
    const place = next + ((<usize>load<u32>(object + r)) << 2);
    const to = <usize>load<u32>(place);
    const size = <usize>load<u32>(length + r) * bytes;
    memory.copy(to, base + <usize>load<u32>(start + r) * bytes, size);
    store<u32>(place, <u32>(to + size));
  }
}

/**
 * Per object, the sortable keys of the values at a rank and at the next one (the last twice at the end).
 *
 * @param values the objects' values one behind the other; `areas` (i32) of them each.
 * @param ranks i32 per object, counted from 0.
 * @param keys, rest room for the largest object's values and one more, as u32. @param table 1024 bytes.
 * @param to two u32 per object.
 */
export function rankObjects(
  values: usize, areas: usize, objects: i32, kind: i32, ranks: usize, keys: usize, rest: usize, table: usize, to: usize,
): void {
  const bytes: usize = kind < 2 ? 1 : kind < 4 ? 2 : 4;
  for (let k: usize = 0, end = (<usize>objects) << 2; k < end; k += 4) {
    const count = load<i32>(areas + k);
    makeKeys(values, count, kind, keys);
    rankOne(keys, count, load<i32>(ranks + k), <u32>(bytes - 1) << 3, rest, table, to + (k << 1));
    values += <usize>count * bytes;
  }
}

/** Unsigned integers of the same order as the values; -0 is 0. */
// @ts-ignore: decorator
@noInline
function makeKeys(from: usize, count: i32, kind: i32, keys: usize): void {
  const end = keys + ((<usize>count) << 2);
  if (kind < 2) {
    const flip: u32 = kind == 1 ? 0x80 : 0;
    for (; keys < end; keys += 4, from++) store<u32>(keys, <u32>load<u8>(from) ^ flip);
  } else if (kind < 4) {
    const flip: u32 = kind == 3 ? 0x8000 : 0;
    for (; keys < end; keys += 4, from += 2) store<u32>(keys, <u32>load<u16>(from) ^ flip);
  } else if (kind < 6) {
    const flip: u32 = kind == 5 ? 0x80000000 : 0;
    for (; keys < end; keys += 4, from += 4) store<u32>(keys, load<u32>(from) ^ flip);
  } else {
    for (; keys < end; keys += 4, from += 4) {
      const bits = reinterpret<u32>(load<f32>(from) + 0);
      store<u32>(keys, bits ^ (<u32>(<i32>bits >> 31) | 0x80000000));
    }
  }
}

/** Narrows the keys down by one byte after the other, from the highest. */
// @ts-ignore: decorator
@noInline
function rankOne(keys: usize, count: i32, rank: i32, shift: u32, rest: usize, table: usize, to: usize): void {
  let from = keys;
  let number = (<usize>count) << 2;
  let lower: u32 = 0;
  let same = 0;
  while (true) {
    for (let i: usize = 0; i < 1024; i += 64) {
      v128.store(table + i, i32x4.splat(0));
      v128.store(table + i, i32x4.splat(0), 16);
      v128.store(table + i, i32x4.splat(0), 32);
      v128.store(table + i, i32x4.splat(0), 48);
    }
    for (let i: usize = 0; i < number; i += 4) {
      const at = table + ((<usize>((load<u32>(from + i) >> shift) & 255)) << 2);
      store<i32>(at, load<i32>(at) + 1);
    }
    let bin: u32 = 0;
    same = load<i32>(table);
    while (rank >= same) {
      rank -= same;
      bin++;
      same = load<i32>(table + ((<usize>bin) << 2));
    }
    if (shift == 0) {
      lower = (load<u32>(from) & 0xffffff00) | bin;
      break;
    }
    let out = rest;
    for (let i: usize = 0; i < number; i += 4) {
      const key = load<u32>(from + i);
      store<u32>(out, key);
      out += ((<usize>(((key >> shift) & 255) == bin)) << 2);
    }
    from = rest;
    number = (<usize>same) << 2;
    shift -= 8;
  }
  let upper = lower;
  if (rank + 1 >= same) {
    let least: u32 = 0xffffffff;
    let found = 0;
    for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 4) {
      const key = load<u32>(keys + i);
      const above = key > lower;
      found |= i32(above);
      least = select(key, least, above && key < least);
    }
    if (found) upper = least;
  }
  store<u32>(to, lower);
  store<u32>(to, upper, 4);
}
