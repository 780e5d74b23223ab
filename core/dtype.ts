import type { DType, TypedArray } from '../kernels/image.ts';

const DTYPE_BY_TAG: Readonly<Record<string, DType>> = {
  Uint8Array: 'uint8',
  Int8Array: 'int8',
  Uint16Array: 'uint16',
  Int16Array: 'int16',
  Uint32Array: 'uint32',
  Int32Array: 'int32',
  Float32Array: 'float32',
  Float64Array: 'float64',
};

/** The dtype of a typed array, or null for anything an artifact cannot hold. Works for arrays of another realm. */
export function dtypeOf(value: unknown): DType | null {
  if (!ArrayBuffer.isView(value)) return null;
  const tag = (value as unknown as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag];
  return DTYPE_BY_TAG[tag] ?? null;
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The values' bytes in little-endian order: a view on little-endian hosts, a swapped copy on the others. */
export function littleEndianBytes(values: TypedArray): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const size = values.BYTES_PER_ELEMENT;
  if (LITTLE_ENDIAN || size === 1) return bytes;
  const swapped = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += size) {
    for (let j = 0; j < size; j++) swapped[i + j] = bytes[i + size - 1 - j]!;
  }
  return swapped;
}
