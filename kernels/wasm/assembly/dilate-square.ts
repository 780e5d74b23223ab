/** Writes the largest value of each column of the float32 rows `first` to `last` (inclusive) of the plane at `from`. */
export function dilateRows(from: usize, to: usize, width: i32, first: i32, last: i32): void {
  const stride = (<usize>width) << 2;
  memory.copy(to, from + (<usize>first) * stride, stride);
  for (let y = first + 1; y <= last; y++) raise(from + (<usize>y) * stride, to, width);
}

/** Replaces the values of a row by the largest within `radius` columns. @param line room for the row, `radius` values on either side. */
export function dilateAlongRow(row: usize, line: usize, width: i32, radius: i32): void {
  const side = (<usize>radius) << 2;
  const stride = (<usize>width) << 2;
  for (let k: usize = 0; k < side; k += 4) {
    store<f32>(line + k, -Infinity);
    store<f32>(line + side + stride + k, -Infinity);
  }
  memory.copy(line + side, row, stride);
  for (let k: usize = 0; k <= 2 * side; k += 4) raise(line + k, row, width);
}

/** Raises the values at `to` to those at `from` where these are larger. */
// @ts-ignore: decorator
@noInline
function raise(from: usize, to: usize, width: i32): void {
  let x: usize = 0;
  for (const end = (<usize>(width & ~3)) << 2; x < end; x += 16) {
    v128.store(to + x, f32x4.pmax(v128.load(to + x), v128.load(from + x)));
  }
  for (const end = (<usize>width) << 2; x < end; x += 4) {
    const value = load<f32>(from + x);
    if (value > load<f32>(to + x)) store<f32>(to + x, value);
  }
}
