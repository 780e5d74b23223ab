/** Largest number of pixels a kernel will allocate for one plane: 2 GiB of float32. */
const MAX_PIXELS = 2 ** 29;

/**
 * Checks at a kernel's door that `length` values are a whole `height` × `width` plane.
 *
 * @param name the argument as the caller knows it, for the message.
 * @throws RangeError if a side is not a whole number ≥ 0, the plane has more than 2^29 pixels, or the length is another.
 */
export function checkSize(name: string, length: number, height: number, width: number): void {
  if (!Number.isInteger(height) || !Number.isInteger(width) || height < 0 || width < 0) {
    throw new RangeError(
      `${name}: size ${height}×${width} is not two whole numbers of pixels; pass height, then width`,
    );
  }
  if (height * width > MAX_PIXELS) {
    throw new RangeError(
      `${name}: ${height}×${width} is over the limit of ${MAX_PIXELS} pixels a plane; crop or tile it`,
    );
  }
  if (length !== height * width) {
    throw new RangeError(
      `${name}: has ${length} values, but ${height}×${width} needs ${height * width}; pass the size the plane was made with`,
    );
  }
}

/**
 * Checks that a numeric option is a whole number of at least `least`.
 *
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name}: ${value} is not a whole number ≥ ${least}; round it or choose another value`);
  }
}
