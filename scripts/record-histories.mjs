// Records histories of workflows from a real server into test/histories, for the replay tests. Run it again when the
// workflows change on purpose; a history that was released must go on replaying.
//
//   node scripts/record-histories.mjs
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
const { ensureServer, stopServer } = await dist('activities/server/index.js');
const { quietRuntime, startWorker, queuePrefix } = await dist('activities/worker.js');
const { openStore } = await dist('activities/store/store.js');
const { loadSteps } = await dist('activities/load-steps.js');
const { newRunId } = await dist('activities/engine/engine.js');
const { writeOmeTiff } = await dist('activities/images/write-tiff.js');
const { readSamplesheet } = await dist('activities/samplesheet/index.js');
const { compile } = await dist('core/compile.js');
const { createRegistry } = await dist('core/registry.js');
const { parseQueues } = await dist('core/queues.js');

/** What stands in the histories for the folder, this clone and this machine. */
const NEUTRAL = { folder: '/tmp/fovea', root: '/opt/fovea', host: 'host' };

const folder = await mkdtemp(join(tmpdir(), 'fovea-histories-'));
const target = join(root, 'test/histories');
const module = pathToFileURL(join(root, 'test/support/counting-steps.mjs')).href;
const queues = parseQueues(
  '- { name: cpu, cpus: 2, memory: 400 MiB, slots: 2 }\n- { name: cpu-large, cpus: 2, memory: 900 MiB, slots: 1 }\n',
  'queues.yaml',
);

/** @param {Record<string, object>} params by step id */
const pipeline = (name, params) => {
  const given = (id) => JSON.stringify(params[id] ?? {});
  return `fovea: 1
name: ${name}
source: { samplesheet: fovs.csv }
steps:
  first:  { use: start-count, in: { image: source.image }, with: ${given('first')}, retry: 2 }
  second: { use: add-count, in: { table: first.table }, with: ${given('second')}, retry: 2 }
  beside: { use: parity-count, in: { table: first.table }, with: ${given('beside')}, retry: 2 }
  sum:    { use: sum-counts, in: { tables: second.table } }
publish: { counts: second.table, total: sum.table }
`;
};

async function makeCohort(fovs) {
  const lines = ['fov,image,mpp'];
  for (let i = 0; i < fovs; i++) {
    const plane = new Uint16Array(16 * (16 + i));
    const image = {
      height: 16,
      width: 16 + i,
      mpp: 0.5,
      intensity: 'counts',
      planes: [plane],
      channels: [{ name: 'DAPI', role: null }],
    };
    await writeOmeTiff(join(folder, `f${i}.ome.tif`), image);
    lines.push(`f${i},f${i}.ome.tif,0.5`);
  }
  await writeFile(join(folder, 'fovs.csv'), `${lines.join('\n')}\n`);
  return readSamplesheet(join(folder, 'fovs.csv'));
}

/** Text without what tells of this machine. */
const neutral = (text) =>
  text
    .replaceAll(folder, NEUTRAL.folder)
    .replaceAll(root.replace(/\/$/, ''), NEUTRAL.root)
    .replaceAll(hostname(), NEUTRAL.host);

function scrub(value, key = '') {
  if (Array.isArray(value)) return value.map((item) => scrub(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, scrub(item, name)]));
  }
  if (typeof value !== 'string') return value;
  if (key === 'identity') return 'fovea';
  if (key === 'stackTrace') return '';
  if (key === 'data') return Buffer.from(neutral(Buffer.from(value, 'base64').toString('utf8'))).toString('base64');
  return neutral(value);
}

const server = await ensureServer({ home: join(folder, 'home') });
const connection = await Connection.connect({ address: server.address });
const client = new Client({ connection });
const storeRoot = join(folder, 'store');
const store = await openStore(storeRoot);
quietRuntime();
const worker = await startWorker({
  ...{
    address: server.address,
    namespace: 'default',
    store: storeRoot,
    roles: ['flow', 'cpu'],
    stepModules: [module],
    queues,
  },
});
const rows = await makeCohort(6);

async function save(name, workflowId, runId) {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const text = `${JSON.stringify(scrub(JSON.parse(historyToJSON(history))), null, 1)}\n`;
  await writeFile(join(target, `${name}.json`), text);
  console.log(`${name}: ${history.events.length} events, ${Math.round(text.length / 1024)} KiB`);
}

/** Starts a run; its handle, its first history's id, and the ids of its fields of view. */
async function start(name, fovs, params, more = {}) {
  const registry = createRegistry(await loadSteps([module]));
  const plan = compile(pipeline(name, params), `${name}.yaml`, { registry, queues });
  const request = {
    ...{ run: newRunId(), plan, cohort: await store.putValue(rows.slice(0, fovs)), fovs, pageSize: 200, window: 4 },
    ...{ queues: queuePrefix(store.id), results: join(folder, 'results'), ...more },
  };
  const workflowId = `fovea/${name}`;
  const handle = await client.workflow.start('pipeline', {
    workflowId,
    taskQueue: `${request.queues}/flow`,
    args: [request],
  });
  return { handle, workflowId, runId: handle.firstExecutionRunId };
}

try {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });

  const small = await start('small', 2, {});
  await small.handle.result();
  await save('small', small.workflowId);
  await save('small-fov', `${small.workflowId}/0/f0`);

  const failed = await start('failed-fov', 2, { second: { fail: 'throw', failFovs: ['f1'], add: 1 } });
  await failed.handle.result();
  await save('failed-fov', failed.workflowId);
  await save('failed-fov-fov', `${failed.workflowId}/0/f1`);

  const memory = await start('out-of-memory', 1, {
    first: { fail: 'kill', failFovs: ['f0'], until: join(folder, 'mended'), add: 2 },
  });
  await memory.handle.result();
  await save('out-of-memory', memory.workflowId);
  await save('out-of-memory-fov', `${memory.workflowId}/0/f0`);

  const continued = await start('continued', 6, { first: { add: 3 } }, { pageSize: 2, historyEvents: 20 });
  await continued.handle.result();
  await save('continued-first', continued.workflowId, continued.runId);
  await save('continued-last', continued.workflowId, (await continued.handle.describe()).runId);

  const cancelled = await start('cancelled', 2, { first: { ms: 600_000, add: 4 } });
  await sleep(5_000);
  await cancelled.handle.cancel();
  await cancelled.handle.result().catch(() => undefined);
  await save('cancelled', cancelled.workflowId);
  await save('cancelled-fov', `${cancelled.workflowId}/0/f0`);
} finally {
  worker.stop();
  await worker.done;
  await connection.close();
  await stopServer(join(folder, 'home'));
  await rm(folder, { recursive: true, force: true });
}
console.log(`${(await readdir(target)).length} histories in test/histories`);
