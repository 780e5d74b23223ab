/**
 * Checks that a map has an order everywhere.
 *
 * @throws RangeError that names the map, and the index and value of the first pixel that is NaN or infinite.
 */
export function checkFinite(name: string, plane: Float32Array): void {
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]!;
    if (value - value !== 0) {
      throw new RangeError(`${name}: the value at index ${i} is ${value}; replace non-finite pixels before this step`);
    }
  }
}
