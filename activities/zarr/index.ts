/** Zarr v2 on a local folder: arrays, strings, groups, consolidated metadata. Knows nothing of artifacts. */
export { createArray } from './create-array.ts';
export type { ArraySpec, ArrayWriter } from './create-array.ts';
export { openArray } from './open-array.ts';
export type { ArrayReader } from './open-array.ts';
export { readAttributes, writeAttributes, writeGroup } from './metadata.ts';
export type { Attributes } from './metadata.ts';
export { readStrings, writeScalar, writeStrings } from './strings.ts';
export { consolidate } from './consolidate.ts';
