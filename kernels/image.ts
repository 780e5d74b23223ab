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

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Several numbers per row under one name, such as class probabilities: AnnData's `obsm`. */
export interface Matrix {
  readonly name: string;
  /** Names of the columns, distinct. */
  readonly columns: readonly string[];
  /** rows × columns, row-major; NaN says that there is nothing to tell. */
  readonly values: Float32Array | Float64Array;
}

/** A sparse rows × rows matrix in compressed rows, such as distances between neighbours: AnnData's `obsp`. */
export interface CellGraph {
  readonly name: string;
  /** rows + 1 offsets into `indices` and `data`, from 0, ascending. */
  readonly indptr: Int32Array;
  /** Rows that each row is joined to, ascending within it, each once. */
  readonly indices: Int32Array;
  readonly data: Float32Array | Float64Array;
}

/** Rows and named columns; all columns have `rows` values. The other members are absent where there is nothing to say. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly matrices?: readonly Matrix[];
  readonly graphs?: readonly CellGraph[];
  /** What was found or decided on the way, by name: AnnData's `uns`. */
  readonly reports?: Readonly<Record<string, Json>>;
  /** Column of text → value → `#rrggbb`, for plots. */
  readonly colours?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** One row per cell. The first column is `cell_id` (int32, ascending, unique, > 0), the key into Labels. */
export type CellTable = Table;

/** What a model sees of one channel: the plane's values `v` as (min(v, high) − low) / range, each step in float32. */
export interface PatchChannel {
  /** As the image named it. */
  readonly name: string;
  /** The canonical marker and its index in the profile's vocabulary. */
  readonly marker: string;
  readonly index: number;
  /** Null where nothing is clipped: a plane of zeros. */
  readonly high: number | null;
  readonly low: number;
  readonly range: number;
}

/**
 * A square window around each cell of a field of view, as images once and labels once: batches are cut from it when they are wanted.
 * Everything lies on the grid of the profile, `mpp` µm per pixel.
 */
export interface Patches {
  /** How planes, windows and masks were made, and how batches are laid out: the id of a profile. */
  readonly profile: string;
  readonly height: number;
  readonly width: number;
  readonly mpp: number;
  readonly channels: readonly PatchChannel[];
  /** One per channel, of one dtype: intensities as recorded, on the profile's grid, not yet scaled. */
  readonly planes: readonly Plane[];
  /** height × width ids. */
  readonly labels: Int32Array;
  /** Cells, ascending, with the first row and column of each window, which may lie outside of the image. */
  readonly ids: Int32Array;
  readonly y: Int32Array;
  readonly x: Int32Array;
  /** Cells of the field that have no pixel on this grid, ascending. */
  readonly lost: Int32Array;
}
