// The benchmark's arrays as files: raw little-endian bytes, described by dtype and shape.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
};

export function readArray(file, dtype) {
  const type = ARRAYS[dtype];
  if (type === undefined) throw new Error(`bench: ${file} has the unknown dtype ${dtype}`);
  const bytes = readFileSync(file);
  const values = new type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return dtype === 'int64' ? Float64Array.from(values, Number) : values;
}

/** All arrays of a folder by name, and the side of the images. */
export function readInputs(folder, size, described) {
  const entries = Object.entries(described).map(([name, [dtype]]) => [
    name,
    readArray(path.join(folder, `${name}.bin`), dtype),
  ]);
  return { size, ...Object.fromEntries(entries) };
}

/** How far two results are apart, by the case's own measure: differing elements, float32 steps, or relative difference. */
export function distance(ours, theirs, compare) {
  if (ours.length !== theirs.length) return { text: `${ours.length} against ${theirs.length} elements`, equal: false };
  let differing = 0;
  let relative = 0;
  for (let i = 0; i < ours.length; i++) {
    const a = Number(ours[i]);
    const b = Number(theirs[i]);
    if (a === b || (a !== a && b !== b)) continue;
    differing++;
    relative = Math.max(relative, Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b)));
  }
  if (differing === 0) return { text: '0 differ', equal: true };
  const text = `${differing} of ${ours.length} differ, by at most ${relative.toExponential(1)} of the value`;
  return { text, equal: compare !== 'exact' && relative <= compare };
}

export function median(values) {
  const ordered = Float64Array.from(values).sort();
  const middle = ordered.length >> 1;
  return ordered.length % 2 === 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
}
