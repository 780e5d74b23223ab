/** Ids up to this many times the pixel count are looked up in an array, larger ones in a map. */
const DENSE_FACTOR = 4;

/** Whether tables of all ids up to `largest` are worth their memory. */
export function isDense(largest: number, pixels: number): boolean {
  return largest <= DENSE_FACTOR * Math.max(pixels, 1 << 16);
}
