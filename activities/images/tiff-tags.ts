/** TIFF 6.0 and BigTIFF numbers by name: the tags, field types and codes that the reader and the writer share. */
export const TAG = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  imageDescription: 270,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  pageName: 285,
  resolutionUnit: 296,
  software: 305,
  predictor: 317,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  subIfds: 330,
  sampleFormat: 339,
  imageJByteCounts: 50838,
  imageJMetadata: 50839,
} as const;

/** Field type codes (TIFF 6.0 section 2, BigTIFF adds 16–18). */
export const FIELD = {
  byte: 1,
  ascii: 2,
  short: 3,
  long: 4,
  rational: 5,
  sbyte: 6,
  undefined: 7,
  sshort: 8,
  slong: 9,
  srational: 10,
  float: 11,
  double: 12,
  ifd: 13,
  long8: 16,
  slong8: 17,
  ifd8: 18,
} as const;

/** Bytes per value of each field type; a type that is not here is skipped by the reader, as TIFF 6.0 asks. */
export const FIELD_SIZE: ReadonlyMap<number, number> = new Map([
  [FIELD.byte, 1],
  [FIELD.ascii, 1],
  [FIELD.short, 2],
  [FIELD.long, 4],
  [FIELD.rational, 8],
  [FIELD.sbyte, 1],
  [FIELD.undefined, 1],
  [FIELD.sshort, 2],
  [FIELD.slong, 4],
  [FIELD.srational, 8],
  [FIELD.float, 4],
  [FIELD.double, 8],
  [FIELD.ifd, 4],
  [FIELD.long8, 8],
  [FIELD.slong8, 8],
  [FIELD.ifd8, 8],
]);

export const COMPRESSION = {
  none: 1,
  lzw: 5,
  deflate: 8,
  packBits: 32773,
  /** The number deflate had before Adobe registered 8; same bytes. MIBI files use it. */
  oldDeflate: 32946,
  zstd: 50000,
} as const;

/** Names for codes met in microscopy files, so that a refusal can say what it refuses. */
export const COMPRESSION_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'none'],
  [2, 'CCITT RLE'],
  [3, 'CCITT fax 3'],
  [4, 'CCITT fax 4'],
  [5, 'LZW'],
  [6, 'old-style JPEG'],
  [7, 'JPEG'],
  [8, 'deflate'],
  [32773, 'PackBits'],
  [32946, 'deflate'],
  [33003, 'Aperio JPEG 2000'],
  [33005, 'Aperio JPEG 2000'],
  [34712, 'JPEG 2000'],
  [34887, 'LERC'],
  [34925, 'LZMA'],
  [34933, 'PNG'],
  [34934, 'JPEG XR'],
  [50000, 'zstd'],
  [50001, 'WebP'],
  [50002, 'JPEG XL'],
]);

export const PHOTOMETRIC = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3 } as const;

export const RESOLUTION_UNIT = { none: 1, inch: 2, centimetre: 3 } as const;
