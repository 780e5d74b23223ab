import { defineStep } from '../../core/step.ts';
import { judgeSegmentation } from './judge-segmentation.ts';
import { params } from './params.ts';

export const segmentationQc = defineStep({
  name: 'segmentation-qc',
  version: 1,
  summary: 'Figures of a segmentation (counts, areas, cover, straight edges, nuclei), with limits that warn or block.',
  scope: 'fov',
  params,
  inputs: { cells: 'Labels', nuclei: { optional: 'Labels' } },
  outputs: { table: 'Table' },
  resources: { cpus: 1, memory: '2 GiB' },
  run: ({ cells, nuclei }, options, ctx) => {
    ctx.signal.throwIfAborted();
    return { table: judgeSegmentation(cells, nuclei, options, ctx) };
  },
});

export default segmentationQc;
