import { z } from 'zod';
import { createRegistry } from '../../core/registry.ts';
import type { Registry } from '../../core/registry.ts';
import { defineStep } from '../../core/step.ts';
import type { AnyStep } from '../../core/step.ts';

/** Steps that are declared like real ones and compute nothing: what the compiler needs to know and no more. */
const never = (): never => {
  throw new Error('a fake step was run');
};

const strict = z.strictObject({});

export const FAKE_STEPS: readonly AnyStep[] = [
  defineStep({
    ...{ name: 'resample', version: 1, summary: 'Resample an image.', scope: 'fov' },
    params: z.strictObject({
      mpp: z.number().positive().default(0.5),
      method: z.enum(['bilinear', 'nearest']).default('bilinear'),
    }),
    inputs: { image: 'Image' },
    outputs: { image: 'Image' },
    resources: { cpus: 2, memory: '4 GiB' },
    keep: false,
    run: never,
  }),
  defineStep({
    ...{ name: 'normalize', version: 1, summary: 'Normalise an image.', scope: 'fov' },
    params: z.strictObject({ percentile: z.number().min(0).max(100).default(99) }),
    inputs: { image: 'Image' },
    outputs: { image: 'Image' },
    keep: false,
    run: never,
  }),
  defineStep({
    ...{ name: 'segment-watershed', version: 3, summary: 'Segment cells.', scope: 'fov' },
    params: z.strictObject({
      nuclear: z.array(z.string()).default([]),
      limits: z.strictObject({ areaUm2: z.number() }).optional(),
    }),
    inputs: { image: 'Image' },
    outputs: { cells: 'Labels', nuclei: 'Labels' },
    run: never,
  }),
  defineStep({
    ...{ name: 'regrid', version: 1, summary: 'Bring labels to a grid.', scope: 'fov' },
    params: strict,
    inputs: { labels: 'Labels', like: 'Image' },
    outputs: { labels: 'Labels' },
    keep: false,
    run: never,
  }),
  defineStep({
    ...{ name: 'quantify', version: 1, summary: 'Measure cells.', scope: 'fov' },
    params: z.strictObject({ background: z.enum(['none', 'percentile']).default('none') }),
    inputs: { image: 'Image', cells: 'Labels', nuclei: { optional: 'Labels' } },
    outputs: { table: 'CellTable' },
    run: never,
  }),
  defineStep({
    ...{ name: 'cohort-summary', version: 1, summary: 'Summarise a cohort.', scope: 'cohort' },
    params: strict,
    inputs: { tables: 'CellTable' },
    outputs: { table: 'Table' },
    run: never,
  }),
  defineStep({
    ...{ name: 'cohort-images', version: 1, summary: 'Report on images.', scope: 'cohort' },
    params: strict,
    inputs: { images: 'Image' },
    outputs: { table: 'Table' },
    run: never,
  }),
  defineStep({
    ...{ name: 'cohort-report', version: 1, summary: 'Report on tables.', scope: 'cohort' },
    params: strict,
    inputs: { tables: 'Table' },
    outputs: { table: 'Table' },
    run: never,
  }),
  defineStep({
    ...{ name: 'annotate-cells', version: 1, summary: 'Annotate cells by a table.', scope: 'fov' },
    params: strict,
    inputs: { cells: 'CellTable', notes: 'Table' },
    outputs: { table: 'CellTable' },
    run: never,
  }),
  defineStep({
    ...{ name: 'merge-labels', version: 2, summary: 'Merge segmentations.', scope: 'fov' },
    params: strict,
    inputs: { members: { many: 'Labels' } },
    outputs: { labels: 'Labels' },
    run: never,
  }),
  defineStep({
    ...{ name: 'classify-cells', version: 1, summary: 'Classify cells.', scope: 'fov' },
    params: strict,
    inputs: { image: 'Image', cells: 'Labels' },
    outputs: { table: 'CellTable' },
    models: { net: null },
    resources: { cpus: 2, memory: '8 GiB' },
    run: never,
  }),
  defineStep({
    ...{ name: 'stitch', version: 1, summary: 'Needs more than there is.', scope: 'fov' },
    params: strict,
    inputs: { image: 'Image' },
    outputs: { image: 'Image' },
    resources: { cpus: 64, memory: '2 TiB' },
    run: never,
  }),
  defineStep({
    ...{ name: 'acme/denoise', version: 1, summary: 'A program of others.', scope: 'fov' },
    params: z.strictObject({ strength: z.number().default(1) }),
    inputs: { image: 'Image' },
    outputs: { image: 'Image' },
    identity: ({ strength }) => ({ container: `sha256:${'0'.repeat(63)}${strength}` }),
    run: never,
  }),
];

export const fakeRegistry = (): Registry => createRegistry(FAKE_STEPS);
