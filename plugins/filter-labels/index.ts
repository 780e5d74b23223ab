import { defineStep } from '../../core/step.ts';
import { filterCells } from './filter-cells.ts';
import { params } from './params.ts';

export const filterLabels = defineStep({
  name: 'filter-labels',
  version: 1,
  summary: "Flags or drops cells by area, at the image's border, and where a tile's edge seems to have cut them.",
  scope: 'fov',
  params,
  inputs: { cells: 'Labels', nuclei: { optional: 'Labels' } },
  outputs: { cells: 'Labels', nuclei: { optional: 'Labels' }, flags: 'CellTable' },
  resources: { cpus: 1, memory: '2 GiB' },
  keep: false,
  run: ({ cells, nuclei }, options, ctx) => {
    ctx.signal.throwIfAborted();
    return filterCells(cells, nuclei, options);
  },
});

export default filterLabels;
