import { FoveaError, isFoveaError } from '../../core/errors.ts';
import type { ModelInput, ModelOutput } from '../../core/models.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';

/** The lengths a tensor must have; a word stands for any. */
export type Shape = readonly (number | string)[];

const shown = (shape: Shape): string => `[${shape.join(', ')}]`;

function mismatch(model: string, message: string, fields: object): FoveaError {
  return new FoveaError('MODEL_MISMATCH', `model "${model}" ${message}`, { fields: { model, ...fields } });
}

/** The one input of a model with so many axes. @throws MODEL_MISMATCH where there is not exactly one. */
export function inputOfRank({ name, spec }: ModelHandle, what: string, shape: Shape): ModelInput {
  const fitting = spec.inputs.filter((input) => input.shape.length === shape.length);
  if (fitting.length === 1 && fitting[0]!.dtype === 'float32') return fitting[0]!;
  const found = spec.inputs.map((input) => `${input.name} ${shown(input.shape)}`).join(', ');
  throw mismatch(name, `has inputs ${found}, wanted one for ${what}, float32 ${shown(shape)}; correct its record`, {
    found,
    wanted: `${what} ${shown(shape)}`,
  });
}

/** The output a model's record gives one of `roles`. @throws MODEL_MISMATCH where there is none. */
export function outputWithRole({ name, spec }: ModelHandle, ...roles: readonly string[]): ModelOutput {
  const output = spec.outputs.find(({ role }) => roles.includes(role));
  if (output !== undefined) return output;
  const found = spec.outputs.map((each) => `${each.name} (${each.role})`).join(', ');
  const wanted = roles.join(' or ');
  throw mismatch(name, `has outputs ${found}, wanted one with the role ${wanted}; correct its record`, {
    found,
    wanted,
  });
}

/** Runs a model; an error that comes of it names the model, whatever it was thrown as. Cancellation passes as it is. */
export async function runModel(
  handle: ModelHandle,
  feeds: Readonly<Record<string, Tensor>>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, Tensor>>> {
  let outputs: Readonly<Record<string, Tensor>>;
  try {
    outputs = await handle.run(feeds);
  } catch (err) {
    if (signal.aborted || isFoveaError(err, 'CANCELLED')) throw err;
    throw modelError(handle.name, err);
  }
  signal.throwIfAborted();
  return outputs;
}

function modelError(model: string, err: unknown): FoveaError {
  const known = isFoveaError(err) ? err : null;
  const text = err instanceof Error ? err.message : String(err);
  return new FoveaError(
    known?.code ?? 'MODEL_FAILED',
    text.includes(`"${model}"`) ? text : `model "${model}": ${text}`,
    {
      fields: { ...known?.fields, model },
      ...(known === null ? {} : { retryable: known.retryable }),
      cause: err,
    },
  );
}

/** An output's values. @throws MODEL_MISMATCH for one that is missing, of another type or of another shape. */
export function valuesOf(
  { name: model }: ModelHandle,
  outputs: Readonly<Record<string, Tensor>>,
  output: string,
  wanted: Shape,
): { readonly data: Float32Array; readonly dims: readonly number[] } {
  const tensor = outputs[output];
  const fits =
    tensor?.dtype === 'float32' &&
    tensor.dims.length === wanted.length &&
    wanted.every((length, axis) => typeof length === 'string' || length === tensor.dims[axis]) &&
    tensor.data.length === tensor.dims.reduce((product, length) => product * length, 1);
  if (fits) return tensor;
  const found = tensor === undefined ? 'nothing' : `${tensor.dtype} ${shown(tensor.dims)}`;
  throw mismatch(model, `gave ${found} as output "${output}", wanted float32 ${shown(wanted)}; export it anew`, {
    output,
    found,
    wanted: `float32 ${shown(wanted)}`,
  });
}

/** @throws MODEL_FAILED that names model, output and place for a value that is NaN. */
export function refuseNaN({ name: model }: ModelHandle, output: string, data: Float32Array): void {
  const index = data.findIndex((value) => Number.isNaN(value));
  if (index < 0) return;
  throw new FoveaError('MODEL_FAILED', `model "${model}" gave NaN in output "${output}" at index ${index}`, {
    fields: { model, output, index },
  });
}
