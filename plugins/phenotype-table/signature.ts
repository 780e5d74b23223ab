import { FoveaError } from '../../core/errors.ts';
import type { ModelHandle } from '../../core/step.ts';
import { listed } from '../../core/suggest.ts';

/** Where features come from and what stands for a marker that the panel lacks. */
export interface Profile {
  /**
   * `native`: means of intensities as recorded, areas in pixels as recorded, from the table or from image and cells. `dct`: DeepCell Types' features, means over the
   * image brought to its grid, clipped and scaled to 0–1, from image and cells alone.
   */
  readonly features: 'native' | 'dct';
  readonly absent: 'refuse' | 'zero' | 'nan';
}

/** A record's `profile` → how its features are made. What scaling the model wants is in its graph. */
export const PROFILES = {
  maps: { features: 'native', absent: 'refuse' },
  'dct-maps': { features: 'dct', absent: 'zero' },
  'dct-xgboost': { features: 'dct', absent: 'nan' },
  'table-means': { features: 'native', absent: 'refuse' },
  'table-means-zero': { features: 'native', absent: 'zero' },
  'table-means-nan': { features: 'native', absent: 'nan' },
} as const satisfies Readonly<Record<string, Profile>>;

/** Names of features that are a cell's area in pixels and no marker. */
const SIZES = ['cellSize', 'cell_size', 'area', 'area_px'];

/** How a model is fed and read: off its record. */
export interface Signature {
  readonly profile: Profile;
  readonly input: string;
  /** Names of the input's columns. */
  readonly features: readonly string[];
  /** The column that is a cell's area; −1 without one. */
  readonly size: number;
  readonly output: string;
  /** Whether the output still wants the softmax. */
  readonly softmax: boolean;
  /** Cell types in the order of the output's columns. */
  readonly types: readonly string[];
}

const firstTwice = (names: readonly string[]): string | undefined =>
  names.find((name, index) => names.indexOf(name) !== index);

/** @throws MODEL_MISMATCH where a record is not that of a model of this kind, saying all that it lacks. */
export function signatureOf({ name, spec }: ModelHandle): Signature {
  const problems: string[] = [];
  const profile: Profile | undefined = Object.hasOwn(PROFILES, spec.profile)
    ? PROFILES[spec.profile as keyof typeof PROFILES]
    : undefined;
  if (profile === undefined) {
    problems.push(`its profile is "${spec.profile}"; the profiles are ${Object.keys(PROFILES).join(', ')}`);
  }
  const [input] = spec.inputs;
  const features = input?.channels ?? [];
  if (spec.inputs.length !== 1 || input?.dtype !== 'float32' || input.shape.length !== 2) {
    problems.push('its input is not one float32 [batch, features]');
  } else if (features.length === 0) {
    problems.push(`its record does not list the features as channels of the input "${input.name}"`);
  } else if (typeof input.shape[1] === 'number' && input.shape[1] !== features.length) {
    problems.push(`its input has ${input.shape[1]} columns, its record ${features.length} names of features`);
  }
  const output = spec.outputs.find(({ role }) => ['probabilities', 'logits', 'scores'].includes(role));
  if (output?.dtype !== 'float32') {
    problems.push(
      'it has no float32 output of the role probabilities, or logits where the softmax is still to be taken',
    );
  }
  const types = spec.vocabulary ?? [];
  if (types.length < 2) problems.push('its record has no vocabulary of two or more cell types');
  const width = output?.shape[1];
  if (typeof width === 'number' && width !== types.length) {
    problems.push(`its output has ${width} columns, its vocabulary ${types.length} cell types`);
  }
  const at = output?.classes?.findIndex((one, index) => one !== types[index]) ?? -1;
  if (output?.classes !== undefined && (at >= 0 || output.classes.length !== types.length)) {
    problems.push(
      at < 0
        ? `its output has ${output.classes.length} classes, its vocabulary ${types.length}`
        : `class ${at} of its output is ${output.classes[at]}, of its vocabulary ${types[at]}; both tell one order`,
    );
  }
  for (const [what, names] of Object.entries({ feature: features, 'cell type': types })) {
    const twice = firstTwice(names);
    if (twice !== undefined) problems.push(`its record names the ${what} ${twice} twice`);
  }
  const sizes = features.filter((feature) => SIZES.includes(feature));
  if (sizes.length > 1) problems.push(`its features ${listed(sizes)} both mean the area; one is enough`);
  if (problems.length > 0) {
    throw new FoveaError(
      'MODEL_MISMATCH',
      `model ${name} is none that phenotype-table can run: ${problems.join('; ')}. Correct its record in the models file`,
      { fields: { model: name, profile: spec.profile, problems } },
    );
  }
  return {
    ...{ profile: profile!, input: input!.name, features, output: output!.name, types },
    size: features.findIndex((feature) => SIZES.includes(feature)),
    softmax: output!.role !== 'probabilities',
  };
}
