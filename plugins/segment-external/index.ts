import { defineStep } from '../../core/step.ts';
import { params } from './params.ts';
import { runProgram } from './run-program.ts';

export const segmentExternal = defineStep({
  name: 'segment-external',
  version: 1,
  summary: 'Segments cells, and nuclei, by any other program: a command or a container that writes a label image.',
  scope: 'fov',
  params,
  inputs: { image: 'Image' },
  outputs: { cells: 'Labels', nuclei: { optional: 'Labels' } },
  resources: { cpus: 1, memory: '4 GiB' },
  // Both stand among the params as well; here they say what the program is, and the run record names the container.
  identity: ({ argv, container, version }) => ({
    ...(container === undefined ? { program: argv[0] } : { container }),
    ...(version === undefined ? {} : { version }),
  }),
  run: ({ image }, options, ctx) => runProgram(image, options, ctx),
});

export default segmentExternal;
