import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelSpec } from '../../core/models.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import type { Image, Labels } from '../../kernels/image.ts';
import { MODELS } from './onnx-models.ts';

const SIDES = ['height', 'width'];

/** The record of test/models/nimbus-tiny.onnx, as training/export/nimbus.py writes them. */
export function nimbusRecord(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const file = join(MODELS, 'nimbus-tiny.onnx');
  const bytes = readFileSync(file);
  return {
    ...{ task: 'marker-positivity-nimbus', profile: 'nimbus' },
    ...{ file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    licence: { id: 'Apache-2.0', commercial: true },
    inputs: [{ name: 'image', shape: ['batch', 2, ...SIDES], channels: ['marker', 'mask'] }],
    outputs: [{ name: 'positivity', shape: ['batch', 1, ...SIDES], role: 'marker-positivity' }],
    ...changes,
  };
}

export function nimbusSpec(changes: Partial<ModelSpec> = {}): ModelSpec {
  return {
    ...{ task: 'marker-positivity-nimbus', profile: 'nimbus', mpp: 0.5 },
    inputs: [{ name: 'image', shape: ['batch', 2, ...SIDES], dtype: 'float32', channels: ['marker', 'mask'] }],
    outputs: [{ name: 'positivity', shape: ['batch', 1, ...SIDES], dtype: 'float32', role: 'marker-positivity' }],
    ...changes,
  };
}

/** A network that says of each pixel what `judge` makes of its marker and mask; remembers what it was fed. */
export function judging(
  judge: (marker: number, mask: number) => number,
  spec: ModelSpec = nimbusSpec(),
): ModelHandle & { feeds: Tensor[] } {
  const feeds: Tensor[] = [];
  return {
    ...{ name: 'nimbus-net', spec, feeds },
    run({ image }) {
      feeds.push(image!);
      const [, , height, width] = image!.dims as [number, number, number, number];
      const area = height * width;
      const data = Float32Array.from({ length: area }, (_, i) =>
        judge(Number(image!.data[i]), Number(image!.data[area + i])),
      );
      return Promise.resolve({ positivity: { dtype: 'float32', dims: [1, 1, height, width], data } });
    },
  };
}

/** The kernel of test/models/nimbus-tiny.onnx. */
const KERNEL = [1, 2, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1].map((k) => k / 25);

/** What nimbus-tiny.onnx gives, in float64. Sides are multiples of 16. */
export function tinyNimbus(
  marker: ArrayLike<number>,
  mask: ArrayLike<number>,
  height: number,
  width: number,
): Float64Array {
  return Float64Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    let smooth = 0;
    for (let k = 0; k < 25; k++) {
      const [ny, nx] = [y + Math.floor(k / 5) - 2, x + (k % 5) - 2];
      if (ny >= 0 && ny < height && nx >= 0 && nx < width) smooth += KERNEL[k]! * marker[ny * width + nx]!;
    }
    let block = 0;
    const [top, left] = [16 * Math.floor(y / 16), 16 * Math.floor(x / 16)];
    for (let by = 0; by < 16; by++) for (let bx = 0; bx < 16; bx++) block += marker[(top + by) * width + left + bx]!;
    return 0.5 * smooth + (0.3 * block) / 256 + 0.1 * mask[i]!;
  });
}

/** A field of squares of 9 × 9 pixels every 12, ids from 1, and channels of uneven values. */
export function squaresField(
  height: number,
  width: number,
  names: readonly string[],
  mpp = 0.5,
): { image: Image; cells: Labels } {
  const data = new Int32Array(height * width);
  let id = 0;
  for (let top = 1; top + 9 <= height; top += 12) {
    for (let left = 1; left + 9 <= width; left += 12) {
      id++;
      for (let y = top; y < top + 9; y++) data.fill(id, y * width + left, y * width + left + 9);
    }
  }
  const planes = names.map((_, c) =>
    Uint16Array.from(
      { length: height * width },
      (_, i) => ((i * (37 + 10 * c) + Math.floor(i / width) * 101) % 997) + 3,
    ),
  );
  return {
    image: { height, width, mpp, intensity: 'counts', channels: names.map((name) => ({ name, role: null })), planes },
    cells: { height, width, mpp, data },
  };
}
