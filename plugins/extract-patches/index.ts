import { defineStep } from '../../core/step.ts';
import { cutPatches } from './cut-patches.ts';
import { params } from './params.ts';

export const extractPatches = defineStep({
  name: 'extract-patches',
  version: 1,
  summary: 'Places a window around every cell, as models of cell types take it: images once, labels once.',
  scope: 'fov',
  params,
  inputs: { image: 'Image', cells: 'Labels' },
  outputs: { patches: 'Patches' },
  resources: { cpus: 1, memory: '4 GiB' },
  keep: false,
  run: ({ image, cells }, options, ctx) => ({ patches: cutPatches(image, cells, options, ctx) }),
});

export default extractPatches;
