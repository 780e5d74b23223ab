import { FoveaError } from '../../core/errors.ts';
import type { ModelHandle } from '../../core/step.ts';
import { sigmoid, type Detections } from './find-boxes.ts';
import { MASK_SIDE } from './mask-taps.ts';
import { SIDE } from './model-inputs.ts';
import { inputOfRank, outputWithRole, refuseNaN, runModel, valuesOf } from './run-model.ts';

/** Profiles a model record may have: how CellSAM's image is prepared, without or with its `adv` standardisation. */
export const PROFILES = ['cellsam', 'cellsam-adv'] as const;

const IMAGE = [1, 3, SIDE, SIDE] as const;
const EMBEDDING = [1, 256, 64, 64] as const;

/** The three networks, behind their shapes. */
export interface Networks {
  /** Whether images are prepared with the extra standardisation. */
  readonly adv: boolean;
  /** Scores in 0–1 and boxes of an image of (3, SIDE, SIDE). */
  detect(image: Float32Array): Promise<Detections>;
  embed(image: Float32Array): Promise<Float32Array>;
  /** For boxes of 4 corners each: MASK_SIDE² logits per box, and the IoU the network expects of each. */
  decode(embedding: Float32Array, corners: Float32Array): Promise<{ masks: Float32Array; ious: Float32Array }>;
}

export type AdvMode = 'auto' | 'on' | 'off';

/** @throws MODEL_MISMATCH where a record does not say which tensor is which, or which preparation the models want. */
export function connect(models: Readonly<Record<string, ModelHandle>>, mode: AdvMode, signal: AbortSignal): Networks {
  const [detector, encoder, decoder] = [models['detector']!, models['encoder']!, models['decoder']!];
  const adv = mode === 'auto' ? profileOf(detector, encoder) === 'cellsam-adv' : mode === 'on';
  return {
    adv,
    ...{ detect: detect(detector, signal), embed: embed(encoder, signal), decode: decode(decoder, signal) },
  };
}

function profileOf(detector: ModelHandle, encoder: ModelHandle): string {
  for (const { name, spec } of [detector, encoder]) {
    const { profile } = spec;
    if (PROFILES.includes(profile as (typeof PROFILES)[number]) && profile === detector.spec.profile) continue;
    const wanted = name === detector.name ? PROFILES.join(' or ') : `${detector.spec.profile}, as the detector has`;
    throw new FoveaError(
      'MODEL_MISMATCH',
      `model "${name}" has the profile "${profile}", wanted ${wanted}; correct its record, or set advMode to on or off`,
      { fields: { model: name, found: profile, wanted } },
    );
  }
  return detector.spec.profile;
}

function detect(handle: ModelHandle, signal: AbortSignal): Networks['detect'] {
  const input = inputOfRank(handle, 'the image', IMAGE);
  const scoring = outputWithRole(handle, 'logits', 'scores');
  const boxing = outputWithRole(handle, 'boxes');
  return async (image) => {
    const outputs = await runModel(handle, { [input.name]: { dtype: 'float32', dims: IMAGE, data: image } }, signal);
    const scores = valuesOf(handle, outputs, scoring.name, [1, 'queries', 'classes']);
    const boxes = valuesOf(handle, outputs, boxing.name, [1, scores.dims[1]!, 4]);
    refuseNaN(handle, scoring.name, scores.data);
    refuseNaN(handle, boxing.name, boxes.data);
    const values = scoring.role === 'logits' ? sigmoid(scores.data) : scores.data;
    return { scores: values, classes: scores.dims[2]!, boxes: boxes.data };
  };
}

function embed(handle: ModelHandle, signal: AbortSignal): Networks['embed'] {
  const input = inputOfRank(handle, 'the image', IMAGE);
  const output = outputWithRole(handle, 'embedding');
  return async (image) => {
    const outputs = await runModel(handle, { [input.name]: { dtype: 'float32', dims: IMAGE, data: image } }, signal);
    return valuesOf(handle, outputs, output.name, EMBEDDING).data;
  };
}

function decode(handle: ModelHandle, signal: AbortSignal): Networks['decode'] {
  const image = inputOfRank(handle, 'the embedding', EMBEDDING);
  const prompt = inputOfRank(handle, 'the boxes', ['boxes', 4]);
  const masking = outputWithRole(handle, 'masks');
  const trusting = outputWithRole(handle, 'iou');
  return async (embedding, corners) => {
    const count = corners.length / 4;
    const feeds = {
      [image.name]: { dtype: 'float32', dims: EMBEDDING, data: embedding },
      [prompt.name]: { dtype: 'float32', dims: [count, 4], data: corners },
    } as const;
    const outputs = await runModel(handle, feeds, signal);
    const masks = valuesOf(handle, outputs, masking.name, [count, 1, MASK_SIDE, MASK_SIDE]).data;
    const ious = valuesOf(handle, outputs, trusting.name, [count, 1]).data;
    refuseNaN(handle, trusting.name, ious);
    return { masks, ious };
  };
}
