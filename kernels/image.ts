/**
 * The shapes every kernel and step speaks: plain objects over typed arrays, no classes, no I/O.
 * Axis order is C, Y, X; arrays are row-major; sizes are `height, width`; pixel centres are at integer coordinates.
 */

/** One image plane, `height * width` values in row-major order. */
export type Plane = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array;

/** Any array an artifact may hold. */
export type TypedArray = Plane | Float64Array;

export type DType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

export type ChannelRole = 'nuclear' | 'membrane' | null;

/** An image plane's meaning: the marker it shows and, for segmenters, the part it plays. */
export interface Channel {
  /** Marker name, unique within the image. */
  readonly name: string;
  readonly role: ChannelRole;
}

/**
 * A multichannel field of view. All planes share one size and one dtype.
 * `intensity` is `counts` for values as recorded and `unit` for values normalised to 0–1.
 */
export interface Image {
  readonly height: number;
  readonly width: number;
  /** µm per pixel, the same along y and x. */
  readonly mpp: number;
  readonly intensity: 'counts' | 'unit';
  readonly channels: readonly Channel[];
  readonly planes: readonly Plane[];
}

/** An integer image: 0 is background, i > 0 is the i-th object. Ids may have gaps. */
export interface Labels {
  readonly height: number;
  readonly width: number;
  /** µm per pixel. */
  readonly mpp: number;
  readonly data: Int32Array;
}

/** What an intensity column measures. */
export interface Measure {
  readonly compartment: 'cell' | 'nucleus' | 'cytoplasm';
  readonly statistic: 'mean' | 'median' | 'sum';
  readonly channel: string;
}

/** A named column. `values` is a string array for categories, a typed array for numbers. */
export interface Column {
  readonly name: string;
  readonly values: Int32Array | Float64Array | readonly string[];
  /** Unit as people write it (`px`, `um`, `um2`, `counts`), null when dimensionless. */
  readonly unit: string | null;
  /** Set for intensity columns, null for all others. */
  readonly measure: Measure | null;
}

/** Rows and named columns; all columns have `rows` values. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** One row per cell. The first column is `cell_id` (int32, ascending, unique, > 0), the key into Labels. */
export type CellTable = Table;
