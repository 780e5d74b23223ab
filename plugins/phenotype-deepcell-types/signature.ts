import { FoveaError } from '../../core/errors.ts';
import type { ModelHandle } from '../../core/step.ts';
import { listed } from '../../core/suggest.ts';
import { PATCH_PROFILES, type PatchProfile } from '../../kernels/index.ts';

/** The inputs a model of each layout has, by name. */
const INPUTS = {
  masked: ['sample', 'spatial_context', 'ch_idx', 'padding_mask'],
  'raw-self-neighbour': ['sample', 'ch_idx', 'padding_mask'],
} as const satisfies Readonly<Record<PatchProfile['layout'], readonly string[]>>;

/** How a model is fed and read: off its record. */
export interface Signature {
  readonly profile: PatchProfile;
  /** Canonical markers by the index the model knows them by. */
  readonly markers: readonly string[];
  /** Cell types in the order of the scores. */
  readonly types: readonly string[];
  readonly logits: string;
  /** Scores that a marker is positive, and whether they still want a sigmoid; null where the model gives none. */
  readonly positivity: { readonly output: string; readonly sigmoid: boolean } | null;
  readonly embedding: string | null;
}

/** @throws MODEL_MISMATCH where a record is not that of a model of this kind, saying what it lacks. */
export function signatureOf({ name, spec }: ModelHandle): Signature {
  const refuse = (what: string): never => {
    throw new FoveaError('MODEL_MISMATCH', `model ${name} is none that phenotype-deepcell-types can run: ${what}`, {
      fields: { model: name, task: spec.task, profile: spec.profile },
    });
  };
  const profiles: Readonly<Record<string, PatchProfile>> = PATCH_PROFILES;
  const profile = Object.hasOwn(profiles, spec.profile) ? profiles[spec.profile]! : null;
  if (profile === null) {
    return refuse(`its profile is ${spec.profile}; the profiles are ${Object.keys(profiles).join(', ')}`);
  }
  for (const wanted of INPUTS[profile.layout]) {
    if (spec.inputs.every((input) => input.name !== wanted)) {
      refuse(`its record has no input "${wanted}", but ${listed(spec.inputs.map((input) => input.name))}`);
    }
  }
  const markers = spec.inputs.find((input) => input.name === 'ch_idx')!.channels;
  if (markers === undefined) return refuse('its record does not list the markers as channels of the input ch_idx');
  const output = (role: string): string | null => spec.outputs.find((one) => one.role === role)?.name ?? null;
  const logits = output('logits');
  if (logits === null) return refuse('its record has no output of role logits');
  const { vocabulary: types } = spec;
  if (types === undefined || types.length < 2) return refuse('its record has no vocabulary of cell types');
  for (const [list, what] of [
    [markers, 'marker'],
    [types, 'cell type'],
  ] as const) {
    const twice = list.find((one, index) => list.indexOf(one) !== index);
    if (twice !== undefined) refuse(`its record names the ${what} ${twice} twice`);
  }
  const classes = spec.outputs.find((one) => one.role === 'logits')?.classes;
  const at = classes?.findIndex((one, index) => one !== types[index]) ?? -1;
  if (classes !== undefined && (at >= 0 || classes.length !== types.length)) {
    refuse(`class ${at} of its scores is ${classes[at]}, of its vocabulary ${types[at]}; both tell one order`);
  }
  const raw = output('marker-positivity-logits');
  const ready = output('marker-positivity');
  const positivity =
    raw !== null ? { output: raw, sigmoid: true } : ready !== null ? { output: ready, sigmoid: false } : null;
  return { profile, markers, types, logits, positivity, embedding: output('embedding') };
}
