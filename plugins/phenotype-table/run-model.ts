import { FoveaError } from '../../core/errors.ts';
import type { ModelHandle, StepContext } from '../../core/step.ts';
import { restrictedSoftmax } from '../../core/type-table.ts';
import type { Signature } from './signature.ts';

/** Every run has so many rows, the last filled up with zeros, so that a cell's numbers do not hang on how many there are. */
const BATCH = 1024;
/** How far probabilities may be from summing to 1. */
const SLACK = 1e-3;

/**
 * Probabilities of cells × types, float32. The rows of lost cells are 0.
 *
 * @throws MODEL_MISMATCH where the output has another shape than the record says, or holds no probabilities; what the model throws.
 */
export async function runModel(
  net: ModelHandle,
  { features, input, output, types, softmax }: Signature,
  { values, lost }: { readonly values: Float32Array; readonly lost: Uint8Array },
  ctx: Pick<StepContext, 'signal' | 'progress'>,
): Promise<Float32Array> {
  const [rows, width, classes] = [lost.length, features.length, types.length];
  const out = new Float32Array(rows * classes);
  const room = new Float32Array(BATCH * width);
  for (let first = 0; first < rows; first += BATCH) {
    ctx.signal.throwIfAborted();
    ctx.progress(first, rows);
    const count = Math.min(BATCH, rows - first);
    room.set(values.subarray(first * width, (first + count) * width));
    room.fill(0, count * width);
    const found = (await net.run({ [input]: { dtype: 'float32', dims: [BATCH, width], data: room } }))[output];
    if (found?.dtype !== 'float32' || found.dims.join() !== `${BATCH},${classes}`) {
      const text = found === undefined ? 'nothing' : `${found.dtype} [${found.dims.join(', ')}]`;
      throw mismatch(net, `gave ${text} as "${output}", wanted float32 [${BATCH}, ${classes}]`);
    }
    const part = found.data.subarray(0, count * classes);
    const allowed = new Array<boolean>(classes).fill(true);
    out.set(softmax ? restrictedSoftmax(part, classes, allowed) : part, first * classes);
  }
  ctx.progress(rows, rows);
  for (let row = 0; row < rows; row++) {
    const own = out.subarray(row * classes, (row + 1) * classes);
    if (lost[row] === 1) own.fill(0);
    else if (!softmax && !isDistribution(own)) {
      throw mismatch(
        net,
        `gave [${[...own.subarray(0, 5)].join(', ')}…] as the probabilities "${output}" of a row, which are none; its role may be logits`,
      );
    }
  }
  return out;
}

function isDistribution(shares: Float32Array): boolean {
  let sum = 0;
  for (const share of shares) {
    if (!(share >= -SLACK)) return false;
    sum += share;
  }
  return Math.abs(sum - 1) <= SLACK;
}

function mismatch({ name }: ModelHandle, what: string): FoveaError {
  return new FoveaError('MODEL_MISMATCH', `model ${name} ${what}; use another file or correct its record`, {
    fields: { model: name },
  });
}
