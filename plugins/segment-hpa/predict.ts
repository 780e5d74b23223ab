import { FoveaError } from '../../core/errors.ts';
import type { Tensor } from '../../core/step.ts';
import type { Net } from './nets.ts';
import type { Frame } from './prepare.ts';

/** A net's probabilities as 0–255, at the models' pixel size, without margins. */
export interface ClassMaps {
  readonly border: Uint8Array;
  readonly object: Uint8Array;
}

/** Classes in the order of the nets' channels. */
const CLASSES = 3;
const BORDER = 1;
const OBJECT = 2;
/** How far outside 0–1 rounding may take a probability. */
const TOLERANCE = 1e-3;

/**
 * Runs a net on one input and returns its maps, in 8 bits as the published code does: its thresholds were chosen on those, and runtimes
 * that differ in the last digits give the same labels.
 *
 * @throws MODEL_MISMATCH for maps of another shape or type, or values that are no probabilities.
 */
export async function predict({ handle, input, output, softmax }: Net, feed: Tensor, frame: Frame): Promise<ClassMaps> {
  const given = (await handle.run({ [input]: feed }))[output];
  const wanted = [1, CLASSES, frame.outerHeight, frame.outerWidth];
  if (given?.dtype !== 'float32' || given.dims.join() !== wanted.join()) {
    const found = given === undefined ? 'nothing' : `${given.dtype} [${given.dims.join(', ')}]`;
    throw mismatch(
      handle.name,
      `gave ${found} as "${output}", wanted float32 [${wanted.join(', ')}]; check the model's file and record`,
      {
        found: given?.dims ?? null,
        wanted,
      },
    );
  }
  const scores = cropOf(given.data, frame);
  if (softmax) applySoftmax(scores);
  else checkProbabilities(scores, handle.name, output);
  return { border: toBytes(scores[BORDER]!), object: toBytes(scores[OBJECT]!) };
}

function mismatch(model: string, message: string, fields: Readonly<Record<string, unknown>>): FoveaError {
  return new FoveaError('MODEL_MISMATCH', `model "${model}" ${message}`, { fields: { model, ...fields } });
}

/** The classes' planes without the margins. */
function cropOf(data: Float32Array, { height, width, outerHeight, outerWidth, margin }: Frame): Float32Array[] {
  return Array.from({ length: CLASSES }, (_, c) => {
    const plane = new Float32Array(height * width);
    for (let y = 0; y < height; y++) {
      const from = (c * outerHeight + margin + y) * outerWidth + margin;
      plane.set(data.subarray(from, from + width), y * width);
    }
    return plane;
  });
}

function applySoftmax(planes: readonly Float32Array[]): void {
  const [a, b, c] = planes as [Float32Array, Float32Array, Float32Array];
  for (let i = 0; i < a.length; i++) {
    const most = Math.max(a[i]!, b[i]!, c[i]!);
    const [p, q, r] = [Math.exp(a[i]! - most), Math.exp(b[i]! - most), Math.exp(c[i]! - most)];
    const sum = p + q + r;
    a[i] = p / sum;
    b[i] = q / sum;
    c[i] = r / sum;
  }
}

function checkProbabilities(planes: readonly Float32Array[], model: string, output: string): void {
  for (const plane of planes) {
    const value = plane.find((each) => !(each >= -TOLERANCE && each <= 1 + TOLERANCE));
    if (value === undefined) continue;
    throw mismatch(
      model,
      `gave ${value.toPrecision(3)} in "${output}", whose role is probabilities, wanted 0 to 1; a graph without softmax gives scores: ` +
        'say so in its record',
      { found: value, wanted: [0, 1] },
    );
  }
}

/** 255 times the values, rounded half to even. */
function toBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < bytes.length; i++) {
    const exact = Math.fround(Math.min(1, Math.max(0, values[i]!)) * 255);
    const below = Math.floor(exact);
    const rest = exact - below;
    bytes[i] = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  }
  return bytes;
}
