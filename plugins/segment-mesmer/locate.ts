import { FoveaError } from '../../core/errors.ts';
import type { ModelSpec } from '../../core/models.ts';
import type { TileLayout } from '../../kernels/index.ts';
import type { Compartment } from './profiles.ts';

/** Where a map lies among a model's outputs. */
export interface MapPlace {
  readonly output: string;
  readonly channel: number;
  readonly channels: number;
}

/** A model's signature as this step uses it. */
export interface Signature {
  readonly input: string;
  /** Which of nuclear and membrane each input channel shows. */
  readonly channels: readonly ('nuclear' | 'membrane')[];
  readonly layout: TileLayout;
  readonly tile: number;
  readonly mpp: number;
  readonly maps: Readonly<Record<Compartment, { readonly distance: MapPlace; readonly interior: MapPlace }>>;
}

const isRole = (name: string): name is 'nuclear' | 'membrane' => name === 'nuclear' || name === 'membrane';

/**
 * Reads from a record what Mesmer's kind of model has: one input of two channels, and for cell and nucleus an inner distance
 * and an interior, by the classes of its outputs. Throws MODEL_MISMATCH naming what the record lacks.
 */
export function readSignature(model: string, { inputs, outputs, mpp, tile }: ModelSpec): Signature {
  const problems: string[] = [];
  const [input, ...more] = inputs;
  const channels = (input?.channels ?? []).filter(isRole);
  if (input === undefined || more.length > 0) problems.push(`it has ${inputs.length} inputs, wanted one`);
  if (input?.channels?.length !== 2 || channels.length !== 2 || channels[0] === channels[1]) {
    problems.push(`its input's channels are ${JSON.stringify(input?.channels ?? null)}, wanted nuclear and membrane`);
  }
  if (mpp === undefined) problems.push('mpp is missing');
  if (tile === undefined) problems.push('tile is missing');
  const shape = input?.shape ?? [];
  const last = shape.length === 4 && shape[3] === 2;
  if (shape.length !== 4 || !(last || shape[1] === 2)) {
    problems.push(`its input's shape is [${shape.join(', ')}], wanted [batch, y, x, 2] or [batch, 2, y, x]`);
  }
  const layout: TileLayout = last ? 'NHWC' : 'NCHW';
  const place = (wanted: string): MapPlace => {
    for (const { name, classes = [] } of outputs) {
      const channel = classes.indexOf(wanted);
      if (channel >= 0) return { output: name, channel, channels: classes.length };
    }
    problems.push(`no output has the class ${wanted}`);
    return { output: '', channel: 0, channels: 1 };
  };
  for (const { name, classes, shape: real } of outputs) {
    const length = real[last ? 3 : 1];
    if (real.length !== 4 || length !== classes?.length) {
      problems.push(`output ${name} of shape [${real.join(', ')}] has ${classes?.length ?? 'no'} classes`);
    }
  }
  const of = (part: Compartment): { distance: MapPlace; interior: MapPlace } => ({
    distance: place(`${part}-distance`),
    interior: place(`${part}-interior`),
  });
  const maps = { cell: of('cell'), nucleus: of('nucleus') };
  if (problems.length > 0) {
    throw new FoveaError(
      'MODEL_MISMATCH',
      `model ${model} is not of Mesmer's kind: ${problems.join('; ')}. Correct its record in the models file`,
      { fields: { model, problems } },
    );
  }
  return { input: input!.name, channels, layout, tile: tile!, mpp: mpp!, maps };
}
