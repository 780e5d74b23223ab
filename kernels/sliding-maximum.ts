/**
 * Replaces each value of each line by the maximum within `radius` along the line; beyond a line's ends nothing counts.
 *
 * M. van Herk, Pattern Recognit. Lett. 13 (1992) 517–521: maxima that run forwards and backwards in blocks as long as the window; two of
 * them make a window, whatever its length.
 *
 * @param lineStride from one line's first value to the next line's. @param step from one value of a line to the next.
 */
export function slidingMaximum(
  data: Float64Array,
  lines: number,
  length: number,
  lineStride: number,
  step: number,
  radius: number,
): void {
  const reach = Math.min(radius, Math.max(0, length - 1));
  const span = 2 * reach + 1;
  const padded = Math.ceil((length + 2 * reach) / span) * span;
  const forward = new Float64Array(padded).fill(-Infinity);
  const backward = new Float64Array(padded).fill(-Infinity);
  for (let line = 0; line < lines; line++) {
    const from = line * lineStride;
    for (let k = 0, at = from; k < length; k++, at += step) forward[k + reach] = data[at]!;
    forward.fill(-Infinity, 0, reach).fill(-Infinity, reach + length);
    backward.set(forward);
    for (let k = 1; k < padded; k++) if (k % span !== 0 && forward[k - 1]! > forward[k]!) forward[k] = forward[k - 1]!;
    for (let k = padded - 2; k >= 0; k--) {
      if ((k + 1) % span !== 0 && backward[k + 1]! > backward[k]!) backward[k] = backward[k + 1]!;
    }
    for (let k = 0, at = from; k < length; k++, at += step) data[at] = Math.max(backward[k]!, forward[k + span - 1]!);
  }
}

/** The maximum over |dy|, |dx| ≤ radius, in a new plane. */
export function squareMaximum(
  values: Float64Array | Float32Array,
  height: number,
  width: number,
  radius: number,
): Float64Array {
  const out = Float64Array.from(values);
  slidingMaximum(out, height, width, width, 1, radius);
  slidingMaximum(out, width, height, 1, width, radius);
  return out;
}
