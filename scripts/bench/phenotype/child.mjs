// A process of its own that carries a field of view through phenotype-deepcell-types once, when it is told to.
//   node child.mjs '{"folder", "mpp", "model", "threads", "batch", "backwards"}'
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { phenotypeDeepcellTypes as step } from '../../../dist/plugins/phenotype-deepcell-types/index.js';
import { readField } from './field.mjs';
import { processorMs, timedHandle } from './model.mjs';

const { folder, mpp, model, threads, batch = null, backwards } = JSON.parse(process.argv[2]);

/** Bytes by /proc, which only Linux has. */
function memory(name) {
  if (process.platform !== 'linux') return null;
  return 1024 * Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}

/** One digest of all numbers and words of the step's tables. */
function digestOf(outputs) {
  const hash = createHash('sha256');
  const add = (values) => hash.update(ArrayBuffer.isView(values) ? values : JSON.stringify(values));
  for (const { columns, matrices = [] } of Object.values(outputs)) {
    for (const { name, values } of [...columns, ...matrices]) {
      add(name);
      add(values);
    }
  }
  return hash.digest('hex');
}

const inputs = readField(folder, { mpp, backwards });
const { handle, spent } = await timedHandle(model, threads);
const silent = () => {};
const ctx = {
  ...{ fov: 'bench', models: { net: handle }, progress: silent, signal: new AbortController().signal },
  log: { debug: silent, info: silent, warn: silent },
};
const params = step.params.parse({ batch });

async function run() {
  const before = memory('VmRSS');
  const [started, cpuBefore] = [performance.now(), processorMs()];
  const outputs = await step.run(inputs, params, ctx);
  const [total, cpu] = [performance.now() - started, processorMs() - cpuBefore];
  return {
    ...{ total: total / 1000, network: spent.ms / 1000, cells: outputs.types.rows },
    ...{ cpuTotal: cpu / 1000, cpuNetwork: spent.cpuMs / 1000 },
    ...{ before, peak: memory('VmHWM'), digest: digestOf(outputs) },
  };
}

process.once('message', () => {
  run().then(
    (result) => process.send(result, () => process.disconnect()),
    (error) => process.send({ error: error.stack }, () => process.exit(1)),
  );
});
process.send('ready');
