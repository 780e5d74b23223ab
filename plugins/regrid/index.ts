import { z } from 'zod';
import { defineStep } from '../../core/step.ts';
import { regridLabels } from './regrid-labels.ts';

export const regrid = defineStep({
  name: 'regrid',
  version: 1,
  summary: "Brings labels onto an image's pixel grid, by nearest pixel.",
  scope: 'fov',
  params: z.strictObject({}),
  inputs: { labels: 'Labels', like: 'Image' },
  outputs: { labels: 'Labels' },
  resources: { cpus: 1, memory: '2 GiB' },
  keep: false,
  run: ({ labels, like }) => ({ labels: regridLabels(labels, like) }),
});

export default regrid;
