import { FoveaError } from '../../core/errors.ts';
import type { ModelHandle } from '../../core/step.ts';

/** How this step prepares what the model sees. */
const PROFILE = 'nimbus';
/** The published model's nominal magnification is 10; 20 goes with 0.5 µm per pixel in the data it was trained on. */
const DEFAULT_MPP = 1;

/** A model whose record has been read. */
export interface Net {
  readonly handle: ModelHandle;
  readonly input: string;
  readonly output: string;
  /** Side of its input where that is fixed. */
  readonly side: number | null;
  /** µm per pixel it works at. */
  readonly mpp: number;
}

/**
 * Reads from a record what Nimbus' kind of model has: float32 [batch, 2, height, width] in, marker then mask, and [batch, 1, height, width] out. Height and
 * width are both left open, or both one multiple of 16.
 *
 * @throws MODEL_MISMATCH naming what the record lacks.
 */
export function readNet(handle: ModelHandle): Net {
  const { name, spec } = handle;
  const problems: string[] = [];
  if (spec.profile !== PROFILE) problems.push(`its profile is "${spec.profile}", wanted "${PROFILE}"`);
  const [input, output] = [spec.inputs[0]!, spec.outputs[0]!];
  const text = (tensors: readonly { dtype: string; shape: readonly (number | string)[] }[]): string =>
    tensors.map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`).join(' and ');
  const fits = (tensor: typeof input | typeof output, channels: number): boolean => {
    const [batch, depth, height, width] = tensor.shape;
    const sides = typeof height === 'number' ? height === width : typeof width === 'string' && height !== width;
    const single = batch === 1 || typeof batch === 'string';
    return tensor.dtype === 'float32' && tensor.shape.length === 4 && single && depth === channels && sides;
  };
  if (spec.inputs.length !== 1 || !fits(input, 2)) {
    problems.push(`it takes ${text(spec.inputs)}, wanted float32 [batch, 2, height, width]`);
  }
  if (!fits(output, 1)) problems.push(`it gives ${text(spec.outputs)}, wanted float32 [batch, 1, height, width]`);
  if (input.channels !== undefined && input.channels.join() !== 'marker,mask') {
    problems.push(`its input's channels are ${input.channels.join(', ')}, wanted marker, mask`);
  }
  const side = typeof input.shape[2] === 'number' ? input.shape[2] : null;
  if (side !== null && side % 16 !== 0) problems.push(`its input is ${side} pixels wide, wanted a multiple of 16`);
  if (problems.length > 0) {
    throw new FoveaError(
      'MODEL_MISMATCH',
      `model ${name} is not of Nimbus' kind: ${problems.join('; ')}. Correct its record in the models file`,
      { fields: { model: name, problems } },
    );
  }
  return { handle, input: input.name, output: output.name, side, mpp: spec.mpp ?? DEFAULT_MPP };
}
