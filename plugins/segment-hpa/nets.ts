import { FoveaError, invalidInput } from '../../core/errors.ts';
import type { ModelHandle, StepContext } from '../../core/step.ts';

/** A model whose record has been read: how to feed it and what to take from it. */
export interface Net {
  readonly handle: ModelHandle;
  readonly input: string;
  readonly output: string;
  /** Whether its output still needs the softmax over classes. */
  readonly softmax: boolean;
}

export interface Nets {
  readonly nuclei: Net;
  readonly cells: Net;
  /** µm per pixel both work at. */
  readonly mpp: number;
}

/** How this step prepares images and reads maps; other profiles are other steps' business. */
const PROFILE = 'hpa-unet';
/** A quarter of the resolution of the Human Protein Atlas' images, 0.0801276 µm per pixel. */
const DEFAULT_MPP = 4 * 0.0801276;
/** Input channels of the two published cell models. */
const CELL_CHANNELS = { three: ['microtubules', 'er', 'nuclei'], two: ['microtubules', 'zeros', 'nuclei'] };

/**
 * The two models, after their records were found to be what this step can use.
 *
 * @throws MODEL_MISMATCH that lists every record that is not, INVALID_INPUT where the cell model wants an er channel and none is
 *   named, or the other way round.
 */
export function readNets({ models }: StepContext, hasEr: boolean): Nets {
  const problems: string[] = [];
  const nuclei = readNet(models['nuclei']!, problems);
  const cells = readNet(models['cells']!, problems);
  const mpps = [nuclei, cells].flatMap(({ handle }) => (handle.spec.mpp === undefined ? [] : [handle.spec.mpp]));
  if (new Set(mpps).size > 1) {
    problems.push(
      `model "${nuclei.handle.name}" works at ${mpps[0]} µm per pixel and model "${cells.handle.name}" at ${mpps[1]}; ` +
        'choose two of one pixel size',
    );
  }
  const channels = cells.handle.spec.inputs[0]!.channels;
  const isOf = (wanted: readonly string[]): boolean => wanted.every((name, index) => channels?.[index] === name);
  if (channels !== undefined && !isOf(CELL_CHANNELS.three) && !isOf(CELL_CHANNELS.two)) {
    problems.push(
      `model "${cells.handle.name}" takes the channels ${channels.join(', ')}, wanted ${CELL_CHANNELS.three.join(', ')} or ` +
        CELL_CHANNELS.two.join(', '),
    );
  }
  if (problems.length > 0) {
    throw new FoveaError('MODEL_MISMATCH', `models cannot be used: ${problems.join('; ')}`, { fields: { problems } });
  }
  if (channels !== undefined && isOf(CELL_CHANNELS.three) !== hasEr) {
    throw invalidInput(
      hasEr
        ? `er channels are named, but model "${cells.handle.name}" takes none; leave er out, or choose a model of three channels`
        : `model "${cells.handle.name}" takes an er channel and none is named; name one in with.er, or choose a model of two channels`,
      { port: 'image', model: cells.handle.name },
    );
  }
  return { nuclei, cells, mpp: mpps[0] ?? DEFAULT_MPP };
}

function readNet(handle: ModelHandle, problems: string[]): Net {
  const { name, spec } = handle;
  const complain = (found: string, wanted: string): void =>
    void problems.push(`model "${name}" ${found}, wanted ${wanted}`);
  if (spec.profile !== PROFILE) complain(`has the profile "${spec.profile}"`, `"${PROFILE}"`);
  const input = spec.inputs[0]!;
  const [batch, depth, height, width] = input.shape;
  const varies = typeof height === 'string' && typeof width === 'string' && height !== width;
  const fits = input.shape.length === 4 && (batch === 1 || typeof batch === 'string') && depth === 3 && varies;
  if (spec.inputs.length !== 1 || input.dtype !== 'float32' || !fits) {
    const found = spec.inputs.map(({ shape, dtype }) => `${dtype} [${shape.join(', ')}]`).join(' and ');
    complain(`takes ${found}`, 'one float32 [1, 3, height, width] in which height and width may vary');
  }
  const output = spec.outputs.find(({ role }) => role === 'probabilities' || role === 'scores');
  if (output === undefined || output.dtype !== 'float32') {
    const found = spec.outputs.map(({ role, dtype }) => `${dtype} ${role}`).join(', ');
    complain(`gives ${found}`, 'float32 probabilities (softmax in the graph) or float32 scores (without)');
  }
  return { handle, input: input.name, output: output?.name ?? '', softmax: output?.role === 'scores' };
}
