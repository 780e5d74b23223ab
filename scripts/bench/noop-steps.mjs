// Steps that compute nothing worth the name, so that a run's time is the engine's. Their outputs are stored like any other.
import { z } from 'zod';

const numbered = (value) => ({
  table: { rows: 1, columns: [{ name: 'value', values: Float64Array.of(value), unit: null, measure: null }] },
});

const common = {
  version: 1,
  scope: 'fov',
  resources: { cpus: 1, memory: '256 MiB' },
  params: z.strictObject({}),
  outputs: { table: 'Table' },
};

/** Longer than any chain, so that no two steps of two fields of view have the same output and with it the same key. */
const CHAIN_ROOM = 4096;

export default [
  {
    ...common,
    name: 'bench-first',
    summary: 'A number of its own for each field of view.',
    inputs: { image: 'Image' },
    run: ({ image }) => numbered(image.planes[0][0] * CHAIN_ROOM),
  },
  {
    ...common,
    name: 'bench-next',
    summary: 'The number plus one.',
    inputs: { table: 'Table' },
    run: ({ table }) => numbered(table.columns[0].values[0] + 1),
  },
];
