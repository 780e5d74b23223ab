import type * as Ort from 'onnxruntime-node';
import { FoveaError, invalidInput } from '../../core/errors.ts';
import type { ModelHandle, Tensor } from '../../core/step.ts';
import type { CataloguedModel } from './catalogue.ts';
import type { Sessions } from './sessions.ts';

const shapeText = (dims: readonly (number | string)[]): string => `[${dims.join(', ')}]`;

/** Checks feeds against the record: names, types, lengths, and that a word means one length throughout. */
function checkFeeds({ name, record }: CataloguedModel, feeds: Readonly<Record<string, Tensor>>): void {
  const refuse = (what: string): never => {
    throw invalidInput(`model ${name} cannot be fed: ${what}`, { model: name });
  };
  const lengths = new Map<string, number>();
  for (const { name: input, dtype, shape } of record.spec.inputs) {
    const feed = feeds[input];
    if (feed === undefined) return refuse(`input "${input}" is missing`);
    if (feed.dtype !== dtype) refuse(`input "${input}" is ${feed.dtype}, wanted ${dtype}`);
    const fits =
      feed.dims.length === shape.length &&
      shape.every((length, axis) => {
        const given = feed.dims[axis]!;
        if (typeof length === 'number') return given === length;
        const before = lengths.get(length);
        lengths.set(length, before ?? given);
        return before === undefined || before === given;
      });
    if (!fits) refuse(`input "${input}" is ${shapeText(feed.dims)}, wanted ${shapeText(shape)}`);
    if (feed.data.length !== feed.dims.reduce((product, length) => product * length, 1)) {
      refuse(`input "${input}" has ${feed.data.length} values for ${shapeText(feed.dims)}`);
    }
  }
  const extra = Object.keys(feeds).find((input) => record.spec.inputs.every((each) => each.name !== input));
  if (extra !== undefined) refuse(`it has no input "${extra}"`);
}

/** Index of the first NaN, −1 without one. Eight sums, which need not wait for each other, tell cheaply whether there can be one. */
export function firstNaN(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let [e, f, g, h] = [0, 0, 0, 0];
  const whole = values.length & ~7;
  for (let i = 0; i < whole; i += 8) {
    a += values[i]!;
    b += values[i + 1]!;
    c += values[i + 2]!;
    d += values[i + 3]!;
    e += values[i + 4]!;
    f += values[i + 5]!;
    g += values[i + 6]!;
    h += values[i + 7]!;
  }
  for (let i = whole; i < values.length; i++) a += values[i]!;
  const sum = a + b + c + d + e + f + g + h;
  return Number.isFinite(sum) ? -1 : values.findIndex((value) => Number.isNaN(value));
}

/** A model as its step sees it: opened at the first run, checked on both sides. */
export function createHandle(model: CataloguedModel, sessions: Sessions): ModelHandle {
  const { name, record } = model;
  return {
    name,
    spec: record.spec,
    async run(feeds) {
      checkFeeds(model, feeds);
      const session = await sessions.get(model);
      const { Tensor: OrtTensor } = await sessions.ort();
      const wrapped: Record<string, Ort.Tensor> = {};
      for (const [input, { dtype, data, dims }] of Object.entries(feeds)) {
        wrapped[input] = new OrtTensor(dtype, data as Float32Array, dims);
      }
      const fetches = record.spec.outputs.map((output) => output.name);
      let results: Ort.InferenceSession.OnnxValueMapType;
      try {
        results = await session.run(wrapped, fetches);
      } catch (err) {
        throw new FoveaError('MODEL_FAILED', `model ${name} failed to run: ${(err as Error).message}`, {
          fields: { model: name },
          cause: err,
        });
      }
      const outputs: Record<string, Tensor> = {};
      for (const output of record.spec.outputs) {
        const { type, data, dims } = results[output.name] as Ort.Tensor;
        if (data instanceof Float32Array && firstNaN(data) >= 0) {
          throw new FoveaError(
            'MODEL_FAILED',
            `model ${name} yielded NaN in output "${output.name}" at index ${firstNaN(data)}; look at the input image for ` +
              'extreme values, or use another model',
            { fields: { model: name, output: output.name, nan: true } },
          );
        }
        outputs[output.name] = { dtype: type, data, dims } as unknown as Tensor;
      }
      return outputs;
    },
  };
}
