import { z } from 'zod';

import type { Kind } from './artifact.ts';
import { DURATION, parseDuration } from './duration.ts';

/** Raised when the same files would give other pixels, names, sizes or pixel sizes; part of every ingest key. */
export const READERS_VERSION = 1;

/** The id that stands for the files read, in references such as `source.image`. */
export const SOURCE = 'source';
/** Name of the reading itself in journals and records. */
export const INGEST = 'ingest';

/** Far above any real pipeline; a plan must fit into a workflow's argument. */
export const MAX_STEPS = 200;

const PORT = /^[a-z][A-Za-z0-9_-]{0,39}$/;
const STEP_ID = /^[a-z][a-z0-9-]{0,39}$/;
const PUBLISHED = /^[a-z][a-z0-9_-]{0,39}$/;
const REFERENCE = /^[a-z][a-z0-9-]{0,39}\.[a-z][A-Za-z0-9_-]{0,39}$/;

export const portName = z
  .string()
  .regex(PORT, 'a port is a letter a–z followed by up to 39 letters, digits, "_" or "-"');

const stepId = z
  .string()
  .regex(STEP_ID, 'a step id is a letter a–z followed by up to 39 of a–z, 0–9 and "-"')
  .refine((id) => id !== SOURCE && id !== INGEST, '"source" and "ingest" stand for the files read; choose another id');

const publishedName = z
  .string()
  .regex(PUBLISHED, 'a published name is a letter a–z followed by up to 39 of a–z, 0–9, "_" and "-"');

const reference = z
  .string('write a reference: stepId.port, or source.image')
  .regex(REFERENCE, 'a reference is written stepId.port, or source.image')
  .describe('what is wired here: stepId.port, or source.image');

const path = z.string().min(1).max(4096);

/** Label images beside the image of each field of view; more would be a slip. */
const MAX_LABELS = 20;
const PLACEHOLDER = /\{[^{}]+\}/;

const labelPatterns = z
  .record(
    portName.refine((port) => port !== 'image', '"image" is the image itself; choose another name'),
    path.regex(PLACEHOLDER, 'the pattern names one file for all; write {fov}, or {column} of the samplesheet, into it'),
  )
  .refine((patterns) => Object.keys(patterns).length <= MAX_LABELS, `at most ${MAX_LABELS} label images are read`);

/** One step of the file. */
export const stepSchema = z.strictObject({
  use: z.string().min(1).max(200).describe('name of the step, see fovea steps'),
  in: z
    .record(
      portName,
      z.union([reference, z.array(reference).min(1, 'the list is empty; write at least one reference').max(100)], {
        error: 'write a reference (stepId.port) or, for a port that takes many, a list of them',
      }),
    )
    .default({})
    .describe('input port → reference'),
  with: z.record(z.string(), z.unknown()).default({}).describe('parameters of the step, see fovea steps <name>'),
  models: z
    .record(portName, z.string().min(1).max(200))
    .default({})
    .describe('model slot of the step → name of a model in configs/models.yaml'),
  retry: z.int().min(1).max(100).default(3).describe('attempts in all, the first included'),
  timeout: z
    .string('write a duration such as "90 s", "20 minutes" or "2 h"')
    .regex(DURATION, { error: 'write a duration such as "90 s", "20 minutes" or "2 h"', abort: true })
    .refine((text) => parseDuration(text) !== null, 'a time-out is more than nothing and at most a week')
    .default('30 minutes')
    .describe('time one attempt may take, such as 90 s, 20 minutes, 2 h; at most a week'),
  queue: z.string().min(1).max(200).optional().describe('smallest queue to use, instead of the first that suffices'),
});

export const sourceSchema = z
  .strictObject({
    samplesheet: path.optional().describe('CSV with one line per field of view, relative to this file'),
    glob: path.optional().describe('pattern of image files, relative to this file, instead of a samplesheet'),
    mpp: z.number().positive().max(1000).optional().describe('µm per pixel, for files that do not say'),
    panel: path.optional().describe('CSV with channel, marker and role, relative to this file'),
    ports: z
      .strictObject({ image: z.literal('Image') })
      .default({ image: 'Image' })
      .describe('what a field of view brings: one image'),
    labels: labelPatterns
      .default({})
      .describe(
        'port → file of label images that exist already; {fov} and {column} stand for values of the samplesheet',
      ),
  })
  .refine(({ samplesheet, glob }) => (samplesheet === undefined) !== (glob === undefined), {
    error: 'the images come from either a samplesheet or a glob; give one of them',
  });

/** Every port a source offers: its image, and a port of labels for each pattern. */
export function sourcePorts(
  ports: Readonly<Record<string, Kind>>,
  labels: Readonly<Record<string, string>>,
): Record<string, Kind> {
  const all: Record<string, Kind> = { ...ports };
  for (const port of Object.keys(labels)) all[port] = 'Labels';
  return all;
}

/** The pipeline file. */
export const pipelineSchema = z
  .strictObject({
    fovea: z.literal(1, 'this version of Fovea reads files that say "fovea: 1"').describe('version of the file format'),
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,63}$/, 'a pipeline name is a letter a–z followed by up to 63 of a–z, 0–9 and "-"')
      .describe('name of the pipeline: results appear under it'),
    plugins: z
      .array(z.string().min(1).max(4096))
      .max(100)
      .default([])
      .describe('npm packages or files with further steps, resolved from the folder of this file'),
    source: sourceSchema.describe('the images, and what the files do not say about them'),
    steps: z
      .record(stepId, stepSchema)
      .refine((steps) => Object.keys(steps).length > 0, 'a pipeline has at least one step')
      .refine((steps) => Object.keys(steps).length <= MAX_STEPS, `a pipeline has at most ${MAX_STEPS} steps`)
      .describe('step id → step; the order is that of the references, not of the file'),
    publish: z.record(publishedName, reference).default({}).describe('published name → reference'),
    onFailure: z
      .enum(['skip', 'fail'])
      .default('skip')
      .describe('what a field of view that fails for good does to the run: skip it and report, or fail'),
  })
  .describe('A Fovea pipeline: steps wired by port.');

export type PipelineFile = z.output<typeof pipelineSchema>;
export type PipelineStep = z.output<typeof stepSchema>;

/** The JSON Schema of the pipeline file, for completion in editors (draft 2020-12; defaulted keys are optional). */
export function pipelineJsonSchema(): object {
  return { title: 'Fovea pipeline', ...z.toJSONSchema(pipelineSchema, { io: 'input' }) };
}
