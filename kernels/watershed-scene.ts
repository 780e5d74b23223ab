/** What every form of the watershed works on. Planes are row-major, `height` × `width`. */
export interface Scene {
  /** Order-preserving int32 keys of the landscape; equal values have equal keys. */
  readonly keys: Int32Array;
  /** Labels of the seeds, 0 for none; 1 to {@link LARGEST_LABEL}. */
  readonly markers: Int32Array;
  /** Pixels that may be labelled (not 0); null for all. */
  readonly mask: Uint8Array | null;
  readonly height: number;
  readonly width: number;
  readonly raised: boolean;
  readonly line: boolean;
}

/** Labels share a 32-bit word with two flags. */
export const LARGEST_LABEL = 2 ** 29 - 1;

/** The mask as a plane with a border of one zero on every side, so that neighbours need no bounds check. */
export function padMask({ mask, height, width }: Scene): Uint8Array {
  const stride = width + 2;
  const padded = new Uint8Array((height + 2) * stride);
  for (let y = 0; y < height; y++) {
    const from = (y + 1) * stride + 1;
    if (mask === null) padded.fill(1, from, from + width);
    else for (let x = 0; x < width; x++) padded[from + x] = mask[y * width + x] === 0 ? 0 : 1;
  }
  return padded;
}

/** The error for a landscape without an order. */
export function nanAt(index: number): RangeError {
  return new RangeError(
    `watershed: the landscape at index ${index} is NaN; replace non-finite pixels before this step`,
  );
}
