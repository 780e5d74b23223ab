import type { DType, Plane } from '../../kernels/image.ts';

export type PlaneType = Exclude<DType, 'float64'>;

/** What a plane's dtype is called elsewhere: OME-XML `Pixels@Type`, TIFF SampleFormat (339) and bytes per sample. */
export interface PlaneFormat {
  readonly dtype: PlaneType;
  readonly ome: string;
  /** 1 unsigned, 2 signed, 3 floating point. */
  readonly sampleFormat: 1 | 2 | 3;
  readonly bytes: 1 | 2 | 4;
  create(length: number): Plane;
  /** A view on `bytes`, whose byteOffset must be a multiple of the sample size; values in host byte order. */
  view(bytes: Uint8Array): Plane;
}

type PlaneConstructor = {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): Plane;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Plane;
};

function planeFormat(dtype: PlaneType, ome: string, sampleFormat: 1 | 2 | 3, type: PlaneConstructor): PlaneFormat {
  const bytes = type.BYTES_PER_ELEMENT as 1 | 2 | 4;
  return {
    dtype,
    ome,
    sampleFormat,
    bytes,
    create: (length) => new type(length),
    view: (raw) => new type(raw.buffer, raw.byteOffset, Math.floor(raw.byteLength / bytes)),
  };
}

export const PLANE_FORMATS: Readonly<Record<PlaneType, PlaneFormat>> = {
  uint8: planeFormat('uint8', 'uint8', 1, Uint8Array),
  int8: planeFormat('int8', 'int8', 2, Int8Array),
  uint16: planeFormat('uint16', 'uint16', 1, Uint16Array),
  int16: planeFormat('int16', 'int16', 2, Int16Array),
  uint32: planeFormat('uint32', 'uint32', 1, Uint32Array),
  int32: planeFormat('int32', 'int32', 2, Int32Array),
  float32: planeFormat('float32', 'float', 3, Float32Array),
};

/** The dtype of a plane, by its array type. */
export function planeTypeOf(plane: Plane): PlaneType {
  if (plane instanceof Uint8Array) return 'uint8';
  if (plane instanceof Int8Array) return 'int8';
  if (plane instanceof Uint16Array) return 'uint16';
  if (plane instanceof Int16Array) return 'int16';
  if (plane instanceof Uint32Array) return 'uint32';
  if (plane instanceof Int32Array) return 'int32';
  return 'float32';
}

/**
 * The smallest plane type that holds every value of all `dtypes` exactly, or null when there is none
 * (32-bit integers beside floats, uint32 beside signed integers).
 */
export function commonPlaneType(dtypes: readonly PlaneType[]): PlaneType | null {
  const formats = dtypes.map((dtype) => PLANE_FORMATS[dtype]);
  const widest = (kind: 1 | 2) =>
    Math.max(0, ...formats.filter(({ sampleFormat }) => sampleFormat === kind).map(({ bytes }) => bytes));
  const unsigned = widest(1);
  const signed = widest(2);
  if (formats.some(({ sampleFormat }) => sampleFormat === 3)) return Math.max(unsigned, signed) <= 2 ? 'float32' : null;
  if (signed === 0) return unsigned === 1 ? 'uint8' : unsigned === 2 ? 'uint16' : 'uint32';
  const bytes = Math.max(signed, unsigned === 0 ? 0 : unsigned * 2);
  return bytes === 1 ? 'int8' : bytes === 2 ? 'int16' : bytes === 4 ? 'int32' : null;
}

/** `plane` with its values in another type, which must hold them (see commonPlaneType); itself when it has that type. */
export function convertPlane(plane: Plane, dtype: PlaneType): Plane {
  if (planeTypeOf(plane) === dtype) return plane;
  const converted = PLANE_FORMATS[dtype].create(plane.length);
  converted.set(plane);
  return converted;
}
