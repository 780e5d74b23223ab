import type { Plane } from '../../kernels/image.ts';
import type { PlaneFormat } from './plane-type.ts';

/** Predictor 2: each sample is stored as the difference to the one `step` before it in its row; wraps around. */
function accumulate(values: Plane, row: number, step: number): void {
  for (let start = 0; start < values.length; start += row) {
    const end = Math.min(start + row, values.length);
    for (let i = start + step; i < end; i++) values[i] = (values[i] as number) + (values[i - step] as number);
  }
}

/**
 * Predictor 3 (Adobe Photoshop TIFF Technical Note 3): a row holds first all most significant bytes, then the next,
 * differenced bytewise. Always in that order, whatever the file's byte order.
 */
function assemble(bytes: Uint8Array, row: number, step: number): Float32Array {
  const rowBytes = row * 4;
  const words = new Uint32Array(bytes.length / 4);
  for (let start = 0; start < bytes.length; start += rowBytes) {
    for (let i = start + step; i < start + rowBytes; i++) bytes[i] = (bytes[i] as number) + (bytes[i - step] as number);
    for (let i = 0; i < row; i++) {
      const at = start + i;
      const high = ((bytes[at] as number) << 8) | (bytes[at + row] as number);
      const low = ((bytes[at + 2 * row] as number) << 8) | (bytes[at + 3 * row] as number);
      words[start / 4 + i] = (high << 16) | low;
    }
  }
  return new Float32Array(words.buffer);
}

/**
 * Samples of one chunk from its uncompressed bytes: rows of `row` samples, `step` of them interleaved.
 * Predictor 1 none, 2 horizontal differencing (integers; on float32 over their bit patterns, as libtiff does),
 * 3 floating point. `bytes` are in host order (predictor 3: as stored) and are changed in place.
 */
export function undoPredictor(
  bytes: Uint8Array,
  predictor: number,
  format: PlaneFormat,
  row: number,
  step: number,
): Plane {
  if (predictor === 3) return assemble(bytes, row, step);
  const values = format.view(bytes);
  if (predictor === 2)
    accumulate(
      format.bytes === 4 ? new Uint32Array(values.buffer, values.byteOffset, values.length) : values,
      row,
      step,
    );
  return values;
}
