/** A mask as bytes, 0 and not 0: itself where it is made of bytes, else 1 for every value other than 0. */
export function maskBytes(mask: ArrayLike<number>): Uint8Array {
  if (mask instanceof Uint8Array) return mask;
  const bytes = new Uint8Array(mask.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = mask[i] === 0 ? 0 : 1;
  return bytes;
}
