import { z } from 'zod';
import type { Digest } from './artifact.ts';
import { digestOf } from './digest.ts';
import { IssueList } from './issues.ts';
import { MEMORY } from './memory.ts';
import { readYaml } from './read-yaml.ts';
import { reportSchema } from './schema-issues.ts';

/** Types a tensor may have, by their ONNX names. */
export const TENSOR_TYPES = ['float32', 'uint8', 'int32', 'int64', 'bool'] as const;

const names = z.array(z.string().min(1).max(100)).max(10_000);

/** A whole number is a fixed length; a word names one that may vary, and the same word the same length. */
const shape = z.array(z.union([z.int().positive(), z.string().regex(/^[a-z][a-z0-9_]*$/)])).max(8);

const tensorSchema = {
  name: z.string().min(1).max(200).describe('as in the ONNX graph'),
  shape: shape.describe('numbers, and words for lengths that may vary: [batch, 256, 256, 2]'),
  dtype: z.enum(TENSOR_TYPES).default('float32'),
};

const specSchema = z.strictObject({
  task: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'the step that runs it, such as segment-mesmer')
    .describe('the step that runs it'),
  profile: z.string().min(1).max(100).describe('how its step prepares the image and reads the outputs'),
  mpp: z.number().positive().max(100).optional().describe('µm per pixel it works at'),
  tile: z.int().min(1).max(16_384).optional().describe('side of its square input in pixels, where that is fixed'),
  inputs: z
    .array(
      z.strictObject({ ...tensorSchema, channels: names.optional().describe('what each channel shows, in order') }),
    )
    .min(1)
    .max(16),
  outputs: z
    .array(
      z.strictObject({
        ...tensorSchema,
        role: z.string().min(1).max(100).describe('what its step takes it for'),
        classes: names.optional().describe('what each channel or score stands for, in order'),
      }),
    )
    .min(1)
    .max(64),
  vocabulary: names.optional().describe('classes the model tells apart, in output order'),
});

/** What steps read of a model. All of it is part of the key. */
export type ModelSpec = z.output<typeof specSchema>;
export type ModelInput = ModelSpec['inputs'][number];
export type ModelOutput = ModelSpec['outputs'][number];

const licenceSchema = z.strictObject({
  id: z.string().min(1).max(200).describe('SPDX expression, or the name of the terms'),
  commercial: z.boolean().describe('whether commercial use is allowed'),
  accept: z.boolean().default(false).describe('whether somebody must accept the terms before the first use'),
  text: z.string().max(20_000).optional(),
  url: z.url().optional(),
});

export type Licence = z.output<typeof licenceSchema>;

const recordSchema = specSchema.extend({
  file: z.string().min(1).max(4096).optional().describe('path, relative to the models file'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where fovea models pull gets it'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'write the SHA-256 of the file: 64 hexadecimal digits in lower case'),
  bytes: z.int().positive(),
  licence: licenceSchema,
  source: z.string().max(2000).optional().describe('where it comes from'),
  citation: z.string().max(2000).optional(),
  obtain: z.string().max(2000).optional().describe('how to get it, where it cannot be downloaded'),
  memory: z.string().regex(MEMORY, 'write an amount such as "2 GiB"').default('1 GiB').describe('what a session takes'),
  metadata: z
    .record(z.string().max(200), z.string().max(10_000))
    .default({})
    .describe("entries that the ONNX file's own metadata must have"),
});

/** What is known of a model file: enough to get it, to check it and to run it. */
export interface ModelRecord {
  /** Of the file's SHA-256 and of all that steps read: what a result's key holds. */
  readonly digest: Digest;
  readonly spec: ModelSpec;
  readonly file: string | null;
  readonly url: string | null;
  readonly sha256: Digest;
  readonly bytes: number;
  readonly licence: Licence;
  readonly source: string | null;
  readonly citation: string | null;
  readonly obtain: string | null;
  readonly memory: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9.-]{0,79}$/, 'a model name is a letter a–z followed by a–z, 0–9, "." and "-"');

