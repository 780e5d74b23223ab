// The cases of every family beside this file, and the kernels they time.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** One line a family: FAMILY.mjs holds the cases, FAMILY.py their peers. */
const FAMILIES = [
  'resampling',
  'contrast',
  'smoothing',
  'labels',
  'bilinear',
  'tiles',
  'morphology',
  'features',
  'patches',
];

const dist = path.resolve(import.meta.dirname, '../../../dist/kernels');
const load = (file) => import(pathToFileURL(path.join(dist, file)).href);

/** Everything kernels/index.ts exports, `withTwin` and `releaseKernelMemory` included. */
export async function loadKernels() {
  return { ...(await load('index.js')), ...(await load('twin.js')) };
}

/**
 * A case: `name`, `title`, `goal` (× the first peer at 2048², or null), `run(kernels, data, state, out)`; optionally `out(data)`, an array
 * that every timed call writes to, as a worker does that goes from plane to plane (then calls without it are timed too); `prepare(kernels, data)`
 * (untimed, its result is `state`), `result(value)` (what is compared: a typed array or a list of them), `compare` (`exact`, the
 * default, or a relative tolerance), `sizes`, `scales` (also timed in two processes).
 */
export async function loadCases() {
  const modules = await Promise.all(FAMILIES.map((family) => import(`./${family}.mjs`)));
  return modules.flatMap(({ default: cases }, i) =>
    cases.map((entry) => ({ compare: 'exact', ...entry, family: FAMILIES[i], id: `${FAMILIES[i]}/${entry.name}` })),
  );
}
