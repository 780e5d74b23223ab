import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createActivities } from '../../activities/activities.ts';
import { createEngine, newRunId } from '../../activities/engine/engine.ts';
import { runLocally } from '../../activities/local.ts';
import { loadSteps } from '../../activities/load-steps.ts';
import { writeOmeTiff } from '../../activities/images/write-tiff.ts';
import { readSamplesheet } from '../../activities/samplesheet/index.ts';
import { openStore, type Store } from '../../activities/store/store.ts';
import { createPools, queuePrefix } from '../../activities/worker.ts';
import { writeRunHeader } from '../../activities/engine/run-files.ts';
import { compile } from '../../core/compile.ts';
import type { Plan } from '../../core/plan.ts';
import type { RunRequest, RunResult } from '../../core/protocol.ts';
import { parseQueues } from '../../core/queues.ts';
import { createRegistry } from '../../core/registry.ts';
import type { SourceRow } from '../../activities/images/index.ts';

/** The steps of `counting-steps.mjs` as compute processes load them. */
export const countingModule: string = pathToFileURL(
  fileURLToPath(new URL('./counting-steps.mjs', import.meta.url)),
).href;

export const QUEUES = parseQueues(
  '- { name: cpu, cpus: 2, memory: 400 MiB, slots: 2 }\n- { name: cpu-large, cpus: 2, memory: 900 MiB, slots: 1 }\n',
  'queues.yaml',
);

/** The same with one process a queue: what is not kept is never computed again because a field of view changed its process. */
export const ONE_PROCESS = QUEUES.map((queue) => ({ ...queue, slots: 1 }));

/** A temporary folder with `fovs` tiny OME-TIFFs (16 × (16 + i) pixels, one channel) and their samplesheet. */
export async function makeCohort(fovs: number): Promise<{ folder: string; samplesheet: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-engine-'));
  const lines = ['fov,image,mpp'];
  for (let i = 0; i < fovs; i++) {
    const width = 16 + i;
    const plane = Uint16Array.from({ length: 16 * width }, (_, index) => index + i);
    await writeOmeTiff(join(folder, `f${i}.ome.tif`), {
      ...{ height: 16, width, mpp: 0.5, intensity: 'counts', planes: [plane] },
      channels: [{ name: 'DAPI', role: null }],
    });
    lines.push(`f${i},f${i}.ome.tif,0.5`);
  }
  const samplesheet = join(folder, 'fovs.csv');
  await writeFile(samplesheet, `${lines.join('\n')}\n`);
  return { folder, samplesheet };
}

/** A three-step chain and a cohort sum over the counting steps. */
export function countingPipeline(params: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {}): string {
  const given = (id: string): string => JSON.stringify(params[id] ?? {});
  return `
fovea: 1
name: counting
source: { samplesheet: fovs.csv }
steps:
  first:  { use: start-count, in: { image: source.image }, with: ${given('first')}, retry: 2 }
  second: { use: add-count, in: { table: first.table }, with: ${given('second')}, retry: 2 }
  third:  { use: parity-count, in: { table: second.table }, with: ${given('third')}, retry: 2 }
  fourth: { use: add-count, in: { table: third.table }, with: ${given('fourth')}, retry: 2 }
  sum:    { use: sum-counts, in: { tables: fourth.table }, with: ${given('sum')} }
publish: { total: sum.table }
onFailure: ${String(params['pipeline']?.['onFailure'] ?? 'skip')}
`;
}

export async function compileCounting(text: string): Promise<Plan> {
  return compile(text, 'counting.yaml', {
    registry: createRegistry(await loadSteps([countingModule])),
    queues: QUEUES,
  });
}

export interface LocalRun {
  readonly store: Store;
  readonly run: string;
  readonly plan: Plan;
  readonly request: RunRequest;
  readonly result: RunResult;
}

/** Runs a plan without a server, in real compute processes. */
export async function runPlan(
  storeRoot: string,
  plan: Plan,
  samplesheet: string,
  options: {
    results?: string | null;
    signal?: AbortSignal;
    rows?: readonly SourceRow[];
    run?: string;
    queues?: typeof QUEUES;
  } = {},
): Promise<LocalRun> {
  const store = await openStore(storeRoot);
  const rows = options.rows ?? (await readSamplesheet(samplesheet));
  const pools = createPools({
    store: storeRoot,
    stepModules: [countingModule],
    queues: options.queues ?? QUEUES,
    modelFiles: [],
  });
  const engine = createEngine({ store, pools, software: { fovea: '0.0.0-test', plugins: {} } });
  const request: RunRequest = {
    run: options.run ?? newRunId(),
    plan,
    cohort: await store.putValue(rows),
    fovs: rows.length,
    pageSize: 200,
    window: 4,
    queues: queuePrefix(store.id),
    results: options.results ?? null,
  };
  await writeRunHeader(store, {
    ...{
      run: request.run,
      pipeline: plan.pipeline,
      planDigest: plan.digest,
      cohort: request.cohort,
      fovs: rows.length,
    },
    ...{
      plan: await store.putValue(plan),
      workflow: null,
      startedAt: new Date().toISOString(),
      user: 'test',
      host: 'test',
    },
    ...{ command: [], fovea: '0.0.0-test', file: 'counting.yaml', text: '' },
  });
  try {
    const result = await runLocally(request, {
      activities: createActivities(engine),
      signal: options.signal ?? new AbortController().signal,
    });
    return { store, run: request.run, plan, request, result };
  } finally {
    await Promise.all(Object.values(pools).map((pool) => pool.close()));
  }
}

/** Lines that the counting steps have logged. */
export async function logged(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