/** Published weights that are no ONNX yet: pulled as they are, then exported. */
const assetSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).optional(),
  deepcell: z.string().min(1).max(500).optional().describe('asset key of the DeepCell portal'),
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, 'a file name without folders'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  md5: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional()
    .describe('where nobody has published more'),
  licence: licenceSchema,
  export: z.string().min(1).max(2000).describe('what to do with it next'),
});

/** Weights to be exported, with the way to get them. */
export type ModelAsset = z.output<typeof assetSchema>;

const modelsSchema = z.strictObject({
  models: z.record(nameSchema, recordSchema).default({}),
  assets: z.record(nameSchema, assetSchema).default({}),
});

/** What a models file holds. */
export interface ModelsFile {
  readonly models: Readonly<Record<string, ModelRecord>>;
  readonly assets: Readonly<Record<string, ModelAsset>>;
}

/** An unparsed record, as `models.yaml` holds it. */
export type ModelSource = z.input<typeof recordSchema>;

function toRecord(source: z.output<typeof recordSchema>): ModelRecord {
  const { task, profile, mpp, tile, inputs, outputs, vocabulary, ...rest } = source;
  const spec: ModelSpec = {
    ...{ task, profile, inputs, outputs },
    ...(mpp === undefined ? {} : { mpp }),
    ...(tile === undefined ? {} : { tile }),
    ...(vocabulary === undefined ? {} : { vocabulary }),
  };
  const { file = null, url = null, source: origin = null, citation = null, obtain = null } = rest;
  const { sha256, bytes, licence, memory, metadata } = rest;
  const digest = digestOf('fovea.model', JSON.parse(JSON.stringify({ sha256, spec })));
  return {
    digest,
    spec,
    file,
    url,
    sha256,
    bytes,
    licence,
    source: origin,
    citation,
    obtain,
    memory,
    metadata,
  };
}

function reportNames(models: Readonly<Record<string, z.output<typeof recordSchema>>>, issues: IssueList): void {
  for (const [model, { inputs, outputs, file, url, obtain }] of Object.entries(models)) {
    for (const [side, tensors] of Object.entries({ inputs, outputs })) {
      const repeated = tensors.find(({ name }, index) => tensors.findIndex((other) => other.name === name) !== index);
      if (repeated === undefined) continue;
      issues.add('SCHEMA', ['models', model, side], `two ${side} are named "${repeated.name}"; each has its own name`);
    }
    if ([file, url, obtain].every((way) => way === undefined)) {
      const message = 'nothing says where the model is; give its file, url or obtain';
      issues.add('SCHEMA', ['models', model], message);
    }
  }
}

function reportAssets(assets: Readonly<Record<string, ModelAsset>>, issues: IssueList): void {
  for (const [name, { url, deepcell, sha256, md5 }] of Object.entries(assets)) {
    if ((url === undefined) === (deepcell === undefined)) {
      issues.add('SCHEMA', ['assets', name], 'give one of url and deepcell: where the file comes from');
    }
    if (sha256 === undefined && md5 === undefined) {
      issues.add('SCHEMA', ['assets', name], 'nothing says which file is the right one; give its sha256 or md5');
    }
  }
}

/** Reads a models file. Throws one PIPELINE error with every problem, each with its line. */
export function parseModelsFile(text: string, file: string): ModelsFile {
  const issues = new IssueList(file);
  const value = readYaml(text, issues);
  issues.throwIfAny('cannot be used');
  const parsed = modelsSchema.safeParse(value);
  if (!parsed.success) {
    const where = { at: [], code: 'SCHEMA', unknown: 'UNKNOWN_KEY', noun: 'key' } as const;
    reportSchema({ error: parsed.error, schema: modelsSchema, value }, where, issues);
    issues.throwIfAny('cannot be used');
    return { models: {}, assets: {} };
  }
  const { models, assets } = parsed.data;
  reportNames(models, issues);
  reportAssets(assets, issues);
  issues.throwIfAny('cannot be used');
  return { models: Object.fromEntries(Object.entries(models).map(([name, one]) => [name, toRecord(one)])), assets };
}

/** The records of a models file by name; see {@link parseModelsFile}. */
export const parseModels = (text: string, file: string): Record<string, ModelRecord> => ({
  ...parseModelsFile(text, file).models,
});
