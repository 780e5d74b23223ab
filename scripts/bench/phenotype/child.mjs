// A process of its own that carries a field of view through phenotype-deepcell-types once or twice, when it is told to.
//   node child.mjs '{"folder", "mpp", "model", "threads", "batch", "backwards", "again"}'
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { phenotypeDeepcellTypes as step } from '../../../dist/plugins/phenotype-deepcell-types/index.js';
import { readField } from './field.mjs';
import { processorMs, timedHandle } from './model.mjs';

const { folder, mpp, model, threads, batch = null, backwards, again } = JSON.parse(process.argv[2]);

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

async function once() {
  const [started, cpuBefore] = [performance.now(), processorMs()];
  const [networkBefore, cpuNetworkBefore] = [spent.ms, spent.cpuMs];
  const outputs = await step.run(inputs, params, ctx);
  const [total, cpu] = [performance.now() - started, processorMs() - cpuBefore];
  const [network, cpuNetwork] = [spent.ms - networkBefore, spent.cpuMs - cpuNetworkBefore];
  const seconds = { total: total / 1000, network: network / 1000, cpuTotal: cpu / 1000, cpuNetwork: cpuNetwork / 1000 };
  return { seconds, outputs };
}

async function run() {
  const before = memory('VmRSS');
  const { seconds, outputs } = await once();
  const first = { ...seconds, cells: outputs.types.rows, before, peak: memory('VmHWM'), digest: digestOf(outputs) };
  // Compute processes go on to the next field, and by then their code is compiled.
  return again ? { ...first, again: (await once()).seconds } : first;
}

process.once('message', () => {
  run().then(
    (result) => process.send(result, () => process.disconnect()),
    (error) => process.send({ error: error.stack }, () => process.exit(1)),
  );
});
process.send('ready');
