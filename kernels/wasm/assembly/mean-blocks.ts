/** One output row of block means, as OpenCV rounds them: 2×2 integers half up, everything else half to even. */
export function meanBlockRow(from: usize, to: usize, rowBytes: usize, width: i32, factorY: i32, factorX: i32, kind: i32): void {
  if (factorY == 2 && factorX == 2) {
    if (kind == 0) fourIntegers<u8>(from, to, rowBytes, width);
    else if (kind == 2) fourIntegers<u16>(from, to, rowBytes, width);
    else if (kind == 3) fourIntegers<i16>(from, to, rowBytes, width);
    else fourFloats(from, to, rowBytes, width);
  } else if (kind == 0) blocks<u8, i32>(from, to, rowBytes, width, factorY, factorX);
  else if (kind == 2) blocks<u16, f32>(from, to, rowBytes, width, factorY, factorX);
  else if (kind == 3) blocks<i16, f32>(from, to, rowBytes, width, factorY, factorX);
  else blocks<f32, f32>(from, to, rowBytes, width, factorY, factorX);
}

// @ts-ignore: decorator
@inline
function fourIntegers<T>(from: usize, to: usize, rowBytes: usize, width: i32): void {
  const lanes = 16 / <i32>sizeof<T>();
  const two = sizeof<T>() == 1 ? i16x8.splat(2) : i32x4.splat(2);
  let x = 0;
  for (; x + lanes <= width; x += lanes, from += 32, to += 16) {
    const low = halved<T>(v128.load(from), v128.load(from + rowBytes), two);
    const high = halved<T>(v128.load(from, 16), v128.load(from + rowBytes, 16), two);
    v128.store(to, narrowed<T>(low, high));
  }
  for (; x < width; x++, from += 2 * sizeof<T>(), to += sizeof<T>()) {
    const above = <i32>load<T>(from) + <i32>load<T>(from + sizeof<T>());
    const below = <i32>load<T>(from + rowBytes) + <i32>load<T>(from + rowBytes + sizeof<T>());
    store<T>(to, <T>((above + below + 2) >> 2));
  }
}

/** (a + b + c + d + 2) >> 2 of neighbouring pairs, in lanes twice as wide. */
// @ts-ignore: decorator
@inline
function halved<T>(above: v128, below: v128, two: v128): v128 {
  if (sizeof<T>() == 1) {
    const sum = i16x8.add(i16x8.extadd_pairwise_i8x16_u(above), i16x8.extadd_pairwise_i8x16_u(below));
    return i16x8.shr_u(i16x8.add(sum, two), 2);
  }
  if (isSigned<T>()) {
    const sum = i32x4.add(i32x4.extadd_pairwise_i16x8_s(above), i32x4.extadd_pairwise_i16x8_s(below));
    return i32x4.shr_s(i32x4.add(sum, two), 2);
  }
  const sum = i32x4.add(i32x4.extadd_pairwise_i16x8_u(above), i32x4.extadd_pairwise_i16x8_u(below));
  return i32x4.shr_u(i32x4.add(sum, two), 2);
}

// @ts-ignore: decorator
@inline
function narrowed<T>(low: v128, high: v128): v128 {
  if (sizeof<T>() == 1) return i8x16.narrow_i16x8_u(low, high);
  return isSigned<T>() ? i16x8.narrow_i32x4_s(low, high) : i16x8.narrow_i32x4_u(low, high);
}

function fourFloats(from: usize, to: usize, rowBytes: usize, width: i32): void {
  const quarter = f32x4.splat(0.25);
  let x = 0;
  for (; x + 4 <= width; x += 4, from += 32, to += 16) {
    const sum = f32x4.add(pairs(from), pairs(from + rowBytes));
    v128.store(to, f32x4.mul(sum, quarter));
  }
  for (; x < width; x++, from += 8, to += 4) {
    const above: f32 = load<f32>(from) + load<f32>(from, 4);
    const below: f32 = load<f32>(from + rowBytes) + load<f32>(from + rowBytes, 4);
    store<f32>(to, (above + below) * 0.25);
  }
}

/** Sums of four neighbouring pairs of float32. */
// @ts-ignore: decorator
@inline
function pairs(at: usize): v128 {
  const a = v128.load(at);
  const b = v128.load(at, 16);
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
}

/** Any block: four values are added to each other, then to the sum, in raster order. S: what sums are kept in. */
// @ts-ignore: decorator
@inline
function blocks<T, S>(from: usize, to: usize, rowBytes: usize, width: i32, factorY: i32, factorX: i32): void {
  const scale: f32 = 1 / <f32>(factorY * factorX);
  const blockBytes = <usize>factorX * sizeof<T>();
  for (let x = 0; x < width; x++, from += blockBytes, to += sizeof<T>()) {
    let sum: S = 0;
    let four: S = 0;
    let k = 0;
    const whole = (factorY * factorX) & ~3;
    for (let y = 0; y < factorY; y++) {
      const row = from + <usize>y * rowBytes;
      for (let at = row, end = row + blockBytes; at < end; at += sizeof<T>(), k++) {
        const value = <S>load<T>(at);
        if (k >= whole) sum += value;
        else if ((k & 3) == 0) four = value;
        else {
          four += value;
          if ((k & 3) == 3) sum += four;
        }
      }
    }
    const mean = <f32>sum * scale;
    if (isFloat<T>()) store<T>(to, <T>mean);
    else store<T>(to, <T>(<i32>nearest<f32>(mean)));
  }
}
