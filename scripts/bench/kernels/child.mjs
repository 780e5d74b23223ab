// A process of its own for one case: its peak memory, or its share of the throughput beside another.
//   node child.mjs memory|rate FOLDER CASE-ID
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readInputs } from './data.mjs';
import { loadCases, loadKernels } from './cases.mjs';

const [mode, folder, id] = process.argv.slice(2);
const { size, arrays } = JSON.parse(readFileSync(path.join(folder, 'inputs.json'), 'utf8'));
const kernels = await loadKernels();
const test = (await loadCases()).find((entry) => entry.id === id);
const data = readInputs(folder, size, arrays);
const state = test.prepare?.(kernels, data);
const out = test.out?.(data);
const run = () => test.run(kernels, data, state, out);

function status(name) {
  return 1024 * Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}

if (mode === 'memory') {
  globalThis.gc?.();
  writeFileSync('/proc/self/clear_refs', '5');
  const before = status('VmRSS');
  run();
  process.send({ bytes: Math.max(0, status('VmHWM') - before) });
} else {
  for (let i = 0; i < 3; i++) run();
  process.on('message', (milliseconds) => {
    const started = performance.now();
    let runs = 0;
    while (performance.now() - started < milliseconds || runs < 2) {
      run();
      runs++;
    }
    process.send({ perSecond: (1000 * runs) / (performance.now() - started) });
  });
  process.send('ready');
}
