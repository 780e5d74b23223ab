import { littleEndianBytes } from '../../core/dtype.ts';
import type { DType, TypedArray } from '../../kernels/image.ts';

const DTYPES = {
  uint8: { zarr: '|u1', array: Uint8Array },
  int8: { zarr: '|i1', array: Int8Array },
  uint16: { zarr: '<u2', array: Uint16Array },
  int16: { zarr: '<i2', array: Int16Array },
  uint32: { zarr: '<u4', array: Uint32Array },
  int32: { zarr: '<i4', array: Int32Array },
  float32: { zarr: '<f4', array: Float32Array },
  float64: { zarr: '<f8', array: Float64Array },
} as const;

/** The zarr v2 (numpy) name of a dtype; values lie little-endian on disk. */
export function zarrName(dtype: DType): string {
  return DTYPES[dtype].zarr;
}

/** The dtype of a zarr v2 (numpy) name, null for one Fovea does not write. */
export function dtypeOfZarrName(name: string): DType | null {
  for (const [dtype, { zarr }] of Object.entries(DTYPES)) if (zarr === name) return dtype as DType;
  return null;
}

export function bytesPerElement(dtype: DType): number {
  return DTYPES[dtype].array.BYTES_PER_ELEMENT;
}

/** A zeroed array of `length` elements, or a view of a whole, 8-byte aligned buffer. */
export function newArray(dtype: DType, length: number): TypedArray {
  return new DTYPES[dtype].array(length);
}

/**
 * Little-endian bytes seen as `dtype`; `bytes` must be aligned to the element size. No copy on little-endian hosts,
 * where the result shares memory with `bytes`.
 */
export function viewAs(dtype: DType, bytes: Uint8Array): TypedArray {
  const { array } = DTYPES[dtype];
  const view = new array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / array.BYTES_PER_ELEMENT);
  const swapped = littleEndianBytes(view); // its own inverse
  return new array(swapped.buffer as ArrayBuffer, swapped.byteOffset, view.length);
}
