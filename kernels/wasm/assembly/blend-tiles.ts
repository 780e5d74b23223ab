/**
 * Adds rows of a float32 tile to float64 sums, each value times the product of its row's and its column's weight. Rows of weight 0 are
 * left out: another tile lies there.
 *
 * @param step values from one pixel to the next.
 */
export function addTile(
  from: usize, rows: i32, rowBytes: usize, step: i32, rowWeights: usize, columnWeights: usize, width: i32, sums: usize, sumBytes: usize
): void {
  for (let y = 0; y < rows; y++, from += rowBytes, sums += sumBytes, rowWeights += 8) {
    const weight = load<f64>(rowWeights);
    if (weight == 0) continue;
    if (step == 1) addRow(from, weight, columnWeights, width, sums);
    else addEvery(from, <usize>step << 2, weight, columnWeights, width, sums);
  }
}

// @ts-ignore: decorator
@noInline
function addRow(from: usize, weight: f64, weights: usize, width: i32, sums: usize): void {
  const w = f64x2.splat(weight);
  let x = 0;
  for (; x + 4 <= width; x += 4, from += 16, weights += 32, sums += 32) {
    const v = v128.load(from);
    const low = f64x2.mul(f64x2.promote_low_f32x4(v), f64x2.mul(w, v128.load(weights)));
    const high = f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)), f64x2.mul(w, v128.load(weights, 16)));
    v128.store(sums, f64x2.add(v128.load(sums), low));
    v128.store(sums, f64x2.add(v128.load(sums, 16), high), 16);
  }
  for (; x < width; x++, from += 4, weights += 8, sums += 8) {
    store<f64>(sums, load<f64>(sums) + <f64>load<f32>(from) * (weight * load<f64>(weights)));
  }
}

// @ts-ignore: decorator
@noInline
function addEvery(from: usize, step: usize, weight: f64, weights: usize, width: i32, sums: usize): void {
  for (let x = 0; x < width; x++, from += step, weights += 8, sums += 8) {
    store<f64>(sums, load<f64>(sums) + <f64>load<f32>(from) * (weight * load<f64>(weights)));
  }
}

/** Rounds `count` float64 to float32. */
export function narrowSums(sums: usize, to: usize, count: i32): void {
  let x = 0;
  for (; x + 4 <= count; x += 4, sums += 32, to += 16) {
    const a = f32x4.demote_f64x2_zero(v128.load(sums));
    const b = f32x4.demote_f64x2_zero(v128.load(sums, 16));
    v128.store(to, v128.shuffle<f32>(a, b, 0, 1, 4, 5));
  }
  for (; x < count; x++, sums += 8, to += 4) store<f32>(to, <f32>load<f64>(sums));
}
